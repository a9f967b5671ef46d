import { columnFields, columnName, type Model, modelNamed, primaryKey } from '@alyx/models'
import { type Db, identifier, raw, sql } from '../database/index.ts'
import { transportType } from '../query/bulk-insert.ts'
import { MOMENT_FORMAT } from './entry.ts'
import { parsedAsWritten } from './json-text.ts'
import { secretColumns, type WatchedTable, watchedTable, watchedTables } from './watched-tables.ts'

/** A record that was removed, and is not there again. */
export interface RemovedRecord {
  readonly key: string
  /** Moment of the removal, in UTC. */
  readonly at: string
  readonly user: { readonly id: string | null; readonly username: string | null } | null
  /** Its values by column, as they were. */
  readonly values: Readonly<Record<string, unknown>>
}

/** Accounts cannot come back: the history never saw their passwords. */
export const mayReturn = (model: Model): boolean => secretColumns(model).length === 0

interface EntryRow {
  id: number | bigint
  key: string
  at: string
  user_id: string | null
  username: string | null
  old: string
}

/**
 * Records of a model that were removed since a moment, the last removed first; of one that was removed twice the last
 * time. One statement.
 *
 * @param from as PostgreSQL reads it
 * @throws InvalidText when the moment cannot be read
 */
export async function removedRecords(
  db: Db,
  model: Model,
  { from, limit }: { readonly from: string; readonly limit: number },
): Promise<RemovedRecord[]> {
  const key = primaryKey(model)
  const keyType = raw(transportType(key.field))
  const found = await db.objects<EntryRow>(sql`
    select c.id, c.key, to_char(c.at at time zone 'UTC', ${MOMENT_FORMAT}) as at, c.user_id, c.username, c.old::text as old
      from alyx.change c
     where c.at >= ${from}::timestamptz and c.table_name = ${model.table} and c.operation = 'delete'
       and not exists (select from ${identifier(model.table)} t where t.${identifier(key.column)} = c.key::${keyType})
       and not exists (select from alyx.change later where later.key = c.key and later.table_name = c.table_name
                          and later.operation = 'delete' and later.id > c.id)
     order by c.at desc, c.id desc limit ${limit}`)
  return found.map(({ key: one, at, user_id, username, old }) => ({
    key: one,
    at,
    user: user_id === null && username === null ? null : { id: user_id, username },
    values: JSON.parse(old),
  }))
}

/** Rows of one table as texts of JSON objects. */
interface TableRows {
  readonly table: string
  readonly documents: readonly string[]
}

/** A reference that was emptied because its row went. */
export interface EmptiedReference {
  readonly model: Model
  readonly column: string
  readonly key: string
  readonly value: string
}

/** What comes back when a removed record does: everything that went with it, and nothing else of that request. */
export interface Recovery {
  /** Keys by model, the record itself included. */
  readonly rows: ReadonlyMap<Model, readonly string[]>
  readonly documents: readonly TableRows[]
  readonly links: readonly (TableRows & { readonly watched: WatchedTable })[]
  readonly references: readonly EmptiedReference[]
  /** Optional references to what is gone by now: they come back empty. */
  readonly lost: readonly { readonly model: Model; readonly name: string }[]
  /** References that may not be empty, to what is gone by now: they forbid it. */
  readonly missing: readonly { readonly model: Model; readonly name: string }[]
}

interface Gone {
  readonly watched: WatchedTable
  readonly key: string
  readonly values: Record<string, unknown>
  readonly text: string
}

interface TransactionRow {
  table_name: string
  key: string
  operation: 'delete' | 'update'
  old: string
  new: string | null
}

/** A removal takes no longer: statements of one transaction lie this close together. */
const REACH = '10 minutes'

const referencesOf = (model: Model) =>
  columnFields(model).flatMap(([name, field]) =>
    field.kind === 'reference' ? [{ name, column: columnName(name, field), to: modelNamed(field.to), field }] : [],
  )

/** Whether a row went because one of the others did: it refers to it, by a field that takes it along. */
function hangsOn({ watched: { model }, values }: Gone, has: (model: Model, key: string) => boolean): boolean {
  const refers = referencesOf(model).some(
    ({ column, to, field }) =>
      (field.onDelete === 'cascade' || field.primaryKey === true) && has(to, String(values[column])),
  )
  if (refers) return true
  return watchedTables.some(
    ({ model: child, links }) => !links && child.parent === model.key && has(child, keyOf(model, values)),
  )
}

const keyOf = (model: Model, values: Record<string, unknown>): string => String(values[primaryKey(model).column])

/**
 * What would come back with a removed record. Three statements.
 *
 * @returns undefined when the history knows of no removal of it
 */
