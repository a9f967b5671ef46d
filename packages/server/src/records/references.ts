import { type ColumnField, columnOf, type Model, primaryKey, type UniqueSet } from '@alyx/models'
import { type Db, identifier, join, raw, sql } from '../database/index.ts'
import { transportType } from '../query/bulk-insert.ts'
import type { Key, Row, Value } from './row.ts'
import { tablesOf } from './tables.ts'

/** Rows that are looked for by the value of one of their fields. */
export interface Asked {
  readonly model: Model
  readonly fieldName: string
  /** Texts that PostgreSQL can read as values of the field. */
  readonly values: readonly string[]
}

/** Keys of the rows found, by the value that they were looked for by. */
export type FoundKeys = ReadonlyMap<string, readonly Key[]>

/**
 * Finds rows by values, for everything that is asked in one statement.
 *
 * ```sql
 * select 0, "name"::text, "id"::text from "misc_lab" where "name" = any($1) union all select 1, …
 * ```
 *
 * @returns an answer for each question, in order
 */
export async function findKeys(db: Db, asked: readonly Asked[]): Promise<FoundKeys[]> {
  const answers = asked.map(() => new Map<string, Key[]>())
  const branches = asked.flatMap(({ model, fieldName, values }, at) => {
    if (values.length === 0) return []
    const column = identifier(columnOf(model, fieldName))
    const type = raw(transportType(model.fields[fieldName] as ColumnField))
    return [
      sql`select ${raw(String(at))}::integer, ${column}::text, ${identifier(primaryKey(model).column)}::text from ${identifier(model.table)} where ${column} = any(${[...new Set(values)]}::${type}[])`,
    ]
  })
  if (branches.length === 0) return answers
  for (const [at, value, key] of await db.rows(join(branches, ' union all '))) {
    const answer = answers[Number(at)]!
    answer.set(value!, [...(answer.get(value!) ?? []), key!])
  }
  return answers
}

/** A row as it would be; with the key that it has already, unless it is new. */
export interface Candidate {
  readonly key: Key | undefined
  readonly values: Readonly<Row>
}

/**
 * Which unique sets of a model a row would break: those whose values another row has. A set with an empty value breaks
 * with nothing. One statement for all sets of all rows, none when nothing can be broken.
 *
 * @returns for each row the sets that it breaks
 */
export async function brokenSets(
  db: Db,
  model: Model,
  candidates: readonly Candidate[],
): Promise<readonly (readonly UniqueSet[])[]> {
  const sets = (model.unique ?? []).filter(({ when }) => when === undefined)
  const branches = candidates.flatMap(({ key, values }, row) =>
    sets.flatMap((set, at) => {
      const pairs = set.fields.map((name) => {
        const column = columnOf(model, name)
        return { column, value: values[column] as Value | undefined, field: model.fields[name] as ColumnField }
      })
      if (pairs.some(({ value }) => value === null || value === undefined)) return []
      const same = pairs.map(({ column, value, field }) => {
        const text = field.kind === 'json' ? sql`${value}::jsonb` : sql`${value}::${raw(transportType(field))}`
        return sql`${identifier(column)} = ${text}`
      })
      const own = identifier(primaryKey(model).column)
      const other =
        key === undefined ? sql`true` : sql`${own} <> ${key}::${raw(transportType(primaryKey(model).field))}`
      return [
        sql`(select ${raw(String(row))}::integer, ${raw(String(at))}::integer from ${identifier(model.table)} where ${join(same, ' and ')} and ${other} limit 1)`,
      ]
    }),
  )
  const broken: UniqueSet[][] = candidates.map(() => [])
  if (branches.length === 0) return broken
  for (const [row, at] of await db.rows(join(branches, ' union all '))) broken[Number(row)]!.push(sets[Number(at)]!)
  return broken
}

/** Columns of a model that hold values that no two rows share, the key excluded. */
export const uniqueFields = (model: Model): readonly string[] =>
  tablesOf(model).flatMap((table) =>
    table.columns.filter(({ field }) => field.unique && !field.primaryKey).map(({ fieldName }) => fieldName),
  )
