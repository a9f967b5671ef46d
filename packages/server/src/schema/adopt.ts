import { type Db, raw, sql } from '../database/index.ts'
import { type AlyxMigration, alyxApps, alyxMigrations } from './alyx-migrations.ts'
import { compareSchemas, type Difference, describeDifference } from './compare.ts'
import { runStatements } from './ledger.ts'
import type { Migration } from './migration-files.ts'
import { readSchema } from './read.ts'
import type { Schema } from './shape.ts'

/** What was found when a database was compared with Alyx 3.6.1. */
export interface AdoptionReport {
  /** Migrations of Alyx 3.6.1 that the database does not list: it is older. */
  readonly absentMigrations: readonly AlyxMigration[]
  /** Migrations of Alyx that 3.6.1 does not have: it is newer, or a fork. */
  readonly unknownMigrations: readonly AlyxMigration[]
  /** Differences the server cannot work with. */
  readonly serious: readonly Difference[]
  /** Differences that stay as they are. */
  readonly harmless: readonly Difference[]
}

/** The database is not one that Alyx 3.6.1 made; nothing in it was changed. */
export class AdoptionRefused extends Error {
  override readonly name = 'AdoptionRefused'
  readonly report: AdoptionReport

  constructor(report: AdoptionReport) {
    super(describeReport(report))
    this.report = report
  }
}

export const isAdoptable = ({ absentMigrations, unknownMigrations, serious }: AdoptionReport): boolean =>
  absentMigrations.length + unknownMigrations.length + serious.length === 0

/**
 * The tables of the baseline as this very PostgreSQL prints them: made in a schema of their own and taken back at once.
 * To be called inside a transaction.
 *
 * Not taken from the declarations: those grow with later migrations, and Alyx 3.6.1 does not.
 */
export async function baselineSchema(db: Db, baseline: Migration): Promise<Schema> {
  await db.execute(raw('savepoint before_baseline'))
  await db.execute(raw('create schema alyx_baseline'))
  await db.execute(raw('set local search_path to alyx_baseline'))
  await runStatements(db, baseline.up)
  const schema = await readSchema(db, 'alyx_baseline')
  await db.execute(raw('rollback to savepoint before_baseline'))
  return schema
}

/** Compares schema `public` with Alyx 3.6.1. Reads only. */
export async function reportAdoption(db: Db, baseline: Schema): Promise<AdoptionReport> {
  const listed = await listedMigrations(db)
  const differences = compareSchemas(baseline, await readSchema(db))
  const ofAlyx = ({ app }: AlyxMigration) => alyxApps.has(app)
  return {
    absentMigrations: missingFrom(listed, alyxMigrations.filter(ofAlyx)),
    unknownMigrations: missingFrom(alyxMigrations, listed.filter(ofAlyx)),
    serious: differences.filter(({ harmless }) => !harmless),
    harmless: differences.filter(({ harmless }) => harmless),
  }
}

async function listedMigrations(db: Db): Promise<AlyxMigration[]> {
  const [table] = await db.rows(sql`select to_regclass('public.django_migrations')`)
  if (table?.[0] === null) return []
  return db.objects<{ app: string; name: string }>(sql`select app, name from public.django_migrations order by id`)
}

function missingFrom(there: readonly AlyxMigration[], wanted: readonly AlyxMigration[]): AlyxMigration[] {
  const found = new Set(there.map(({ app, name }) => `${app}.${name}`))
  return wanted.filter(({ app, name }) => !found.has(`${app}.${name}`))
}

function describeReport(report: AdoptionReport): string {
  const { absentMigrations, unknownMigrations, serious } = report
  const listed = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`)]
  const names = (migrations: readonly AlyxMigration[]) => migrations.map(({ app, name }) => `${app}.${name}`)
  return [
    `This database was not made by Alyx 3.6.1, so it was left as it is. ${advice(report)}`,
    ...listed('Migrations of Alyx 3.6.1 that it lacks:', names(absentMigrations)),
    ...listed('Migrations of Alyx that version 3.6.1 does not have:', names(unknownMigrations)),
    ...listed('Differences in its tables:', serious.map(describeDifference)),
  ].join('\n')
}

function advice({ absentMigrations, unknownMigrations, serious }: AdoptionReport): string {
  if (absentMigrations.length === alyxMigrations.filter(({ app }) => alyxApps.has(app)).length) {
    return 'It holds tables of something else: name an empty database, or the one that Alyx uses.'
  }
  if (unknownMigrations.length > 0) return 'It comes from a newer Alyx or from a fork of it.'
  if (absentMigrations.length > 0)
    return 'It comes from an older Alyx: bring it to 3.6.1 there (manage.py migrate) first.'
  return serious.length > 0 ? 'Its list of migrations is right, but its tables were changed by hand.' : ''
}