export async function planRecovery(db: Db, model: Model, key: string): Promise<Recovery | undefined> {
  const entries = await db.objects<TransactionRow>(sql`
    with gone as (
      select transaction, at from alyx.change
       where key = ${key} and table_name = ${model.table} and operation = 'delete' order by id desc limit 1
    )
    select c.table_name, c.key, c.operation, c.old::text as old, c.new::text as new
      from gone join alyx.change c on c.transaction = gone.transaction
       and c.at between gone.at - interval '${raw(REACH)}' and gone.at + interval '${raw(REACH)}'
     where c.operation in ('delete', 'update')
     order by c.id`)
  if (entries.length === 0) return undefined
  const gone: Gone[] = entries.flatMap(({ table_name, key: one, operation, old }) => {
    const watched = watchedTable(table_name)
    return watched && operation === 'delete' ? [{ watched, key: one, values: JSON.parse(old), text: old }] : []
  })
  const chosen = chosenRows(gone, model, key)
  const keys = new Map<Model, string[]>()
  for (const { watched, values } of chosen)
    keys.set(watched.model, [...(keys.get(watched.model) ?? []), keyOf(watched.model, values)])
  const has = (one: Model, value: string) => keys.get(one)?.includes(value) ?? false
  const { documents, lost, missing } = await settled(db, chosen, has)
  const links = gone.filter(
    ({ watched: { links: of, model: owner }, key: one, values }) =>
      of && (has(owner, one) || has(of.to, String(values[of.otherColumn]))),
  )
  return {
    rows: keys,
    documents,
    links: [...Map.groupBy(links, ({ watched }) => watched)].map(([watched, ones]) => ({
      watched,
      table: watched.table,
      documents: ones.map(({ text }) => text),
    })),
    references: emptied(entries, has),
    lost,
    missing,
  }
}

/** The record and all that went because of it, whatever else the same transaction removed. */
function chosenRows(gone: readonly Gone[], model: Model, key: string): readonly Gone[] {
  const rows = gone.filter(({ watched }) => !watched.links)
  const known = new Map<Model, Set<string>>([[model, new Set([key])]])
  const has = (one: Model, value: string) => known.get(one)?.has(value) ?? false
  for (let before = -1, now = 0; before !== now; ) {
    before = now
    for (const row of rows) {
      const own = keyOf(row.watched.model, row.values)
      if (has(row.watched.model, own) || !hangsOn(row, has)) continue
      known.set(row.watched.model, (known.get(row.watched.model) ?? new Set()).add(own))
      now += 1
    }
  }
  return rows.filter(({ watched, values }) => has(watched.model, keyOf(watched.model, values)))
}

/** Rows as they can be written today: what they refer to may be gone meanwhile. One statement. */
async function settled(db: Db, chosen: readonly Gone[], has: (model: Model, key: string) => boolean) {
  const asked = new Map<Model, Set<string>>()
  for (const { watched, values } of chosen)
    for (const { column, to } of referencesOf(watched.model)) {
      const value = values[column]
      if (value === null || value === undefined || has(to, String(value))) continue
      asked.set(to, (asked.get(to) ?? new Set()).add(String(value)))
    }
  const absent = await absentOf(db, asked)
  const lost: { model: Model; name: string }[] = []
  const missing: { model: Model; name: string }[] = []
  const byTable = new Map<string, string[]>()
  for (const { watched, values, text } of chosen) {
    const gone = referencesOf(watched.model).filter(({ column, to }) => absent.has(`${to.key} ${values[column]}`))
    for (const { name, field } of gone) (field.nullable ? lost : missing).push({ model: watched.model, name })
    // As text, numbers keep the form in which they were written.
    const document =
      gone.length === 0
        ? text
        : withoutColumns(
            text,
            gone.map(({ column }) => column),
          )
    byTable.set(watched.table, [...(byTable.get(watched.table) ?? []), document])
  }
  return { documents: [...byTable].map(([table, documents]) => ({ table, documents })), lost, missing }
}

const withoutColumns = (text: string, columns: readonly string[]): string =>
  JSON.stringify({ ...(parsedAsWritten(text) as object), ...Object.fromEntries(columns.map((name) => [name, null])) })

async function absentOf(db: Db, asked: ReadonlyMap<Model, ReadonlySet<string>>): Promise<ReadonlySet<string>> {
  if (asked.size === 0) return new Set()
  const parts = [...asked].map(([model, keys]) => {
    const { column, field } = primaryKey(model)
    return sql`select ${`${model.key} `} || k.key::text from unnest(${[...keys]}::${raw(transportType(field))}[]) as k(key)
      where not exists (select from ${identifier(model.table)} t where t.${identifier(column)} = k.key)`
  })
  const found = await db.rows(parts.reduce((all, part) => sql`${all} union all ${part}`))
  return new Set(found.map(([name]) => name!))
}

/** References that the removal emptied. */
const emptied = (
  entries: readonly TransactionRow[],
  has: (model: Model, key: string) => boolean,
): readonly EmptiedReference[] =>
  entries.flatMap(({ table_name, key, operation, old, new: made }) => {
    const watched = watchedTable(table_name)
    if (!watched || watched.links || operation !== 'update' || made === null) return []
    const [before, after] = [JSON.parse(old), JSON.parse(made)] as Record<string, unknown>[]
    return referencesOf(watched.model).flatMap(({ column, to }) => {
      const value = before![column]
      return value !== null && value !== undefined && after![column] === null && has(to, String(value))
        ? [{ model: watched.model, column, key, value: String(value) }]
        : []
    })
  })
