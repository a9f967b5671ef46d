import type { Database, Db } from '../database/index.ts'
import {
  type AppliedMigration,
  appliedMigrations,
  createLedger,
  forgetMigration,
  lockSchema,
  recordMigration,
  runStatements,
} from './ledger.ts'
import { listMigrations, type Migration, migrationTitle } from './migration-files.ts'

export interface MigrationPlan {
  readonly applied: readonly AppliedMigration[]
  /** What would be run, in this order. */
  readonly pending: readonly Migration[]
  /** Why nothing can be run: the database and the program tell different histories. One sentence each. */
  readonly problems: readonly string[]
}

export interface RunOptions {
  /** Number of the last migration to apply; absent: all of them. */
  readonly upTo?: number
  /** Other migrations than the server's own; for tests. */
  readonly migrations?: readonly Migration[]
  onProgress?(text: string): void
}

/** The database's history is not the program's: it is newer, or a migration was changed after it was applied. */
export class MigrationMismatch extends Error {
  override readonly name = 'MigrationMismatch'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The database cannot be migrated.\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** A migration stopped half way; its transaction was rolled back, so the database is as it was before it. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed'
  readonly migration: string

  constructor(migration: Migration, direction: 'up' | 'down', cause: unknown) {
    const title = migrationTitle(migration)
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`Migration ${title} ${direction === 'up' ? 'could not be applied' : 'could not be taken back'}: ${reason}`, {
      cause,
    })
    this.migration = title
  }
}

/** Where the two histories disagree, one sentence each; none when what is applied is what the files say. */
function historyProblems(applied: readonly AppliedMigration[], migrations: readonly Migration[]): string[] {
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  const problems: string[] = []
  for (const [at, { number, name, checksum }] of applied.entries()) {
    const migration = known.get(number)
    if (!migration) {
      problems.push(`The database has migration ${migrationTitle({ number, name })}, which this version does not know.`)
    } else if (migration.checksum !== checksum) {
      problems.push(`Migration ${migrationTitle(migration)} is not the one that was applied: its file has changed.`)
    }
    if (number !== at + 1) problems.push(`Migration ${number} (${name}) was applied without number ${at + 1}.`)
  }
  return problems
}

function plan(applied: readonly AppliedMigration[], migrations: readonly Migration[], upTo: number): MigrationPlan {
  const done = new Set(applied.map(({ number }) => number))
  return {
    applied,
    pending: migrations.filter(({ number }) => number <= upTo && !done.has(number)),
    problems: historyProblems(applied, migrations),
  }
}

/** What the database has, and what `applyMigrations` would do to it. Changes nothing. */
export async function planMigrations(db: Db, options: RunOptions = {}): Promise<MigrationPlan> {
  const migrations = options.migrations ?? (await listMigrations())
  return plan(await appliedMigrations(db), migrations, options.upTo ?? Number.POSITIVE_INFINITY)
}

/**
 * Applies what is pending, each migration in a transaction of its own together with its record. Two runners take turns:
 * the second finds the work done.
 *
 * @returns the migrations that this call applied
 * @throws MigrationMismatch when the histories disagree; nothing was run
 * @throws MigrationFailed when one could not be applied; those before it stay
 */
export async function applyMigrations(database: Database, options: RunOptions = {}): Promise<Migration[]> {
  const migrations = options.migrations ?? (await listMigrations())
  const applied: Migration[] = []
  for (;;) {
    const migration = await database.transaction((db) => applyNext(db, { ...options, migrations }))
    if (!migration) return applied
    applied.push(migration)
  }
}

async function applyNext(db: Db, options: RunOptions): Promise<Migration | undefined> {
  await lockSchema(db)
  const { pending, problems } = await planMigrations(db, options)
  if (problems.length > 0) throw new MigrationMismatch(problems)
  const [next] = pending
  if (!next) return undefined
  options.onProgress?.(`applying migration ${migrationTitle(next)}`)
  const start = performance.now()
  await createLedger(db)
  try {
    await runStatements(db, next.up)
  } catch (error) {
    throw new MigrationFailed(next, 'up', error)
  }
  await recordMigration(db, next, { adopted: false, durationMs: performance.now() - start })
  return next
}

export interface RevertOptions extends RunOptions {
  /** Allows taking back the first migration, and with it every table and every row of the laboratory. */
  readonly loseEverything?: boolean
}

/**
 * Takes back the last applied migration.
 *
 * @returns the migration, or undefined when none is applied
 * @throws MigrationMismatch when its file is missing or has changed, when Django made the tables, or when all rows would
 *   be lost and nobody said so
 */
export async function revertMigration(database: Database, options: RevertOptions = {}): Promise<Migration | undefined> {
  const migrations = options.migrations ?? (await listMigrations())
  return database.transaction(async (db) => {
    await lockSchema(db)
    const applied = await appliedMigrations(db)
    const problems = historyProblems(applied, migrations)
    const last = applied.at(-1)
    const migration = migrations.find(({ number }) => number === last?.number)
    if (last?.adopted) problems.push('The tables were made by Django: they are not ours to remove.')
    else if (last?.number === 1 && !options.loseEverything) {
      problems.push('Taking back the first migration removes every table and every row; say that this is wanted.')
    }
    if (problems.length > 0) throw new MigrationMismatch(problems)
    if (!migration) return undefined
    options.onProgress?.(`taking back migration ${migrationTitle(migration)}`)
    try {
      await runStatements(db, migration.down)
    } catch (error) {
      throw new MigrationFailed(migration, 'down', error)
    }
    await forgetMigration(db, migration.number)
    return migration
  })
}
