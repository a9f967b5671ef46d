/** Small pieces of SQL for the rooms above, which decide what to ask and never how it is written. */
import { type Model, primaryKey } from '@alyx/models'
import { sql } from 'kysely'
import type { Db } from '../database/index.ts'
import { transportType } from './bulk-insert.ts'
import { statementOf } from './read.ts'
import type { Fragment, Scope } from './scope.ts'

/** `a and b and c`; `true` when there is nothing to ask. */
export const allOf = (conditions: readonly Fragment[]): Fragment =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)

/** `(a or b)`; `false` when there is nothing to choose from. */
export const anyOf = (conditions: readonly Fragment<boolean>[]): Fragment<boolean> =>
  conditions.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(conditions, sql` or `)})`

/** `column = $1`, as the address of one row asks; the column lies at a path of forward references. */
export const valueIs = (scope: Scope, path: string, value: string): Fragment =>
  sql`${scope.column(path).sql} = ${value}`

/** `key = any($1)`: the rows with these keys. */
export const keyIn = (scope: Scope, keys: readonly string[]): Fragment =>
  sql`${scope.key} = any(${keys}::${sql.raw(transportType(primaryKey(scope.model).field))}[])`

/** `exists (select 1 from table where key = $1)` */
export const rowExists = (model: Model, key: string): Fragment<boolean> =>
  sql<boolean>`exists (select 1 from ${sql.table(model.table)} as r where ${sql.ref(`r.${primaryKey(model).column}`)} = ${key})`

/** Whether each of several conditions holds, in one statement: `select a, b, c`. At least one condition. */
export async function holding(db: Db, conditions: readonly Fragment<boolean>[]): Promise<boolean[]> {
  const [row] = await db.rows(statementOf(sql`select ${sql.join(conditions)}`))
  return row!.map((answer) => answer === 't')
}

/** Asks the database for nothing at all. @throws DatabaseUnavailable when it does not answer */
export async function askForNothing(db: Db): Promise<void> {
  await db.rows(statementOf(sql`select 1`))
}
