import { all, type Model } from '@alyx/models'
import { type Db, sql } from '../database/index.ts'
import { compareSchemas, type Difference } from './compare.ts'
import { expectedSchema } from './expected.ts'
import type { Migration } from './migration-files.ts'
import { readSchema } from './read.ts'
import { planMigrations } from './runner.ts'

export interface DatabaseCheck {
  /** Migrations that wait to be applied. */
  readonly pending: readonly Migration[]
  /** Where the history of the database is not that of the program. */
  readonly problems: readonly string[]
  /** Where its tables are not what the declarations say. */
  readonly differences: readonly Difference[]
}

/** Whether declarations, migrations and database agree; they do when all three lists are empty. Reads only. */
export async function checkMigrations(db: Db, models: readonly Model[] = all): Promise<DatabaseCheck> {
  const { pending, problems } = await planMigrations(db)
  return { pending, problems, differences: compareSchemas(expectedSchema(models), await readSchema(db)) }
}

/**
 * Whether searches for parts of a text do without their indexes, because the extension pg_trgm could not be made when
 * the indexes were. `create extension pg_trgm; select alyx.create_trigram_indexes();` by a superuser mends it.
 */
export async function lacksTrigramIndexes(db: Db): Promise<boolean> {
  const found = await db.rows(sql`
    select from pg_indexes where schemaname = 'public' and indexname like 'alyx\\_%\\_trigram' limit 1`)
  return found.length === 0
}
