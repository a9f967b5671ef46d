import { randomUUID } from 'node:crypto'
import { type ChangeContext, type Database, type Db, type Sql, sql } from '../../src/database/index.ts'
import { type HistoryEntry, type HistoryFilter, listHistory } from '../../src/history/index.ts'

/** A person, as the context of a change names one. */
export interface Somebody {
  readonly user: string
  readonly username: string
}

/** Some member of the demo laboratory. */
export async function somebody(db: Db): Promise<Somebody> {
  const [person] = await db.objects<{ id: string; username: string }>(
    sql`select id, username from misc_labmember where not is_public_user order by username limit 1`,
  )
  return { user: person!.id, username: person!.username }
}

/** Runs statements in one transaction, as the server does on behalf of somebody. */
export const changed = (database: Database, context: ChangeContext | undefined, ...statements: readonly Sql[]) =>
  database.transaction(
    async (db) => {
      for (const statement of statements) await db.execute(statement)
    },
    { context },
  )

/** What the history says, newest first, with parsed values. */
export async function told(db: Db, filter: HistoryFilter, limit = 100) {
  const { entries } = await listHistory(db, filter, { limit })
  return entries.map(parsed)
}

const parsed = (entry: HistoryEntry) => ({
  ...entry,
  old: entry.old === null ? null : (JSON.parse(entry.old) as Record<string, unknown>),
  new: entry.new === null ? null : (JSON.parse(entry.new) as Record<string, unknown>),
})

/** A new lab with this name; its key. */
export async function addLab(db: Db, name: string): Promise<string> {
  const id = randomUUID()
  await db.execute(
    sql`insert into misc_lab (id, name, institution, address, timezone, reference_weight_pct, zscore_weight_pct, json)
values (${id}, ${name}, 'Institute', '', 'Europe/London', 0.8, 0, '{"a": 1.50, "big": 12345678901234567890}')`,
  )
  return id
}
