import { type Model, primaryKey } from '@alyx/models'
import { type Database, type Db, identifier, join, raw, type Sql, sql } from '../database/index.ts'
import { transportType } from '../query/bulk-insert.ts'
import { MOMENT_FORMAT } from './entry.ts'
import { parsedAsWritten } from './json-text.ts'
import { secretColumns, tablesOfRecord, type WatchedTable, watchedTable } from './watched-tables.ts'

/** A record as it was. */
export interface RecordAsOf {
  /** Text of its values as JSON, by column; undefined when it did not exist. Date-times are in UTC. */
  readonly record: Readonly<Record<string, string>> | undefined
  /** Keys of what it was linked to, by field, sorted. */
  readonly links: Readonly<Record<string, readonly string[]>>
  /** When the history of this laboratory begins: what was before is told as it was then. */
  readonly began: string
  /** False when the moment lies before the beginning, or when a table was emptied since, which forgets its rows. */
  readonly known: boolean
}

interface Current {
  began: string
  known: boolean
  rows: string
  links: string
}

interface Undoable {
  table_name: string
  operation: 'insert' | 'update' | 'delete' | 'truncate'
  old: string | null
  new: string | null
}

/**
 * The record as it was at a moment: as it is now, with every later change taken back, newest first. Two reads in one
 * snapshot, whatever the number of changes.
 *
 * @param key    primary key; must be of the form that the model's keys have
 * @param moment as PostgreSQL reads it; without offset the wall clock of the server
 * @throws InvalidText when key or moment cannot be read
 */
export async function recordAsOf(database: Database, model: Model, key: string, moment: string): Promise<RecordAsOf> {
  const tables = tablesOfRecord(model)
  return database.transaction(
    async (db) => {
      const [[at]] = (await db.rows(sql`select ${moment}::timestamptz::text`)) as [[string]]
      // The history holds UTC, and what it is compared with must, too.
      await db.execute(raw(`set local timezone = 'UTC'`))
      const current = await currentRecord(db, tables, model, key, at)
      const later = await laterChanges(db, tables, key, at)
      const { rows, links } = takenBack(current, later)
      const own = tables.filter((table) => !table.links).map(({ table }) => rows.get(table))
      return {
        record: own.some((row) => row === undefined)
          ? undefined
          : Object.assign({}, ...own.map((row) => Object.fromEntries(row!))),
        links: Object.fromEntries([...links].map(([field, keys]) => [field, [...keys].sort()])),
        began: current.began,
        known: current.known && !later.some(({ operation }) => operation === 'truncate'),
      }
    },
    { readOnly: true, isolation: 'repeatable read' },
  )
}

async function currentRecord(
  db: Db,
  tables: readonly WatchedTable[],
  model: Model,
  key: string,
  at: string,
): Promise<Current> {
  const keyType = raw(transportType(primaryKey(model).field))
  const own = tables
    .filter(({ links }) => !links)
    .map(
      ({ table, model: of, keyColumn }): Sql =>
        sql`select ${table}::text as name, to_jsonb(t) - ${secretColumns(of)}::text[] as value from ${identifier(table)} t
  where t.${identifier(keyColumn)} = ${key}::${keyType}`,
    )
  const linked = tables
    .filter(({ links }) => links)
    .map(
      ({ table, keyColumn, links }): Sql =>
        sql`select ${links!.field}::text as name, coalesce(jsonb_agg(t.${identifier(links!.otherColumn)}::text), '[]') as value
  from ${identifier(table)} t where t.${identifier(keyColumn)} = ${key}::${keyType}`,
    )
  const none = sql`select null::text as name, null::jsonb as value where false`
  const together = (parts: readonly Sql[]) =>
    sql`select coalesce(jsonb_object_agg(name, value), '{}')::text from (${join(parts.length > 0 ? parts : [none], '\nunion all\n')}) as part`
  const [current] = await db.objects<Current>(
    sql`select to_char(began.at at time zone 'UTC', ${MOMENT_FORMAT}) as began, began.at <= ${at}::timestamptz as known,
  (${together(own)}) as rows, (${together(linked)}) as links
from (select at from alyx.change order by id limit 1) as began`,
  )
  if (!current) throw new Error('the history is empty: not even its beginning is there')
  return current
}

const laterChanges = (db: Db, tables: readonly WatchedTable[], key: string, at: string): Promise<Undoable[]> => {
  const names = tables.map(({ table }) => table)
  return db.objects<Undoable>(
    sql`select c.table_name, c.operation, c.old::text as old, c.new::text as new from alyx.change c
where c.at > ${at}::timestamptz and c.table_name = any(${names}::text[])
  and (c.key = ${key.toLowerCase()} or (c.key is null and c.operation = 'truncate'))
order by c.id desc`,
  )
}

type Values = Map<string, string>

const valuesOf = (json: unknown): Values =>
  new Map(Object.entries(json as object).map(([column, value]) => [column, JSON.stringify(value)]))

function takenBack(current: Current, later: readonly Undoable[]) {
  const rows = new Map(Object.entries(parsed(current.rows)).map(([table, row]) => [table, valuesOf(row)]))
  const links = new Map(
    Object.entries(parsed(current.links)).map(([field, keys]) => [field, new Set(keys as readonly string[])]),
  )
  for (const { table_name, operation, old, new: made } of later) {
    const { links: link } = watchedTable(table_name) ?? {}
    const [before, after] = [old === null ? undefined : parsed(old), made === null ? undefined : parsed(made)]
    if (link) {
      const keys = links.get(link.field)
      if (after) keys?.delete(keyText(after[link.otherColumn]))
      if (before) keys?.add(keyText(before[link.otherColumn]))
    } else if (operation === 'insert') rows.delete(table_name)
    else if (operation === 'delete' && before) rows.set(table_name, valuesOf(before))
    else if (operation === 'update' && before) {
      rows.set(table_name, new Map([...(rows.get(table_name) ?? []), ...valuesOf(before)]))
    }
  }
  return { rows, links }
}

const parsed = (text: string) => parsedAsWritten(text) as Record<string, unknown>

/** Keys are texts among the links, whatever their type. */
const keyText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
