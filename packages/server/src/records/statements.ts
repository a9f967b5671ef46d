import { joinTable, type Model, modelNamed, primaryKey } from '@alyx/models'
import { identifier, join, raw, type Statement, sql } from '../database/index.ts'
import { transportType } from '../query/bulk-insert.ts'
import type { Key, Row, Value } from './row.ts'
import { type Column, manyField, type Table, tablesOf } from './tables.ts'

declare global {
  interface JSON {
    rawJSON(text: string): unknown
  }
}

const isJson = ({ field }: Column): boolean => field.kind === 'json'
/** Type in which a column travels: documents as text, which PostgreSQL then reads as it was written. */
const typeOf = (column: Column): string => (isJson(column) ? 'text' : transportType(column.field))

/** JSON has no words for these; PostgreSQL reads the texts as numbers again. */
function portable(value: Value | undefined): unknown {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value))
  if (typeof value !== 'number') return Array.isArray(value) ? value.map((one) => portable(one)) : value
  if (Object.is(value, -0)) return JSON.rawJSON('-0')
  return Number.isFinite(value) ? value : String(value)
}

const portableRow = (row: Readonly<Row>, columns: readonly Column[]): object =>
  Object.fromEntries(columns.map(({ name }) => [name, portable(row[name])]))

const typed = (columns: readonly Column[]) =>
  join(columns.map((column) => sql`${identifier(column.name)} ${raw(typeOf(column))}`))

const given = (column: Column, from: string) =>
  isJson(column) ? sql`${identifier(from, column.name)}::jsonb` : sql`${identifier(from, column.name)}`

/**
 * ```sql
 * insert into "misc_lab" ("id", "json") select "given"."id", "given"."json"::jsonb
 * from json_to_recordset($1) as given("id" uuid, "json" text)
 * ```
 */
export function insertStatement({ model, columns }: Table, rows: readonly Readonly<Row>[]): Statement {
  const document = JSON.stringify(rows.map((row) => portableRow(row, columns)))
  return sql`insert into ${identifier(model.table)} (${join(columns.map(({ name }) => identifier(name)))})
select ${join(columns.map((column) => given(column, 'given')))} from json_to_recordset(${document}::json) as given(${typed(columns)})`
}

/**
 * Gives each row its own values of the same columns.
 *
 * ```sql
 * update "misc_lab" as t set "name" = "given"."name"
 * from json_to_recordset($1) as given("id" uuid, "name" text) where t."id" = given."id"
 * ```
 */
export function updateStatement(
  { model, key, columns }: Table,
  changed: ReadonlySet<string>,
  rows: readonly Readonly<Row>[],
): Statement {
  const moving = columns.filter(({ name }) => changed.has(name))
  const all = [...columns.filter(({ name }) => name === key), ...moving]
  const document = JSON.stringify(rows.map((row) => portableRow(row, all)))
  const assignments = moving.map((column) => sql`${identifier(column.name)} = ${given(column, 'given')}`)
  return sql`update ${identifier(model.table)} as t set ${join(assignments)}
from json_to_recordset(${document}::json) as given(${typed(all)}) where t.${identifier(key)} = given.${identifier(key)}`
}

/** Whole rows by key: `objects` of it gives what `Row` says. With `lock` nobody else changes them until the end. */
export function selectStatement(model: Model, keys: readonly Key[], options: { lock: boolean }): Statement {
  const tables = tablesOf(model)
  const root = tables[0]!
  const alias = (at: number) => `t${at}`
  const columns = tables.flatMap((table, at) =>
    table.columns.map((column) => {
      const name = identifier(alias(at), column.name)
      return isJson(column) ? sql`${name}::text as ${identifier(column.name)}` : name
    }),
  )
  const joins = tables
    .slice(1)
    .map(
      (table, at) =>
        sql` join ${identifier(table.model.table)} as ${identifier(alias(at + 1))} on ${identifier(alias(at + 1), table.key)} = ${identifier(alias(0), root.key)}`,
    )
  const key = identifier(alias(0), root.key)
  return sql`select ${join(columns)} from ${identifier(root.model.table)} as ${identifier(alias(0))}${join(joins, '')}
where ${key} = any(${keys}::${raw(keyType(model))}[])${raw(options.lock ? ` order by ${key.text} for update` : '')}`
}

/** SQL type of a model's key. */
export const keyType = (model: Model): string => transportType(primaryKey(tablesOf(model)[0]!.model).field)

/**
 * Makes links of rows exactly the given ones: takes away what is not wanted any more, adds what is missing, leaves the
 * rest alone. One statement.
 *
 * @throws Error when the field is no plain many-to-many field: a mistake of the caller
 */
export function linkStatement(model: Model, name: string, links: ReadonlyMap<Key, readonly Key[]>): Statement {
  const found = manyField(model, name)
  if (!found || found.field.through) throw new Error(`${model.key} has no many-to-many field "${name}" of its own`)
  const { table, fromColumn, toColumn } = joinTable(found.owner, name, found.field)
  const [from, to] = [identifier(fromColumn), identifier(toColumn)]
  const pairs = [...links].flatMap(([one, others]) => [...new Set(others)].map((other) => ({ from: one, to: other })))
  const fromType = raw(keyType(found.owner))
  const toType = raw(keyType(modelNamed(found.field.to)))
  return sql`with wanted as (
  select "from", "to" from json_to_recordset(${JSON.stringify(pairs)}::json) as given("from" ${fromType}, "to" ${toType})
), surplus as (
  delete from ${identifier(table)} as l where l.${from} = any(${[...links.keys()]}::${fromType}[])
    and not exists (select from wanted where wanted."from" = l.${from} and wanted."to" = l.${to})
)
insert into ${identifier(table)} (${from}, ${to}) select "from", "to" from wanted
-- Links that are there would use up a number each time.
where not exists (select from ${identifier(table)} as l where l.${from} = wanted."from" and l.${to} = wanted."to")
on conflict (${from}, ${to}) do nothing`
}
