import { type Database, type Db, sql } from '../database/index.ts'
import { AdoptionRefused, type AdoptionReport, baselineSchema, isAdoptable, reportAdoption } from './adopt.ts'
import { appliedMigrations, createLedger, lockSchema, recordMigration } from './ledger.ts'
import { listMigrations, type Migration, migrationTitle } from './migration-files.ts'
import { applyMigrations } from './runner.ts'

export interface MigrationOutcome {
  /** `created` from nothing, `adopted` from Django, `upgraded` when something was pending, `current` when nothing was. */
  readonly outcome: 'created' | 'adopted' | 'upgraded' | 'current'
  /** Migrations that were run now: `0002_indexes`. */
  readonly applied: readonly string[]
  /** What an adopted database was found to be; only then. */
  readonly adoption?: AdoptionReport
  readonly milliseconds: number
}

export interface MigrateOptions {
  onProgress?(text: string): void
}

/**
 * Makes a database fit for this server, whatever it is: an empty one gets all tables, one of ours what is pending, one
 * that Django's Alyx 3.6.1 made is adopted without a change to its tables.
 *
 * @throws AdoptionRefused when the database holds something else; nothing was changed
 * @throws MigrationMismatch when a newer server has been here
 * @throws MigrationFailed when a migration could not be applied
 */
export async function migrateDatabase(database: Database, options: MigrateOptions = {}): Promise<MigrationOutcome> {
  const start = performance.now()
  const migrations = await listMigrations()
  const prepared = await prepare(database, migrations, options)
  const applied = await applyMigrations(database, { ...options, migrations })
  const outcome = prepared.state === 'ours' ? (applied.length > 0 ? 'upgraded' : 'current') : prepared.state
  return {
    outcome,
    applied: applied.map(migrationTitle),
    ...(prepared.adoption && { adoption: prepared.adoption }),
    milliseconds: Math.round(performance.now() - start),
  }
}

interface Prepared {
  readonly state: 'ours' | 'created' | 'adopted'
  readonly adoption?: AdoptionReport
}

/** Finds out what the database is, and writes down an adoption. */
async function prepare(database: Database, migrations: readonly Migration[], options: MigrateOptions) {
  const [baseline] = migrations
  if (!baseline) throw new Error('there are no migrations: the installation is incomplete')
  return database.transaction(async (db): Promise<Prepared> => {
    await lockSchema(db)
    if ((await appliedMigrations(db)).length > 0) return { state: 'ours' }
    if (!(await hasTables(db))) return { state: 'created' }
    options.onProgress?.('comparing the database with Alyx 3.6.1')
    const adoption = await reportAdoption(db, await baselineSchema(db, baseline))
    if (!isAdoptable(adoption)) throw new AdoptionRefused(adoption)
    await createLedger(db)
    await recordMigration(db, baseline, { adopted: true, durationMs: 0 })
    return { state: 'adopted', adoption }
  })
}

/** Whether anybody has put tables into schema `public`; those of extensions do not count. */
async function hasTables(db: Db): Promise<boolean> {
  const found = await db.rows(sql`
    select from pg_class t
     where t.relnamespace = to_regnamespace('public') and t.relkind in ('r', 'p', 'v', 'm', 'f')
       and not exists (select from pg_depend e
                        where e.classid = 'pg_class'::regclass and e.objid = t.oid and e.deptype = 'e')
     limit 1`)
  return found.length > 0
}
