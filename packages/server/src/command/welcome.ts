import { existsSync } from 'node:fs'
import type { Settings } from '../config.ts'
import type { Begun } from './running.ts'
import { ADMINISTRATOR, adminPasswordFile } from './set-up.ts'

/** One screen for somebody who sees Alyx for the first time. */
export function welcome({ address, embedded }: Begun, { dataFolder }: Settings, seconds: number): string {
  const passwordFile = adminPasswordFile(dataFolder)
  const account =
    embedded && existsSync(passwordFile)
      ? [`  Account     ${ADMINISTRATOR}`, `  Password    in the file ${passwordFile}`]
      : []
  return `${[
    '',
    `Alyx is ready at ${address} (after ${seconds.toFixed(1)} s)`,
    '',
    ...account,
    `  Database    ${embedded ? `our own PostgreSQL, in ${dataFolder}` : 'the one that DATABASE_URL or POSTGRES_HOST names'}`,
    '',
    'What to try next',
    `  Open the pages                        ${address}/`,
    `  See what there is to ask for          ${address}/docs`,
    '  Search from Python                    pip install ONE-api, then:',
    '      from one.api import ONE',
    `      one = ONE(base_url='${address}', username='${ADMINISTRATOR}', password='...', silent=True)`,
    "      one.alyx.rest('subjects', 'list')",
    '  Make an account for yourself          npx alyx create-superuser NAME',
    '  Take the demo laboratory out again    npx alyx demo remove',
    '  Everything else                       npx alyx --help',
    '',
    'Ctrl-C stops the server. Nothing is lost.',
    '',
  ].join('\n')}\n`
}
