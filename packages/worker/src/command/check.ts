import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '../configuration/commands.ts'
import {
  type Configuration,
  configurationFile,
  placeOfToken,
  readConfiguration,
} from '../configuration/configuration.ts'
import { PLACEHOLDERS } from '../configuration/placeholders.ts'
import { programPath } from '../machine/programs.ts'
import { resourcesOf } from '../machine/resources.ts'
import { TokenRefused } from '../server/failures.ts'
import { readToken } from '../server/token.ts'
import { transportTo } from '../server/transport.ts'
import { say } from './say.ts'

export interface CheckOptions {
  readonly config?: string
  readonly placeholders?: boolean
}

/** One line for each thing that must be right, good or bad. @returns exit code */
export async function check({ config, placeholders = false }: CheckOptions): Promise<number> {
  if (placeholders) {
    const all = { ...PLACEHOLDERS, 'arguments.NAME': "one of the task's arguments" }
    for (const [name, meaning] of Object.entries(all)) say(`{${name}}`.padEnd(18) + meaning)
    return 0
  }
  let bad = 0
  const good = (what: string, more: string) => say(`ok   ${what.padEnd(14)} ${more}`)
  const wrong = (what: string, why: unknown) => {
    bad += 1
    say(`BAD  ${what.padEnd(14)} ${why instanceof Error ? why.message : String(why)}`)
  }
  let configuration: Configuration
  try {
    configuration = readConfiguration(config ?? configurationFile())
  } catch (error) {
    wrong('configuration', error)
    return 1
  }
  good('configuration', configuration.file)
  try {
    good('server', await checkServer(configuration))
  } catch (error) {
    wrong(error instanceof TokenRefused ? 'token' : 'server', error)
  }
  try {
    mkdirSync(configuration.stateFolder, { recursive: true, mode: 0o700 })
    const probe = join(configuration.stateFolder, `probe.${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
    good('state', configuration.stateFolder)
  } catch (error) {
    wrong('state', error)
  }
  const { cpu, ramGb, gpus } = await resourcesOf(configuration)
  good('resources', `${cpu} cores, ${ramGb} GB, ${gpus.length} GPUs, ${configuration.slots} slots`)
  for (const command of configuration.commands) {
    const problem = problemOf(command, { cpu, ramGb, gpus: gpus.length })
    const summary = `runs ${command.executables.join(', ')}: ${command.shell ? command.run[0] : programPath(command.run[0]!)}`
    if (problem === undefined) good(command.name, summary)
    else wrong(command.name, problem)
  }
  return bad === 0 ? 0 : 1
}

/** @returns who we are there @throws NoToken, TokenRefused, ServerAway, CallRefused */
async function checkServer(configuration: Configuration): Promise<string> {
  const place = placeOfToken(configuration)
  const token = 'token' in place ? place.token : readToken(place.file)
  const transport = transportTo(configuration.server, () => token)
  // Exactly what a worker may see, and nothing is changed by it.
  await transport.call('GET', '/api/v1/jobs/workers')
  return `${configuration.server}, with the token of ${'token' in place ? 'ALYX_TOKEN' : place.file}`
}

/** Why a command cannot run here; undefined when it can. */
export function problemOf(command: Command, all: { cpu: number; ramGb: number; gpus: number }): string | undefined {
  const [program = ''] = command.run
  if (!command.shell && programPath(program) === undefined)
    return `There is no program "${program}" that may be run${/[/\\]/.test(program) ? '' : ' in the PATH'}.`
  if (command.cpu > all.cpu) return `It needs ${command.cpu} cores, and tasks may use ${all.cpu} here.`
  if (command.ramGb > all.ramGb) return `It needs ${command.ramGb} GB of memory, and tasks may use ${all.ramGb} here.`
  if (command.gpu > all.gpus) return `It needs ${command.gpu} GPUs, and there are ${all.gpus} here.`
  return undefined
}
