import { type Model, primaryKey } from '@alyx/models'
import { sql } from 'kysely'
import type { Db } from '../database/index.ts'
import { KEY_TYPES, statementOf } from './read.ts'
import { type Fragment, Scope } from './scope.ts'

/**
 * Which of several conditions hold for each of many rows, in one statement:
 * `select key, (a) is true, (b) is true from table where key = any($1)`.
 *
 * @returns by key, in the order of the conditions; keys without a row are absent
 */
export async function judgedRows(
  db: Db,
  model: Model,
  keys: readonly string[],
  conditions: readonly ((scope: Scope) => Fragment<boolean>)[],
): Promise<ReadonlyMap<string, readonly boolean[]>> {
  if (keys.length === 0) return new Map()
  const scope = new Scope(model)
  const answers = conditions.map((condition) => sql`(${condition(scope)}) is true`)
  const type = sql.raw(KEY_TYPES[primaryKey(model).field.kind] ?? 'text')
  const rows = await db.rows(
    statementOf(
      sql`select ${sql.join([scope.key, ...answers])} from ${scope.from()} where ${scope.key} = any(${sql.val(keys)}::${type}[])`,
    ),
  )
  return new Map(rows.map(([key, ...held]) => [key!, held.map((one) => one === 't')]))
}
