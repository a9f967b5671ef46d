import { readFile, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'

/** Part of the socket's file name and nothing else: there is no TCP. */
export const PORT = 5432
export const SOCKET_NAME = `.s.PGSQL.${PORT}`

/** The part of a path that /proc gives to a folder handed over as an open file; see `cluster.ts`. */
export const HANDED_OVER = '/proc/self/fd/'

/** What a running server writes about itself into its data folder. Source: PostgreSQL, miscadmin.h, LOCK_FILE_LINE_*. */
export interface PostmasterFile {
  pid: number
  socketFolder: string
  /** 'starting', 'ready', 'stopping'; '' until first written. */
  status: string
}

/** @returns undefined when the file is missing or not yet complete enough to name a process */
export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  const written = lines[4] ?? ''
  const socketFolder = written === '' || written.startsWith(HANDED_OVER) ? dataFolder : written
  return { pid, socketFolder, status: lines[7] ?? '' }
}

/** Removes what a server that is gone left behind and that would keep the next one from starting. */
export async function removeLeftovers(dataFolder: string, socketFolder: string): Promise<void> {
  await rm(join(dataFolder, 'postmaster.pid'), { force: true })
  await rm(join(socketFolder, `${SOCKET_NAME}.lock`), { force: true })
}

/**
 * Whether a server takes connections in the folder. It finds servers that process ids cannot: those of another
 * container that shares the folder.
 */
export function socketAnswers(socketFolder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: join(socketFolder, SOCKET_NAME) })
    const answer = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}
