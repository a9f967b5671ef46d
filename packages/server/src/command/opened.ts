import { readdir } from 'node:fs/promises'
import type { Settings } from '../config.ts'
import type { ChangeContext, Database, Embedded } from '../database/index.ts'
import { Refusal } from './explained.ts'
import { type Progress, showProgress } from './progress.ts'
import { exitOnSignals } from './stop.ts'

/** A database in use, and the PostgreSQL that belongs to it when that is ours. */
export interface Opened {
  readonly database: Database
  readonly embedded: Embedded | undefined
  /** Of the database, with the password. */
  readonly url: string
  /** Closes the database, then ends our use of its PostgreSQL. */
  close(): Promise<void>
}

export interface OpenOptions {
  /** Whether to make our own PostgreSQL when the data folder has none yet. */
  create: boolean
  onProgress(text: string): void
  maxConnections?: number
  onLost?(error: Error): void
  /** Who changes what nothing else is said about; the server itself when absent. */
  context?: ChangeContext
}

/**
 * Opens the database that the settings name, starting our own PostgreSQL when they name none.
 *
 * @throws DatabaseStartError when it cannot be used
 * @throws Refusal when there is no own PostgreSQL yet and it may not be made
 */
export async function openConfigured(settings: Settings, options: OpenOptions): Promise<Opened> {
  const { openDatabase, startEmbedded } = await import('../database/index.ts')
  if (settings.databaseUrl === undefined && !options.create && !(await hasDatabase(settings.dataFolder))) {
    throw new Refusal(
      `There is no database in ${settings.dataFolder} yet. Go to the folder where Alyx was started, or name the database ` +
        'with DATABASE_URL or ALYX_DATA_FOLDER. A new database is made by "alyx start".',
    )
  }
  const embedded =
    settings.databaseUrl === undefined
      ? await startEmbedded({ folder: settings.dataFolder, onProgress: options.onProgress })
      : undefined
  try {
    const url = embedded?.url ?? (settings.databaseUrl as string)
    const database = await openDatabase({
      url,
      timeZone: settings.timeZone,
      maxConnections: options.maxConnections ?? settings.maxConnections,
      statementTimeoutMs: settings.statementTimeoutMs,
      context: options.context ?? { source: 'server' },
      ...(options.onLost && { onError: options.onLost }),
    })
    const close = async () => {
      await database.close()
      await embedded?.stop()
    }
    return { database, embedded, url, close }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

/** Whether the data folder holds a PostgreSQL of ours. */
async function hasDatabase(dataFolder: string): Promise<boolean> {
  const names = await readdir(dataFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.some((name) => /^postgres-\d+$/.test(name))
}

export interface WorkOptions {
  /** Whether to make our own PostgreSQL when there is none; default false. */
  create?: boolean
  /**
   * `migrated` (the default) refuses a database whose tables are not those of this version, `migrate` brings them there
   * first, `any` takes it as it is.
   */
  tables?: 'migrated' | 'migrate' | 'any'
}

/**
 * Runs the work of one command on the configured database. Queries may take as long as they need.
 *
 * @throws Refusal when the database is not what the command needs
 */
export async function withDatabase<T>(
  settings: Settings,
  work: (database: Database, progress: Progress) => Promise<T>,
  options: WorkOptions = {},
): Promise<T> {
  const COMMAND_CONNECTIONS = 4
  const progress = showProgress()
  const careless = exitOnSignals()
  try {
    const opened = await openConfigured(
      { ...settings, statementTimeoutMs: 0 },
      {
        create: options.create ?? false,
        onProgress: progress.say,
        maxConnections: COMMAND_CONNECTIONS,
        context: { source: 'command' },
      },
    )
    try {
      await prepare(opened.database, options.tables ?? 'migrated', progress)
      return await work(opened.database, progress)
    } finally {
      await opened.close()
    }
  } finally {
    progress.done()
    careless()
  }
}

async function prepare(database: Database, tables: NonNullable<WorkOptions['tables']>, progress: Progress) {
  if (tables === 'any') return
  const { migrateDatabase, planMigrations } = await import('../schema/index.ts')
  if (tables === 'migrate') {
    await migrateDatabase(database, { onProgress: progress.say })
    return
  }
  const { pending, problems } = await planMigrations(database)
  if (pending.length + problems.length > 0) {
    throw new Refusal(
      'The database does not have the tables of this version of Alyx: see "alyx migrate plan", then "alyx migrate apply".',
    )
  }
}
