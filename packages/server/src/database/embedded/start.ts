import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isLostConnection } from '../errors.ts'
import { accountFor } from './account.ts'
import { type Cluster, createCluster, giveTo } from './cluster.ts'
import { clearer, isMissing, makeFolder, refuseOtherMajor } from './folder.ts'
import { installedPackage, programsFor } from './programs.ts'
import { createDatabase, findRunning, type Running, signalServer, startServer, stopServer, urlOf } from './running.ts'
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
  readonly url: string
  readonly socketFolder: string
  /** True when the server was running already: started by another process, or left over by one that was killed. */
  readonly attached: boolean
  /** True when, at the start, another living process used the server too. */
  readonly shared: boolean
  /** Of the server; another one after it died and was started again. */
  readonly pid: number
  /** Ends our use, and shuts the server down unless another process still uses it. Twice is harmless. */
  readonly stop: () => Promise<void>
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000

/**
 * Starts our own PostgreSQL in the folder, or attaches to the one that runs there. It listens on a unix socket only,
 * in a folder that only its owner can enter.
 *
 * The server outlives this process if that is killed; the next start attaches, and its `stop` ends the server.
 *
 * @throws DatabaseStartError whose message says what is wrong and what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const folder = resolve(options.folder)
  try {
    await makeFolder(folder)
    return await EmbeddedServer.start({ ...options, folder })
  } catch (error) {
    throw clearer(error, folder)
  }
}

class EmbeddedServer implements Embedded {
  attached = false
  shared = false
  readonly #options: EmbeddedOptions
  readonly #dataFolder: string
  readonly #users: Users
  #running: Running = { pid: 0, socketFolder: '' }
  #stopped: Promise<void> | undefined

  static async start(options: EmbeddedOptions): Promise<Embedded> {
    const server = new EmbeddedServer(options)
    await server.#alone(() => server.#attachOrStart())
    return server
  }

  private constructor(options: EmbeddedOptions) {
    this.#options = options
    const major = Number.parseInt(installedPackage().version, 10)
    this.#dataFolder = join(options.folder, `postgres-${major}`)
    this.#users = new Users(`${this.#dataFolder}.users`)
  }

  get pid(): number {
    return this.#running.pid
  }

  get socketFolder(): string {
    return this.#running.socketFolder
  }

  get url(): string {
    return urlOf(this.socketFolder, this.#databaseName)
  }

  readonly stop = (): Promise<void> => {
    process.off('exit', this.#atExit)
    this.#stopped ??= this.#alone(() => this.#leave())
    return this.#stopped
  }

  get #databaseName(): string {
    return this.#options.databaseName ?? 'alyx'
  }

  readonly #tell = (text: string): void => this.#options.onProgress?.(text)

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const onWait = () => this.#tell('Another process is starting or stopping PostgreSQL: waiting')
    return exclusively(`${this.#dataFolder}.lock`, onWait, work)
  }

  async #attachOrStart(mayHaveDied = true): Promise<void> {
    const found = await findRunning(this.#dataFolder, this.#tell)
    this.attached = found !== undefined
    this.shared = this.attached && this.#users.anyOthers()
    this.#running = found ?? (await this.#startOwn())
    this.#users.enter()
    process.once('exit', this.#atExit)
    try {
      await createDatabase(this.socketFolder, this.#databaseName)
    } catch (error) {
      process.off('exit', this.#atExit)
      // Found a moment before it was gone: killed servers take a while to leave.
      if (this.attached && mayHaveDied && isLostConnection(error)) {
        this.#users.leave()
        return this.#attachOrStart(false)
      }
      await this.#leave()
      throw error
    }
  }

  async #startOwn(): Promise<Running> {
    const account = accountFor(this.#dataFolder)
    const programs = await programsFor(installedPackage(), account, this.#options.folder, this.#tell)
    const fsync = this.#options.fsync ?? true
    const cluster: Cluster = { folder: this.#dataFolder, programs, account, fsync }
    if (isMissing(this.#dataFolder)) {
      refuseOtherMajor(this.#options.folder, this.#dataFolder)
      this.#tell(`Creating the database folder ${this.#dataFolder}`)
      await createCluster(cluster)
    }
    await giveTo(account, this.#dataFolder)
    const running = await startServer(cluster, this.#tell)
    // Ended by an administrator, it stays ended (code 0); killed, it comes back, and requests fail only meanwhile.
    running.child?.once('exit', (code) => {
      if (code !== 0) void this.#startAgain()
    })
    return running
  }

  async #startAgain(): Promise<void> {
    // The private folder of a long path goes with its server, and the address that others hold would be wrong.
    if (this.socketFolder !== this.#dataFolder) return
    for (let wait = FIRST_RETRY_MS; this.#stopped === undefined; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        await this.#alone(async () => {
          if (this.#stopped !== undefined) return
          this.#running = (await findRunning(this.#dataFolder, this.#tell)) ?? (await this.#startOwn())
          this.#tell('PostgreSQL had died and was started again')
        })
        return
      } catch (error) {
        this.#tell(`PostgreSQL has died: ${(error as Error).message}`)
        await pause(wait, undefined, { ref: false })
      }
    }
  }

  async #leave(): Promise<void> {
    this.#users.leave()
    if (!this.#users.anyOthers()) await stopServer(this.#dataFolder)
  }

  /** A program that ends without stopping (an uncaught error) still asks the server to go, unless others need it. */
  readonly #atExit = (): void => {
    this.#users.leave()
    if (!this.#users.anyOthers()) signalServer(this.#dataFolder, this.pid, 'SIGINT')
  }
}
