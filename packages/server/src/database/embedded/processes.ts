import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * When a process began, as a text that no later process with the same id has.
 *
 * @returns undefined when there is no such process; one that has ended and waits to be collected counts as gone, since
 * in a container without an init it may wait for ever
 */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return startFromPs(pid)
    const { state, ticks } = statOf(pid)
    // Ticks count from the boot, so the boot belongs to the text.
    return state === 'Z' || state === 'X' ? undefined : `${bootId()} ${ticks}`
  } catch {
    return undefined
  }
}

/** Whether the process is a PostgreSQL server of this data folder: only then may it be waited for or signalled. */
export function isPostmasterOf(pid: number, dataFolder: string): boolean {
  if (processStart(pid) === undefined) return false
  try {
    if (process.platform !== 'linux') return isPostgres(ps(pid, 'command='), dataFolder)
    // A server works in its data folder, by whatever name it was given the folder.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder)
  } catch {
    // The working folder of another user's process is hidden, its command line is not.
    return isPostgres(commandLine(pid), dataFolder)
  }
}

function isPostgres(command: string, dataFolder: string): boolean {
  const [program = ''] = command.split(/[\s\0]/)
  return basename(program) === 'postgres' && command.includes(dataFolder)
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Source: proc(5), /proc/[pid]/stat. The second field is the program's name, which may contain anything. */
function statOf(pid: number): { state: string; ticks: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [state = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const STARTTIME_AFTER_STATE = 18
  return { state, ticks: rest[STARTTIME_AFTER_STATE] ?? '' }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

function startFromPs(pid: number): string | undefined {
  const [state = '', ...start] = ps(pid, 'stat=,lstart=').trim().split(/\s+/)
  return state === '' || state.startsWith('Z') ? undefined : start.join(' ')
}

function ps(pid: number, columns: string): string {
  return execFileSync('/bin/ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } })
}
