import type { ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { identifier } from '../statement.ts'
import { type Cluster, logLength, ROLE, spawnPostmaster, whenReady } from './cluster.ts'
import { PORT, readPostmasterFile, removeLeftovers, socketAnswers } from './postmaster-file.ts'
import { isPostmasterOf } from './processes.ts'

/** A server that takes connections. */
export interface Running {
  pid: number
  socketFolder: string
  /** Undefined when another process started it. */
  child?: ChildProcess
}

const POLL_MS = 20
const PATIENCE_MS = 1_000
const FAST_SHUTDOWN_MS = 60_000
const IMMEDIATE_SHUTDOWN_MS = 10_000
/** How long the processes of a server that was killed may take to notice and leave. */
const ORPHANS_MS = 10_000

/** The server that runs on the data folder already, once it is ready; waits for one that is stopping. */
export async function findRunning(
  dataFolder: string,
  onProgress: (text: string) => void,
): Promise<Running | undefined> {
  const tell = afterPatience(() => onProgress('PostgreSQL is running already, but not ready: waiting for it'))
  for (;;) {
    const file = await readPostmasterFile(dataFolder)
    if (file === undefined) return undefined
    if (!isPostmasterOf(file.pid, dataFolder) && !(await socketAnswers(file.socketFolder))) {
      // PostgreSQL clears up after itself, except when the id in its file belongs to somebody else by now.
      await removeLeftovers(dataFolder, file.socketFolder)
      if (file.socketFolder !== dataFolder) await rm(file.socketFolder, { recursive: true, force: true })
      return undefined
    }
    if (file.status === 'ready') return { pid: file.pid, socketFolder: file.socketFolder }
    tell()
    await pause(POLL_MS)
  }
}

/** Starts a server on a cluster that has none, and waits until it takes connections. */
export async function startServer(cluster: Cluster, onProgress: (text: string) => void): Promise<Running> {
  const deadline = Date.now() + ORPHANS_MS
  const patience = setTimeout(() => onProgress('PostgreSQL is recovering from a crash or a busy disk'), PATIENCE_MS)
  try {
    for (;;) {
      const logStart = logLength(cluster.folder)
      const { child, socketFolder } = await spawnPostmaster(cluster)
      try {
        await whenReady(cluster, child, logStart)
        return { pid: child.pid as number, socketFolder, child }
      } catch (error) {
        if (socketFolder !== cluster.folder) await rm(socketFolder, { recursive: true, force: true })
        // Processes of a server that was killed still hold its shared memory for a moment.
        if (!/shared memory block/.test(String(error)) || Date.now() > deadline) throw error
        await pause(POLL_MS * 10)
      }
    }
  } finally {
    clearTimeout(patience)
  }
}

/** Shuts down whatever server runs on the data folder, and waits for its end. */
export async function stopServer(dataFolder: string): Promise<void> {
  const file = await readPostmasterFile(dataFolder)
  if (file === undefined) return
  for (const [name, patience] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    // A process that does not react: an immediate shutdown loses nothing, the next start recovers from the log.
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    signalServer(dataFolder, file.pid, name)
    for (const until = Date.now() + patience; isPostmasterOf(file.pid, dataFolder) && Date.now() < until; ) {
      await pause(POLL_MS)
    }
  }
  if (file.socketFolder !== dataFolder) await rm(file.socketFolder, { recursive: true, force: true })
}

/** Signals a process if it is the server of this folder: an id may belong to somebody else by now. */
export function signalServer(dataFolder: string, pid: number, name: NodeJS.Signals): void {
  try {
    if (isPostmasterOf(pid, dataFolder)) process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}

/** Address of a database of the server, in the form that libpq's programs read too. */
export function urlOf(socketFolder: string, databaseName: string): string {
  return `postgres://${ROLE}@/${encodeURIComponent(databaseName)}?host=${encodeURIComponent(socketFolder)}&port=${PORT}`
}

/** Makes the database unless it is there. */
export async function createDatabase(socketFolder: string, name: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(socketFolder, 'postgres') })
  await client.connect()
  try {
    const { rows } = await client.query('select from pg_database where datname = $1', [name])
    if (rows.length === 0) await client.query(`create database ${identifier(name).text}`)
  } finally {
    await client.end()
  }
}

function afterPatience(tell: () => void): () => void {
  const started = Date.now()
  let told = false
  return () => {
    if (told || Date.now() - started < PATIENCE_MS) return
    told = true
    tell()
  }
}
