import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../database/embedded/folder.ts'
import { processStart } from '../database/embedded/processes.ts'
import { exclusively } from '../database/embedded/users.ts'

/** A server that works in a data folder. */
export interface RunningServer {
  readonly pid: number
  /** Where it answers; undefined while it is starting. */
  readonly address: string | undefined
}

/** The right to be the only server of a data folder. */
export interface Claim {
  /** Tells the next one who tries where this server answers. */
  announce(address: string): Promise<void>
  release(): Promise<void>
}

interface Noted extends RunningServer {
  /** Tells the process apart from a later one with the same id, as in a container that was started again. */
  readonly since: string | undefined
}

/**
 * Claims a data folder for this process, unless a living server has it.
 *
 * @throws the error of the file system when the folder cannot be used
 */
export async function claimFolder(folder: string): Promise<{ claim: Claim } | { running: RunningServer }> {
  const file = join(folder, 'server.json')
  await makeFolder(folder)
  return exclusively(
    `${file}.lock`,
    () => undefined,
    async () => {
      const running = await readNote(file)
      if (running) return { running: { pid: running.pid, address: running.address } }
      await writeNote(file, undefined)
      return {
        claim: {
          announce: (address: string) => writeNote(file, address),
          release: () => rm(file, { force: true }),
        },
      }
    },
  )
}

/** The server that works in the folder now, if one does. */
export async function findServer(folder: string): Promise<RunningServer | undefined> {
  return readNote(join(folder, 'server.json'))
}

async function readNote(file: string): Promise<Noted | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const noted = parsed(text)
  if (noted === undefined) return undefined
  const since = processStart(noted.pid)
  return since !== undefined && since === noted.since ? noted : undefined
}

/** A note that was half written when the power went counts as none. */
function parsed(text: string): Noted | undefined {
  try {
    return JSON.parse(text) as Noted
  } catch {
    return undefined
  }
}

async function writeNote(file: string, address: string | undefined): Promise<void> {
  const noted: Noted = { pid: process.pid, address, since: processStart(process.pid) }
  await writeFile(`${file}.new`, `${JSON.stringify(noted)}\n`)
  await rename(`${file}.new`, file)
}
