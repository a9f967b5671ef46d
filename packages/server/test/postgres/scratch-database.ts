import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type Database, type DatabaseOptions, identifier, openDatabase } from '../../src/database/index.ts'

export interface ScratchDatabase {
  url: string
  database: Database
  /** Closes `database` and drops it, whoever else is connected. */
  drop(): Promise<void>
}

/**
 * A database of its own for one test file, empty or a copy of a template (about 50 ms).
 *
 * @param options those of `openDatabase`, and the template's name
 */
export async function scratchDatabase(
  options: Partial<DatabaseOptions> & { template?: string } = {},
): Promise<ScratchDatabase> {
  const { template = 'template0', ...opening } = options
  const name = `alyx_scratch_${process.pid}_${randomBytes(4).toString('hex')}`
  await asAdmin(`create database ${identifier(name).text} template ${identifier(template).text}`)
  const url = databaseUrl(name)
  const database = await openDatabase({ timeZone: 'UTC', maxConnections: 4, ...opening, url })
  return {
    url,
    database,
    drop: async () => {
      await database.close()
      await asAdmin(`drop database if exists ${identifier(name).text} with (force)`)
    },
  }
}

/** Address of another database on the server of the tests. */
export function databaseUrl(name: string): string {
  return inject('databaseAdminUrl').replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${encodeURIComponent(name)}`)
}

/** Runs SQL as a superuser, outside any scratch database. */
export async function asAdmin(sql: string): Promise<void> {
  const admin = await openDatabase({ url: inject('databaseAdminUrl'), timeZone: 'UTC', maxConnections: 1 })
  try {
    await admin.script(sql)
  } finally {
    await admin.close()
  }
}
