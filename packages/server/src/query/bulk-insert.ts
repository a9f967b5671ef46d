import {
  type ColumnField,
  type ColumnKind,
  columnFields,
  columnName,
  joinTable,
  type Model,
  modelNamed,
  primaryKey,
  type RowOf,
} from '@alyx/models'
import { type Db, identifier, join, raw, type Statement, sql } from '../database/index.ts'

/** What to do with a row whose primary key is taken. */
type Taken = 'refuse' | 'keep' | 'update'

export interface InsertOptions {
  readonly taken?: Taken
}

export interface Inserted {
  readonly added: number
  readonly changed: number
}

/** One statement carries at most so many rows: a few megabytes of text at the widest tables. */
const ROWS_PER_STATEMENT = 2000

/**
 * The type in which each kind of field travels to PostgreSQL; the assignment to the column then checks length and range.
 */
export const transport: Record<Exclude<ColumnKind, 'reference'>, string> = {
  uuid: 'uuid',
  identity: 'bigint',
  text: 'text',
  longText: 'text',
  email: 'text',
  url: 'text',
  image: 'text',
  integer: 'bigint',
  float: 'double precision',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamptz',
  json: 'jsonb',
  choice: 'text',
  level: 'bigint',
  floatList: 'double precision[]',
  integerList: 'integer[]',
}

/** SQL type in which values of a field are handed over; a reference travels as the key it refers to. */
export function transportType(field: ColumnField): string {
  return field.kind === 'reference'
    ? transportType(primaryKey(modelNamed(field.to)).field)
    : transport[field.kind as Exclude<ColumnKind, 'reference'>]
}

/**
 * Inserts rows with one statement per 2,000 of them, in the order given.
 *
 * ```sql
 * insert into "misc_lab" ("id", "name") select "id", "name" from json_to_recordset($1) as r("id" uuid, "name" text)
 * on conflict ("id") do update set "name" = excluded."name"
 * ```
 *
 * All rows have the same columns: those of the first. Values are what `RowOf` says; exact numbers (`JSON.rawJSON`) and
 * numbers as text are accepted as well. With `taken: 'update'` an empty credential never replaces one that is there.
 *
 * @returns rows added and rows changed
 * @throws the database's typed errors
 */
export async function insertRows<M extends Model>(
  db: Db,
  model: M,
  rows: readonly Partial<RowOf<M>>[],
  options: InsertOptions = {},
): Promise<Inserted> {
  let added = 0
  let changed = 0
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const statement = insertStatement(model, rows.slice(start, start + ROWS_PER_STATEMENT), options.taken ?? 'refuse')
    const [counts] = await db.rows(statement)
    added += Number(counts?.[0])
    changed += Number(counts?.[1])
  }
  return { added, changed }
}

function insertStatement(model: Model, rows: readonly object[], taken: Taken): Statement {
  const fields = columnFields(model)
    .map(([name, field]) => ({ column: columnName(name, field), field }))
    .filter(({ column }) => Object.hasOwn(rows[0] as object, column))
  const columns = join(fields.map(({ column }) => identifier(column)))
  const typed = join(fields.map(({ column, field }) => sql`${identifier(column)} ${raw(transportType(field))}`))
  // xmax is 0 in a row that this statement made, and not in one that it found and changed.
  return sql`with written as (
  insert into ${identifier(model.table)} (${columns})
  select ${columns} from json_to_recordset(${JSON.stringify(rows)}::json) as given(${typed})
  ${onConflict(model, fields, taken)} returning xmax = 0 as added)
select count(*) filter (where added), count(*) filter (where not added) from written`
}

function onConflict(model: Model, fields: { column: string; field: ColumnField }[], taken: Taken) {
  if (taken === 'refuse') return raw('')
  const key = primaryKey(model).column
  const others = fields.filter(({ column }) => column !== key)
  if (taken === 'keep' || others.length === 0) return sql`on conflict (${identifier(key)}) do nothing`
  const assignments = others.map(({ column, field }) => {
    const name = identifier(column)
    return field.secret
      ? sql`${name} = coalesce(nullif(excluded.${name}, ''), ${identifier(model.table, column)})`
      : sql`${name} = excluded.${name}`
  })
  return sql`on conflict (${identifier(key)}) do update set ${join(assignments)}`
}

/** A row and a row it is linked to, by their keys. */
export type Link = readonly [from: string | number, to: string | number]

/**
 * Links rows through the join table of a many-to-many field. Links that exist already stay as they are.
 *
 * @param name field of `model` that declares the relation; not one with a model between
 */
export async function insertLinks(db: Db, model: Model, name: string, links: readonly Link[]): Promise<void> {
  const field = model.fields[name]
  if (field?.kind !== 'many') throw new Error(`${model.key} has no many-to-many field "${name}"`)
  const { table, fromColumn, toColumn } = joinTable(model, name, field)
  const type = (one: Model) => raw(transportType(primaryKey(one).field))
  for (let start = 0; start < links.length; start += ROWS_PER_STATEMENT) {
    const pairs = links.slice(start, start + ROWS_PER_STATEMENT).map(([from, to]) => ({ from, to }))
    await db.execute(sql`insert into ${identifier(table)} (${identifier(fromColumn)}, ${identifier(toColumn)})
select "from", "to" from json_to_recordset(${JSON.stringify(pairs)}::json) as given("from" ${type(model)}, "to" ${type(modelNamed(field.to))})
on conflict do nothing`)
  }
}
