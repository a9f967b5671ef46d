import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  type Database,
  identifier,
  openDatabase,
  raw,
  startEmbedded,
} from '../../packages/server/src/database/index.ts'
import { atTheEnd } from './endings.ts'
import { recorded, root, temporaryFolder } from './places.ts'
import { withoutCopy } from './sql-dump.ts'

/** A PostgreSQL on which scratch databases can be made. */
export interface Postgres {
  /** 15, 18 and so on. */
  readonly major: number
  /** Of a database on it, by name. */
  url(name: string): string
}

/** Our own PostgreSQL in a temporary folder, gone at the end of the program. */
export async function embeddedPostgres(): Promise<Postgres> {
  const folder = await temporaryFolder('postgres')
  const embedded = await startEmbedded({ folder, databaseName: ADMINISTRATION, fsync: false })
  atTheEnd(() => embedded.stop())
  return postgresAt(embedded.url)
}

/** @throws DatabaseStartError when nothing answers there or we may not enter */
export async function postgresAt(administrationUrl: string): Promise<Postgres> {
  const database = await open(administrationUrl)
  try {
    return {
      major: Math.floor(database.serverVersion / 10_000),
      url: (name) => renamed(administrationUrl, name),
    }
  } finally {
    await database.close()
  }
}

/** A new empty database, dropped at the end of the program. @returns its address */
export async function scratchDatabase(postgres: Postgres, purpose: string): Promise<string> {
  const name = `alyx_${purpose}_${process.pid}`
  const { text } = identifier(name)
  const administer = (sql: string) => using(postgres.url(ADMINISTRATION), (database) => database.script(sql))
  await administer(`create database ${text} template template0`)
  atTheEnd(() => administer(`drop database if exists ${text} with (force)`))
  return postgres.url(name)
}

/**
 * A database that a command can make anew, again and again, as it is now; gone at the end of the program.
 *
 * @returns its address, and a shell command that makes it anew
 */
export async function renewableDatabase(postgres: Postgres, from: string): Promise<{ url: string; renew: string }> {
  const template = nameIn(from)
  const name = `${template}_anew`
  const { text } = identifier(name)
  atTheEnd(() =>
    using(postgres.url(ADMINISTRATION), (database) => database.script(`drop database if exists ${text} with (force)`)),
  )
  const words = [process.execPath, join(root, 'e2e/conformance/reset.ts'), postgres.url(ADMINISTRATION), name, template]
  return { url: postgres.url(name), renew: words.map((word) => `'${word}'`).join(' ') }
}

/**
 * A copy of a database to which nobody is connected, on the same server, dropped at the end of the program.
 *
 * @returns its address
 */
export async function copyOfDatabase(url: string, purpose: string): Promise<string> {
  const original = nameIn(url)
  const postgres = await postgresAt(renamed(url, ADMINISTRATION))
  const copy = `${original}_${purpose}`
  const administer = (sql: string) => using(postgres.url(ADMINISTRATION), (database) => database.script(sql))
  const drop = () => administer(`drop database if exists ${identifier(copy).text} with (force)`)
  // A run that was killed leaves its copy behind, where the server outlives it.
  await drop()
  await administer(`create database ${identifier(copy).text} template ${identifier(original).text}`)
  atTheEnd(drop)
  return postgres.url(copy)
}

/** Fills an empty database with the recorded laboratory of Alyx 3.6.1. */
export async function loadRecordedLaboratory(url: string): Promise<void> {
  const dump = gunzipSync(await readFile(recorded('existing-alyx.sql.gz'))).toString('utf8')
  await using(url, async (database) => {
    await database.script(withoutCopy(dump))
    await database.execute(raw('analyze'))
  })
}

/** Opens a database for as long as the work takes. */
export async function using<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await open(url)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

const ADMINISTRATION = 'postgres'

/** The name of the database in its address. */
const nameIn = (url: string): string => decodeURIComponent(/^\w+:\/\/[^/]*\/([^?]*)/.exec(url)?.[1] ?? '')

/** The address of another database on the same server. */
const renamed = (url: string, name: string): string =>
  url.replace(/^(\w+:\/\/[^/]*)\/?[^?]*/, `$1/${encodeURIComponent(name)}`)

const open = (url: string): Promise<Database> => openDatabase({ url, timeZone: 'UTC', maxConnections: 4 })
