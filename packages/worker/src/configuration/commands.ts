import { type ExitCodes, readExitCodes } from './exit-codes.ts'
import { problemsOfText } from './placeholders.ts'
import type { Section } from './reading.ts'

/** How tasks of a kind are run on this machine. */
export interface Command {
  readonly name: string
  /** Folder of the configuration. */
  readonly here: string
  /** Executables of tasks: whole, or beginnings with `*` at their end. */
  readonly executables: readonly string[]
  /** The program and its words; one line for the shell when `shell`. With placeholders. */
  readonly run: readonly string[]
  readonly shell: boolean
  /** Working folder, with placeholders; a new empty one when undefined. */
  readonly folder: string | undefined
  /** On top of the worker's own, with placeholders. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number | undefined
  /** Seconds between the request to stop and the end by force; the machine's when undefined. */
  readonly graceSeconds: number | undefined
  /** What a task takes when it does not say so itself. */
  readonly cpu: number
  readonly ramGb: number
  readonly gpu: number
  /** How many of these may run at once; undefined for as many as there are slots. */
  readonly atOnce: number | undefined
  /** What this command lets the machine offer, besides the labels of the machine. */
  readonly labels: readonly string[]
  readonly exitCodes: ExitCodes
}

const MOST = 10_000

/** Reads `commands`: each by its name. */
export function readCommands(section: Section, here: string): Command[] {
  const commands = section.keys().map((name) => readCommand(name, section.section(name), here))
  const owners = new Map<string, string>()
  for (const { name, executables } of commands) {
    for (const pattern of executables) {
      const other = owners.get(pattern)
      if (other !== undefined) section.complain(name, `"${pattern}" belongs to ${other} already`)
      owners.set(pattern, name)
    }
  }
  return commands
}

function readCommand(name: string, section: Section, here: string): Command {
  const executables = section.texts('executable')
  if (section.value('executable') === undefined) executables.push(name)
  for (const pattern of executables)
    if (pattern.slice(0, -1).includes('*')) section.complain('executable', `"${pattern}": only the end may be a *`)
  const shell = section.flag('shell')
  const command: Command = {
    name,
    here,
    executables,
    run: readRun(section, shell),
    shell,
    folder: section.text('folder'),
    environment: readEnvironment(section.section('environment')),
    timeoutSeconds: section.seconds('timeout'),
    graceSeconds: section.seconds('grace'),
    cpu: section.whole('cpu', { least: -1, most: MOST }) ?? 1,
    ramGb: section.whole('ram_gb', { least: 0, most: MOST }) ?? 0,
    gpu: section.whole('gpu', { least: 0, most: MOST }) ?? 0,
    atOnce: section.whole('at_once', { least: 1, most: MOST }),
    labels: section.texts('labels'),
    exitCodes: readExitCodes(section.section('exit_codes')),
  }
  for (const problem of problemsOfText(command.folder ?? '')) section.complain('folder', problem)
  section.refuseOthers()
  return command
}

function readRun(section: Section, shell: boolean): string[] {
  const value = section.value('run')
  if (value === undefined) {
    section.complain('run', 'is missing: the program and its words, such as [python, sort.py, "{task}"]')
    return []
  }
  if (shell) {
    if (typeof value !== 'string') section.complain('run', 'should be one line of text, because shell is true')
    // A value that a shell reads could say anything; variables are safe, when they stand in quotes.
    else if (/\{[a-z_.]+\w*\}/.test(value.replace(/\$\{\w+\}/g, '')))
      section.complain('run', 'may have no placeholders, because a shell reads it: use variables such as "$ALYX_TASK"')
    return [String(value)]
  }
  if (!Array.isArray(value) || value.length === 0) {
    section.complain('run', 'should be a list of words, such as [python, sort.py, "{task}"], or shell should be true')
    return []
  }
  const words = section.texts('run')
  for (const word of words) for (const problem of problemsOfText(word)) section.complain('run', problem)
  if (words[0]?.includes('{')) section.complain('run', 'the program itself may not come from the task')
  return words
}

function readEnvironment(section: Section): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of section.keys()) {
    const value = section.value(name)
    if (!/^[A-Za-z_]\w*$/.test(name)) section.complain(name, 'is no name of a variable')
    else if (typeof value === 'object') section.complain(name, 'should be a text')
    else environment[name] = String(value ?? '')
    for (const problem of problemsOfText(environment[name] ?? '')) section.complain(name, problem)
  }
  return environment
}

/** The command that runs such tasks: the one that names it whole, else the one with the longest beginning. */
export function commandFor(commands: readonly Command[], executable: string): Command | undefined {
  let best: { command: Command; length: number } | undefined
  for (const command of commands) {
    for (const pattern of command.executables) {
      if (pattern === executable) return command
      const beginning = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined
      if (beginning === undefined || !executable.startsWith(beginning)) continue
      if (best === undefined || beginning.length > best.length) best = { command, length: beginning.length }
    }
  }
  return best?.command
}
