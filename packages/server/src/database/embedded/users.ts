import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { processStart } from './processes.ts'

const POLL_MS = 50
const PATIENCE_MS = 1_000

let serial = 0
/** Differs between two uses in one process, and between processes. */
const uniqueName = (): string => `${process.pid}-${++serial}`

/** This process, told apart from a later one with the same id. */
const ourselves = (): string => `${process.pid} ${processStart(process.pid)}`

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
  const mine = `${lockFile}.${uniqueName()}`
  await mkdir(dirname(lockFile), { recursive: true })
  await writeFile(mine, ourselves())
  try {
    const started = Date.now()
    let told = false
    while (!(await locked(mine, lockFile))) {
      if (!told && Date.now() - started > PATIENCE_MS) {
        told = true
        onWait()
      }
      await pause(POLL_MS)
    }
    try {
      return await work()
    } finally {
      await rm(lockFile, { force: true })
    }
  } finally {
    await rm(mine, { force: true })
  }
}

/** A hard link makes the lock and its content appear at one moment, unlike creating a file and writing to it. */
async function locked(mine: string, lockFile: string): Promise<boolean> {
  try {
    await link(mine, lockFile)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const holder = await readFile(lockFile, 'utf8').catch(() => undefined)
  if (holder !== undefined && !isAlive(holder)) await removeDeadLock(lockFile, holder, `${mine}.dead`)
  return false
}

async function removeDeadLock(lockFile: string, holder: string, aside: string): Promise<void> {
  // Two processes may find the same dead lock. Renaming has one winner, who looks again at what it has taken.
  await rename(lockFile, aside).catch(() => undefined)
  const taken = await readFile(aside, 'utf8').catch(() => holder)
  if (taken !== holder) await link(aside, lockFile).catch(() => undefined)
  await rm(aside, { force: true })
}

/**
 * Who uses a running server: one file per use, in a folder. The last one out turns off the light; processes that died
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
    writeFileSync(join(this.#folder, this.#own), ourselves())
  }

  leave(): void {
    rmSync(join(this.#folder, this.#own), { force: true })
  }

  /** Whether anybody alive uses the server, ourselves not counted. Forgets the dead. */
  anyOthers(): boolean {
    const names = readdirSync(this.#folder, { withFileTypes: true }).filter((file) => file.isFile())
    return names.filter(({ name }) => name !== this.#own && this.#isAlive(name)).length > 0
  }

  #isAlive(name: string): boolean {
    const file = join(this.#folder, name)
    try {
      if (isAlive(readFileSync(file, 'utf8'))) return true
    } catch {
      return false
    }
    rmSync(file, { force: true })
    return false
  }
}
