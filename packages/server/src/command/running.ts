import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance, FastifyListenOptions } from 'fastify'
import type { Logger } from 'pino'
import { keepSecretKey, type Settings } from '../config.ts'
import { clearer, makeFolder } from '../database/embedded/folder.ts'
import type { Database } from '../database/index.ts'
import type { Departure } from '../rest/departure.ts'
import type { MigrationOutcome } from '../schema/index.ts'
import { employCelery } from './celery.ts'
import { Refusal } from './explained.ts'
import { openLog } from './log.ts'
import { type Claim, claimFolder } from './one-server.ts'
import { openConfigured } from './opened.ts'
import { employPostman } from './post.ts'
import { type Progress, showProgress } from './progress.ts'
import { exitOnSignals, untilStopped } from './stop.ts'
import { employTimekeeper } from './timekeeper.ts'
import { backUpBeforeUpgrade } from './upgrade.ts'
import { startUpkeep } from './upkeep.ts'

/** What a server that has just begun to answer is. */
export interface Begun {
  readonly address: string
  readonly database: Database
  /** Whether PostgreSQL is ours. */
  readonly embedded: boolean
  readonly migration: MigrationOutcome
}

export interface RunOptions {
  /** Work on the migrated database before the first request. */
  prepare?(database: Database, progress: Progress): Promise<void>
  /** Told once the server answers. */
  begun(begun: Begun): void
}

const SECOND_MS = 1000
/** Requests under way get this long before their connections are cut; whoever is in a hurry asks twice. */
const REQUEST_PATIENCE_MS = 20 * SECOND_MS
const STOP_PATIENCE_MS = 25 * SECOND_MS
/** Connections that are kept open hear with their next answer that it was the last one; who sends nothing is not asked. */
const FAREWELL_MS = 1.5 * SECOND_MS
/** The first socket that systemd hands over. */
const HANDED_OVER_FD = 3

/**
 * Runs the server until a signal stops it: database, migrations, preparation, requests.
 *
 * @throws Refusal, DatabaseStartError and the errors of `migrateDatabase` when it cannot begin
 */
export async function runServer(settings: Settings, options: RunOptions): Promise<void> {
  const careful = exitOnSignals()
  const progress = showProgress()
  const own = settings.databaseUrl === undefined
  const claim = own ? await claimOrTell(settings.dataFolder) : undefined
  if (claim === 'taken') return
  try {
    if (!settings.socketHandedOver) await assertFree(settings)
    // Modules are read from the disk while PostgreSQL starts.
    const modules = Promise.all([openLog(settings), import('../app.ts'), import('../schema/index.ts')])
    modules.catch(() => undefined)
    const opened = await openConfigured(settings, {
      create: true,
      onProgress: progress.say,
      onLost: (error) =>
        void modules.then(
          ([log]) => log.warn({ err: error }, 'lost a connection to the database'),
          () => undefined,
        ),
    })
    try {
      const [log, { buildApp, Departure }, { migrateDatabase }] = await modules
      for (const warning of settings.warnings) log.warn(warning)
      await keepKey(settings, log)
      const { database } = opened
      const before = await backUpBeforeUpgrade(settings, { url: opened.url, database }, progress)
      if (before !== undefined) log.info({ folder: before }, 'backed up the database before its tables are changed')
      const migration = await migrateDatabase(opened.database, { onProgress: progress.say })
      await options.prepare?.(opened.database, progress)
      const departure = new Departure()
      const app = await buildApp({ database: opened.database, settings, log, departure })
      progress.done()
      const address = shown(await listen(app, settings))
      await claim?.announce(address)
      const postman = await employPostman(opened.database, settings, log)
      const celery = await employCelery(opened.database, settings, log)
      const upkeep = await startUpkeep(opened.database, settings, log)
      const timekeeper = await employTimekeeper(opened.database, settings, log)
      careful()
      process.on('uncaughtException', (error) => {
        log.fatal({ err: error }, 'stopping after a mistake in the program')
        process.exit(1)
      })
      const stopped = untilStopped(
        [
          () => leave(app, departure, settings.stopDelaySeconds),
          async () => postman?.stop(),
          async () => celery?.stop(),
          () => timekeeper.stop(),
          () => upkeep.stop(),
          () => opened.close(),
          async () => claim?.release(),
        ],
        STOP_PATIENCE_MS + settings.stopDelaySeconds * SECOND_MS,
      )
      options.begun({ address, database: opened.database, embedded: own, migration })
      await stopped
    } catch (error) {
      await opened.close()
      throw error
    }
  } finally {
    progress.done()
    await claim?.release()
  }
  // Whatever has not ended by now had its time.
  process.exit(0)
}

/** Our own database needs the data folder anyway; beside another one, a folder that cannot be written only costs logins. */
async function keepKey(settings: Settings, log: Logger): Promise<void> {
  try {
    await makeFolder(settings.dataFolder)
    keepSecretKey(settings)
  } catch (error) {
    const consequence = 'the secret key cannot be kept: people must log in again after each start; set ALYX_SECRET_KEY'
    log.warn({ err: error, folder: settings.dataFolder }, consequence)
  }
}

async function claimOrTell(folder: string): Promise<Claim | 'taken'> {
  const claimed = await claimFolder(folder).catch((error) => {
    const problem = clearer(error, folder)
    throw problem instanceof Error ? new Refusal(`${problem.message} ALYX_DATA_FOLDER names another one.`) : problem
  })
  if ('claim' in claimed) return claimed.claim
  const { pid, address } = claimed.running
  process.stdout.write(
    address === undefined
      ? `Alyx is starting already in ${folder}, as process ${pid}.\n`
      : `Alyx is running already in ${folder}: ${address}, process ${pid}.\n`,
  )
  return 'taken'
}

/** Before anything else is started: a first start takes a while, and this may spoil its end. */
async function assertFree({ host, port }: Settings): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => probe.once('error', reject).listen({ host, port }, resolve))
  } catch (error) {
    throw refusedToListen(error, host, port)
  } finally {
    probe.close()
  }
}

async function listen(app: FastifyInstance, { host, port, socketHandedOver }: Settings): Promise<string> {
  try {
    // Fastify passes on what it does not know.
    const where: FastifyListenOptions & { fd?: number } = {
      host,
      port,
      ...(socketHandedOver && { fd: HANDED_OVER_FD }),
    }
    return await app.listen(where)
  } catch (error) {
    throw refusedToListen(error, host, port)
  }
}

function refusedToListen(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new Refusal(
        `Port ${port} of ${host} is in use by another program: choose another one with --port or ALYX_PORT.`,
      )
    case 'EACCES':
      return new Refusal(
        `This user may not listen on port ${port}: choose one of 1024 or more with --port or ALYX_PORT.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new Refusal(`This machine has no address ${host}: give one of its own, or 0.0.0.0 for all of them.`)
    default:
      return error
  }
}

/** The address as a browser on this machine would write it. */
function shown(address: string): string {
  return address.replace(/\/\/(0\.0\.0\.0|\[::\])(?=:)/, '//127.0.0.1')
}

/** Says goodbye: whoever watches is told first, then whoever is connected, and what is under way is finished. */
async function leave(app: FastifyInstance, departure: Departure, delaySeconds: number): Promise<void> {
  departure.begin()
  await pause(delaySeconds * SECOND_MS)
  if ((await connectionsOf(app)) > 0) await pause(FAREWELL_MS)
  const impatient = setTimeout(() => app.server.closeAllConnections(), REQUEST_PATIENCE_MS).unref()
  await app.close()
  clearTimeout(impatient)
}

const connectionsOf = ({ server }: FastifyInstance): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
