import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { CONFIGURATION_NAME } from '../configuration/configuration.ts'
import { template } from '../configuration/template.ts'
import { remark, say } from './say.ts'

export interface InitOptions {
  readonly server: string
  readonly name?: string
  readonly config?: string
  readonly force?: boolean
}

/** Writes a configuration to begin with. @returns exit code */
export function init({ server, name = hostname(), config = CONFIGURATION_NAME, force = false }: InitOptions): number {
  const file = resolve(config)
  if (!URL.canParse(server) || !/^https?:/.test(server)) {
    remark(`"${server}" is no address: write https://alyx.example.org, for example.`)
    return 2
  }
  try {
    writeFileSync(file, template(server.replace(/\/+$/, ''), name), { flag: force ? 'w' : 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    remark(`${file} is there already, and stays as it is. --force writes over it.`)
    return 1
  }
  say(`Wrote ${file}. Say there what this machine runs; then:`)
  say('  alyx-worker login    # your account; the token is kept in a file')
  say('  alyx-worker check    # whether all is right')
  say('  alyx-worker run')
  return 0
}
