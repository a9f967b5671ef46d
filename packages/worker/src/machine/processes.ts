import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { pause } from '../server/back-off.ts'

/** A process that can be recognised later: its number alone may belong to another one by then. */
export interface ProcessMark {
  readonly pid: number
  /** When it began, in the words of the system; empty where nobody can say. */
  readonly began: string
}

/** Takes down which process this is. */
export const markOf = (pid: number): ProcessMark => ({ pid, began: beginOf(pid) ?? '' })

/** Whether just this process runs. */
export function isRunning({ pid, began }: ProcessMark): boolean {
  if (!exists(pid)) return false
  if (!['linux', 'darwin'].includes(process.platform)) return true
  const now = beginOf(pid)
  return now !== undefined && (began === '' || now === began)
}

/** The 22nd field of `stat`: clock ticks since the machine started. What stands before may hold any character. */
function beginOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      return fields[0] === 'Z' ? undefined : fields[19]
    }
    if (process.platform === 'darwin')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    // It has gone.
  }
  return undefined
}

function exists(target: number): boolean {
  try {
    process.kill(target, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const POLL_MS = 100
/** For the system to take a process down that was killed; one that waits for a dead disk can take for ever. */
const LAST_PATIENCE_MS = 5_000
/** Variable that every process of an attempt inherits, by which those are found that left its group. */
const MARK = 'ALYX_ATTEMPT'

/** All processes of one attempt: the group that its command leads, and on Linux those that left it. */
export class ProcessTree {
  readonly #leader: number | undefined
  readonly #attempt: string

  /** @param leader leads a process group of its own; undefined when that group is no longer ours to name */
  constructor(leader: number | undefined, attempt: string) {
    this.#leader = leader
    this.#attempt = attempt
  }

  /**
   * Asks all processes to end, and makes those end that have not done so in time.
   *
   * @param hurry cuts the time short
   */
  async stop(graceMs: number, hurry?: AbortSignal): Promise<void> {
    if (!this.isAlive()) return
    this.#signal('SIGTERM')
    if (await this.#gone(graceMs, hurry)) return
    this.#signal('SIGKILL')
    await this.#gone(LAST_PATIENCE_MS)
  }

  isAlive(): boolean {
    if (process.platform === 'linux') return this.#members().length > 0
    if (this.#leader === undefined) return false
    return exists(process.platform === 'win32' ? this.#leader : -this.#leader)
  }

  async #gone(patienceMs: number, hurry?: AbortSignal): Promise<boolean> {
    const until = performance.now() + patienceMs
    while (this.isAlive()) {
      if (performance.now() > until || hurry?.aborted) return false
      await pause(POLL_MS, hurry)
    }
    return true
  }

  #signal(signal: NodeJS.Signals): void {
    if (process.platform === 'win32') {
      stopOnWindows(this.#leader, signal === 'SIGKILL')
      return
    }
    // The group first and at once, so that no member can start another between two of us.
    if (this.#leader !== undefined) kill(-this.#leader, signal)
    if (process.platform === 'linux') for (const pid of this.#members()) kill(pid, signal)
  }

  #members(): number[] {
    return processes()
      .filter(({ pid, group }) => (this.#leader !== undefined && group === this.#leader) || carries(pid, this.#attempt))
      .map(({ pid }) => pid)
  }
}

function kill(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal)
  } catch {
    // It has ended meanwhile.
  }
}

function stopOnWindows(leader: number | undefined, byForce: boolean): void {
  if (leader === undefined) return
  try {
    execFileSync('taskkill', ['/pid', String(leader), '/t', ...(byForce ? ['/f'] : [])], { stdio: 'ignore' })
  } catch {
    // There is none any more, or none that hears a request.
  }
}

/** Processes on Linux, dead ones that nobody has buried left out. */
function processes(): { pid: number; group: number }[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    try {
      const [state, , group] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      return state === 'Z' || state === 'X' ? [] : [{ pid, group: Number(group) }]
    } catch {
      return []
    }
  })
}

function carries(pid: number, attempt: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${attempt}`)
  } catch {
    // It belongs to somebody else, or has ended meanwhile.
    return false
  }
}

/**
 * After a crash: what still runs of an attempt. On Linux only what carries its variable, because the number of a group may
 * be somebody else's by now; elsewhere what its leader leads, when that still is the same.
 */
export function orphansOf(attempt: string, leader: ProcessMark | undefined): ProcessTree | undefined {
  if (process.platform === 'linux') {
    const isOurs =
      leader !== undefined && processes().some(({ pid, group }) => group === leader.pid && carries(pid, attempt))
    const tree = new ProcessTree(isOurs ? leader.pid : undefined, attempt)
    return tree.isAlive() ? tree : undefined
  }
  return leader !== undefined && isRunning(leader) ? new ProcessTree(leader.pid, attempt) : undefined
}
