import { loadStarterData } from '../../../src/domains/labs/starter/index.ts'
import { migrateDatabase } from '../../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../../postgres/scratch-database.ts'

/** A database as a new installation has it: all tables and, unless left out, the starter data. */
export async function installedDatabase({ starter = true, timeZone = 'UTC' } = {}): Promise<ScratchDatabase> {
  const scratch = await scratchDatabase({ timeZone })
  await migrateDatabase(scratch.database)
  if (starter) await scratch.database.transaction((db) => loadStarterData(db))
  return scratch
}
