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

const outcomes: { readonly [S in Usable['state']]: (applied: number) => MigrationOutcome['outcome'] } = {
  // Two servers may have found it empty: the one that came second has nothing left to do.
  empty: (applied) => (applied > 0 ? 'created' : 'current'),
  ours: (applied) => (applied > 0 ? 'upgraded' : 'current'),
  adoptable: () => 'adopted',
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
  const found = await prepare(database, options)
  const applied = await applyMigrations(database, options)
  return {
    outcome: outcomes[found.state](applied.length),
    applied: applied.map(migrationTitle),
    ...('report' in found && { adoption: found.report }),
    milliseconds: Math.round(performance.now() - start),
  }
}

/** What a database turned out to be; `report` says how far one with tables of its own is from Alyx 3.6.1. */
export type DatabaseState = Usable | { readonly state: 'foreign'; readonly report: AdoptionReport }

type Usable = { readonly state: 'empty' | 'ours' } | { readonly state: 'adoptable'; readonly report: AdoptionReport }

/** Finds out what `migrateDatabase` would do, and changes nothing. */
export async function examineDatabase(database: Database): Promise<DatabaseState> {
  const baseline = await firstMigration()
  return database.transaction(async (db) => {
    await lockSchema(db)
    return examine(db, baseline)
  })
}

async function examine(db: Db, baseline: Migration): Promise<DatabaseState> {
  if ((await appliedMigrations(db)).length > 0) return { state: 'ours' }
  if (!(await hasTables(db))) return { state: 'empty' }
  const report = await reportAdoption(db, await baselineSchema(db, baseline))
  return isAdoptable(report) ? { state: 'adoptable', report } : { state: 'foreign', report }
}

async function firstMigration(): Promise<Migration> {
  const [baseline] = await listMigrations()
  if (!baseline) throw new Error('there are no migrations: the installation is incomplete')
  return baseline
}

/** Makes sure that the database is one we may write to, and writes down an adoption. */
async function prepare(database: Database, options: MigrateOptions): Promise<Usable> {
  const baseline = await firstMigration()
  return database.transaction(async (db) => {
    await lockSchema(db)
    const found = await examine(db, baseline)
    if (found.state === 'foreign') throw new AdoptionRefused(found.report)
    if (found.state === 'adoptable') {
      options.onProgress?.('adopting the database of Alyx 3.6.1: its tables stay as they are')
      await createLedger(db)
      await recordMigration(db, baseline, { adopted: true, durationMs: 0 })
    }
    return found
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
