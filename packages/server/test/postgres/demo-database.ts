import { createHash, pbkdf2Sync } from 'node:crypto'
import { inject } from 'vitest'
import { type DatabaseOptions, openDatabase, raw, sql } from '../../src/database/index.ts'
import { seedDemo } from '../../src/domains/labs/demo/index.ts'
import { loadStarterData } from '../../src/domains/labs/starter/index.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { asAdmin, databaseUrl, type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

/** Day on which the tests look at the demo laboratory. */
const DEMO_DAY = '2026-03-02'

/** What everybody in the demo laboratory logs in with. */
export const DEMO_PASSWORD = 'tails-and-whiskers'

/** Django's form, with a single round: thousands of tests need not take the time of a thief. */
const PASSWORD_HASH = `pbkdf2_sha256$1$salt$${pbkdf2Sync(DEMO_PASSWORD, 'salt', 1, 32, 'sha256').toString('base64')}`

/**
 * A copy of the demo laboratory, made once per run and kept as a template: the first file that asks waits some seconds,
 * the others for a copy.
 */
export async function demoDatabase(options: Partial<DatabaseOptions> = {}): Promise<ScratchDatabase> {
  const template = `alyx_demo_template_${inject('run')}`
  const admin = await openDatabase({ url: inject('databaseAdminUrl'), timeZone: 'UTC', maxConnections: 1 })
  try {
    // Files run side by side: whoever comes first makes the template, and nobody copies half of it.
    await admin.transaction(async (db) => {
      await db.execute(sql`select pg_advisory_xact_lock(${lockNumber(template)})`)
      const [there] = await db.rows(sql`select from pg_database where datname = ${template}`)
      if (!there) await makeTemplate(template)
    })
    return await scratchDatabase({ ...options, template })
  } finally {
    await admin.close()
  }
}

async function makeTemplate(name: string): Promise<void> {
  await asAdmin(`create database ${name} template template0`)
  const database = await openDatabase({ url: databaseUrl(name), timeZone: 'UTC', maxConnections: 2 })
  try {
    await migrateDatabase(database)
    await database.transaction((db) => loadStarterData(db))
    await seedDemo(database, { today: DEMO_DAY, passwordHash: PASSWORD_HASH })
    await database.execute(raw('analyze'))
  } finally {
    await database.close()
  }
}

const lockNumber = (name: string): number => createHash('sha1').update(name).digest().readInt32BE()
