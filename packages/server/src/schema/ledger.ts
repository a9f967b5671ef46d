import { type Db, raw, sql } from '../database/index.ts'
import { literal } from './identifiers.ts'
import type { Migration } from './migration-files.ts'

/** A migration that the database has. */
export interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly checksum: string
  /** The tables were there already, made by Django; nothing was run. */
  readonly adopted: boolean
  /** As PostgreSQL prints it. */
  readonly applied_at: string
  readonly duration_ms: number
}

/** Key of the advisory lock that lets one runner at a time touch the schema: "alyx" in ASCII. */
const LOCK_KEY = 0x616c7978

/**
 * Prepares the transaction for changing the schema: waits for any other runner, lifts the time limit of statements, and
 * makes unqualified names mean schema `public` whatever the role's own search path: PostgreSQL looks first into the
 * schema called like the role, and both may well be called `alyx`.
 */
export async function lockSchema(db: Db): Promise<void> {
  await db.execute(raw('set local statement_timeout = 0'))
  await db.execute(raw('set local search_path to public'))
  await db.execute(sql`select pg_advisory_xact_lock(${LOCK_KEY})`)
}

/** Makes the table of applied migrations, the first thing of ours in any database. */
export async function createLedger(db: Db): Promise<void> {
  await db.execute(raw('create schema if not exists alyx'))
  await db.execute(
    raw(`create table if not exists alyx.migration (
      number integer primary key,
      name text not null,
      checksum text not null,
      adopted boolean not null,
      applied_at timestamp with time zone not null default clock_timestamp(),
      duration_ms double precision not null
    )`),
  )
}

/** Migrations that the database has, in the order of their numbers; none where we have never been. */
export async function appliedMigrations(db: Db): Promise<AppliedMigration[]> {
  // Not `to_regclass`: it answers from a cache that may not know yet what another runner committed a moment ago.
  const ledger = await db.rows(sql`select from pg_tables where schemaname = 'alyx' and tablename = 'migration'`)
  if (ledger.length === 0) return []
  return db.objects<AppliedMigration>(
    sql`select number, name, checksum, adopted, applied_at, duration_ms from alyx.migration order by number`,
  )
}

export async function recordMigration(
  db: Db,
  { number, name, checksum }: Migration,
  { adopted, durationMs }: { readonly adopted: boolean; readonly durationMs: number },
): Promise<void> {
  await db.execute(sql`
    insert into alyx.migration (number, name, checksum, adopted, duration_ms)
    values (${number}, ${name}, ${checksum}, ${adopted}, ${durationMs})`)
}

export async function forgetMigration(db: Db, number: number): Promise<void> {
  await db.execute(sql`delete from alyx.migration where number = ${number}`)
}

/**
 * Runs SQL of any number of statements inside the transaction.
 *
 * As the body of one `do` statement, because a transaction's connection takes one statement at a time; PL/pgSQL's
 * `execute` takes as many as there are.
 */
export async function runStatements(db: Db, text: string): Promise<void> {
  await db.execute(raw(`do ${literal(`begin execute ${literal(text)}; end`)}`))
}
