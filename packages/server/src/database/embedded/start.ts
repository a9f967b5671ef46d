import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { DatabaseStartError } from '../start-problem.ts'
import { identifier } from '../statement.ts'
import { accountFor } from './account.ts'
import { type Cluster, createCluster, giveTo, logLength, ROLE, spawnPostmaster, whenReady } from './cluster.ts'
import { PORT, readPostmasterFile, removeLeftovers, socketAnswers } from './postmaster-file.ts'
import { isPostmasterOf } from './processes.ts'
import { installedPackage, programsFor } from './programs.ts'
import { exclusively, Users } from './users.ts'

export interface EmbeddedOptions {
  /** Alyx's data folder; PostgreSQL gets `postgres-18` in it. Made when missing. */
  folder: string
  /** Made when missing. */
  databaseName?: string
  /** One line for a person, for what takes longer than a moment. */
  onProgress?(text: string): void
  /** False only for data that nobody will miss: a power cut may then lose the cluster. */
  fsync?: boolean
}

export interface Embedded {
  url: string
  socketFolder: string
  /** True when the server was running already: started by another process, or left over by one that was killed. */
  attached: boolean
  /** True when another living process uses the server too. */
  shared: boolean
  /** Of the server. */
  pid: number
  /** Ends our use, and shuts the server down unless another process still uses it. Twice is harmless. */
  stop(): Promise<void>
}

const POLL_MS = 20
const PATIENCE_MS = 1_000
const FAST_SHUTDOWN_MS = 60_000
const IMMEDIATE_SHUTDOWN_MS = 10_000
/** How long the processes of a server that was killed may take to notice and leave. */
const ORPHANS_MS = 10_000

/**
 * Starts our own PostgreSQL in the folder, or attaches to the one that runs there. It listens on a unix socket only,
 * in a folder that only its owner can enter.
 *
 * The server outlives this process if that is killed; the next start attaches, and its `stop` ends the server.
 *
 * @throws DatabaseStartError whose message says what is wrong and what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const onProgress = options.onProgress ?? (() => undefined)
  const folder = resolve(options.folder)
  const installed = installedPackage()
  const dataFolder = join(folder, `postgres-${Number.parseInt(installed.version, 10)}`)
  const users = new Users(`${dataFolder}.users`)
  try {
    await mkdir(folder, { recursive: true })
    const alone = <T>(work: () => Promise<T>) =>
      exclusively(
        `${dataFolder}.lock`,
        () => onProgress('Another process is starting or stopping PostgreSQL: waiting'),
        work,
      )
    return await alone(async () => {
      const running = await findRunning(dataFolder, onProgress)
      const shared = running !== undefined && existsSync(`${dataFolder}.users`) && users.anyOthers()
      const server = running ?? (await start())
      users.enter()
      const stopServer = () => alone(() => leave(users, dataFolder, server))
      try {
        await createDatabase(server.socketFolder, options.databaseName ?? 'alyx')
      } catch (error) {
        await leave(users, dataFolder, server)
        throw error
      }
      return embedded(server, options.databaseName ?? 'alyx', running !== undefined, shared, users, stopServer)
    })
  } catch (error) {
    throw clearer(error, folder)
  }

  async function start(): Promise<Server> {
    const account = accountFor(dataFolder)
    const programs = await programsFor(installed, account, folder, onProgress)
    const cluster: Cluster = { folder: dataFolder, programs, account, fsync: options.fsync ?? true }
    if (isMissing(dataFolder)) {
      refuseOtherMajor(folder, dataFolder)
      onProgress(`Creating the database folder ${dataFolder}`)
      await createCluster(cluster)
    }
    await giveTo(account, dataFolder)
    return startServer(cluster, onProgress)
  }
}

interface Server {
  pid: number
  socketFolder: string
  /** Undefined when another process started it. */
  child?: ChildProcess
}

/** The server that runs on the data folder already, once it is ready; waits for one that is stopping. */
async function findRunning(dataFolder: string, onProgress: (text: string) => void): Promise<Server | undefined> {
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

async function startServer(cluster: Cluster, onProgress: (text: string) => void): Promise<Server> {
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

function embedded(
  server: Server,
  databaseName: string,
  attached: boolean,
  shared: boolean,
  users: Users,
  stopServer: () => Promise<void>,
): Embedded {
  const { pid, socketFolder } = server
  // A program that ends without stopping (an uncaught error) still asks the server to go, unless others need it.
  const atExit = () => {
    users.leave()
    if (!users.anyOthers()) signal(pid, 'SIGINT')
  }
  process.once('exit', atExit)
  let stopped: Promise<void> | undefined
  return {
    url: urlOf(socketFolder, databaseName),
    socketFolder,
    attached,
    shared,
    pid,
    stop: () => {
      process.off('exit', atExit)
      stopped ??= stopServer()
      return stopped
    },
  }
}

async function leave(users: Users, dataFolder: string, { pid, socketFolder, child }: Server): Promise<void> {
  users.leave()
  if (users.anyOthers()) return
  const isGone = () => (child === undefined ? !isPostmasterOf(pid, dataFolder) : hasEnded(child))
  for (const [name, patience] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    // A process that does not react: an immediate shutdown loses nothing, the next start recovers from the log.
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    if (isGone()) break
    signal(pid, name)
    for (const until = Date.now() + patience; !isGone() && Date.now() < until; ) await pause(POLL_MS)
  }
  if (socketFolder !== dataFolder) await rm(socketFolder, { recursive: true, force: true })
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}

function urlOf(socketFolder: string, databaseName: string): string {
  return `postgres://${ROLE}@/${encodeURIComponent(databaseName)}?host=${encodeURIComponent(socketFolder)}&port=${PORT}`
}

async function createDatabase(socketFolder: string, name: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(socketFolder, 'postgres') })
  await client.connect()
  try {
    const { rows } = await client.query('select from pg_database where datname = $1', [name])
    if (rows.length === 0) await client.query(`create database ${identifier(name).text}`)
  } finally {
    await client.end()
  }
}

/** Whether there is no cluster yet; an empty folder, such as a mounted volume's, is taken away to make room for it. */
function isMissing(dataFolder: string): boolean {
  if (!existsSync(dataFolder)) return true
  if (existsSync(join(dataFolder, 'PG_VERSION'))) return false
  if (readdirSync(dataFolder).length > 0) {
    throw new DatabaseStartError(
      `${dataFolder} is not a folder of PostgreSQL: move it away, or choose another data folder.`,
    )
  }
  rmdirSync(dataFolder)
  return true
}

/** An empty database beside the old one would look as if everything were lost. */
function refuseOtherMajor(folder: string, dataFolder: string): void {
  const other = readdirSync(folder).find((name) => /^postgres-\d+$/.test(name) && name !== basename(dataFolder))
  if (other === undefined) return
  throw new DatabaseStartError(
    `${folder} holds the data of another PostgreSQL (${other}), and this version of Alyx brings ${basename(dataFolder)}: ` +
      'dump the data with the version of Alyx that wrote them and load them here, or choose another data folder.',
  )
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

function clearer(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseStartError) return error
  const { code = '', path = folder } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC')
    return new DatabaseStartError(`The disk of ${folder} is full: make room and start again.`, error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new DatabaseStartError(
      `The data folder cannot be used, ${path} may not be read or written by this user.`,
      error,
    )
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new DatabaseStartError(`The data folder cannot be made: ${path} is in the way.`, error)
  }
  return new DatabaseStartError(`PostgreSQL cannot be started in ${folder}: ${error.message}.`, error)
}
