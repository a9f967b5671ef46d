import { all, type Model } from '@alyx/models'
import type { Db } from '../database/index.ts'
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
