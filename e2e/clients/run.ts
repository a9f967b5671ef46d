/**
 * Runs real Python clients against a running server, and compares what they find with plain SQL.
 *
 *   npm run test:clients -- [--laboratory recorded|demo|both] [--client one|connector|both]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbedded } from '../../packages/server/src/database/index.ts'
import { atTheEnd, withEndings } from '../running/endings.ts'
import { hasRecordings, recorded, temporaryFolder } from '../running/places.ts'
import { loadRecordedLaboratory, using } from '../running/postgres.ts'
import { type RunningServer, startServer } from '../running/server.ts'
import { pythonWith, runChecks } from './python-environment.ts'
import { truthOf } from './truth.ts'

const { values: options } = parseArgs({
  options: { laboratory: { type: 'string', default: 'both' }, client: { type: 'string', default: 'both' } },
})

interface Laboratory {
  readonly server: RunningServer
  readonly databaseUrl: string
  readonly username: string
  readonly password: string
}

const UNLIMITED = '100000/minute'

/** What a new user has after `npm start`. */
async function demoLaboratory(): Promise<Laboratory> {
  const folder = await temporaryFolder('demo')
  const embedded = await startEmbedded({ folder, fsync: false })
  atTheEnd(() => embedded.stop())
  const settings = { ALYX_DATA_FOLDER: folder, THROTTLE_BURST_RATE: UNLIMITED }
  const server = await startServer({ command: 'start', settings })
  const password = (await readFile(join(folder, 'admin-password'), 'utf8')).trim()
  return { server, databaseUrl: embedded.url, username: 'admin', password }
}

/** What a laboratory has that has used Alyx 3.6.1. */
async function recordedLaboratory(): Promise<Laboratory> {
  const folder = await temporaryFolder('recorded')
  const embedded = await startEmbedded({ folder, fsync: false })
  atTheEnd(() => embedded.stop())
  await loadRecordedLaboratory(embedded.url)
  const settings = {
    DATABASE_URL: embedded.url,
    DJANGO_TABLES_ROOT: recorded('tables'),
    THROTTLE_BURST_RATE: UNLIMITED,
  }
  return {
    server: await startServer({ settings }),
    databaseUrl: embedded.url,
    username: 'alice',
    password: 'test-password',
  }
}

const CLIENTS = [
  { name: 'one', package: 'ONE-api', script: 'one_client.py' },
  { name: 'connector', package: 'alyx-connector', script: 'alyx_connector.py' },
] as const

const LABORATORIES = { recorded: recordedLaboratory, demo: demoLaboratory }

function laboratories(): (keyof typeof LABORATORIES)[] {
  const wanted = options.laboratory
  if (!['recorded', 'demo', 'both'].includes(wanted)) throw new Error('--laboratory is recorded, demo or both')
  if (wanted === 'demo' || !hasRecordings()) return ['demo']
  return wanted === 'recorded' ? ['recorded'] : ['recorded', 'demo']
}

await withEndings(async () => {
  if (!hasRecordings()) process.stdout.write(`Only the demo laboratory: there are no recordings in ${recorded('')}\n`)
  const clients = CLIENTS.filter(({ name }) => options.client === 'both' || options.client === name)
  const pythons = new Map<string, string>()
  for (const client of clients) pythons.set(client.name, await pythonWith(client.package))
  const total = { passed: 0, failed: 0 }
  for (const laboratory of laboratories()) {
    const { server, databaseUrl, username, password } = await LABORATORIES[laboratory]()
    const folder = await temporaryFolder('clients')
    const truthFile = join(folder, 'truth.json')
    await writeFile(truthFile, JSON.stringify(await using(databaseUrl, truthOf)))
    for (const { name, script } of clients) {
      process.stdout.write(`\nThe ${laboratory} laboratory: `)
      const words = [server.address, username, password, truthFile, join(folder, name)]
      const { passed, failed } = await runChecks(pythons.get(name) as string, script, words)
      total.passed += passed
      total.failed += failed
    }
    await server.stop()
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`)
  return total.failed > 0 ? 1 : 0
})
