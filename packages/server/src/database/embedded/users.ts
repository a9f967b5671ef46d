import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { processStart } from './processes.ts'

const POLL_MS = 50
const PATIENCE_MS = 1_000

let serial = 0
/** Differs between two uses in one process, and between processes. */
const uniqueName = (): string => `${process.pid}-${++serial}`

/** This process, told apart from a later one with the same id. */
const ourselves = (): string => `${process.pid} ${processStart(process.pid)}`

/**
 * Leaves our mark under a name that must be free. It is the target of a symbolic link: name and content appear at one
 * moment, and a full disk, on which the server must still be stopped, has room for it.
 */
function sign(path: string): void {
  symlinkSync(ourselves(), path)
}

/** Whose mark it is; undefined when there is none. */
function signature(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function isAlive(who: string): boolean {
  const [pid = ''] = who.split(' ', 1)
  return processStart(Number(pid)) === who.slice(pid.length + 1)
}

/**
 * Runs `work` while no other process starts or stops the server of this folder. The lock of a process that died is
 * taken over.
 *
 * @param onWait told once, when another process has been busy for a second
 */
export async function exclusively<T>(lockFile: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const started = Date.now()
  let told = false
  while (!locked(lockFile)) {
    if (!told && Date.now() - started > PATIENCE_MS) {
      told = true
      onWait()
    }
    await pause(POLL_MS)
  }
  try {
    return await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function locked(lockFile: string): boolean {
  try {
    sign(lockFile)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const holder = signature(lockFile)
  if (holder !== undefined && !isAlive(holder)) removeDeadLock(lockFile, holder)
  return false
}

/** Two processes may find the same dead lock. Renaming it has one winner, who looks again at what it has taken. */
function removeDeadLock(lockFile: string, holder: string): void {
  const aside = `${lockFile}.${uniqueName()}`
  try {
    renameSync(lockFile, aside)
  } catch {
    return
  }
  // Not the dead one: another process was quicker and has locked since. Give it back its lock.
  if (signature(aside) !== holder) renameSync(aside, lockFile)
  rmSync(aside, { force: true })
}

/**
 * Who uses a running server: one mark per use, in a folder. The last one out turns off the light; processes that died
 * without saying so are not counted.
 */
export class Users {
  readonly #folder: string
  readonly #own: string

  constructor(folder: string) {
    this.#folder = folder
    this.#own = uniqueName()
  }

  enter(): void {
    mkdirSync(this.#folder, { recursive: true })
    // A mark of that name is of a dead process that had our id.
    this.leave()
    sign(join(this.#folder, this.#own))
  }

  leave(): void {
    rmSync(join(this.#folder, this.#own), { force: true })
  }

  /** Whether anybody alive uses the server, ourselves not counted. Forgets the dead. */
  anyOthers(): boolean {
    mkdirSync(this.#folder, { recursive: true })
    const others = readdirSync(this.#folder).filter((name) => name !== this.#own)
    return others.filter((name) => this.#isAlive(join(this.#folder, name))).length > 0
  }

  #isAlive(mark: string): boolean {
    const who = signature(mark)
    if (who !== undefined && isAlive(who)) return true
    rmSync(mark, { force: true })
    return false
  }
}
