import { type Model, primaryKey, relationsOf } from '@alyx/models'
import { type Db, identifier, sql } from '../../../database/index.ts'
import type { LoadedRow } from './row-of-object.ts'

/**
 * Rows that each installation makes for itself under a random key, by the name that they always have.
 * Source: Alyx 3.6.1, the defaults of a dataset's type and format.
 */
const MADE_BY_ITSELF: Readonly<Record<string, string>> = { 'data.dataformat': 'unknown', 'data.datasettype': 'unknown' }

/**
 * Lets such a row of a dump take the place of the installation's own: the row that is there gets the dump's key, and
 * whatever refers to it follows. Constraints must be deferred.
 */
export async function giveWay(db: Db, { model, row }: LoadedRow): Promise<void> {
  const name = MADE_BY_ITSELF[model.key]
  if (name === undefined || row.name !== name) return
  const key = primaryKey(model).column
  const wanted = row[key]
  const there = await db.rows(
    sql`select ${identifier(key)} from ${identifier(model.table)} where name = ${name} and ${identifier(key)}::text <> ${String(wanted)}`,
  )
  const [own] = there[0] ?? []
  if (!own || wanted === undefined) return
  for (const { table, column } of referencesTo(model)) {
    await db.execute(
      sql`update ${identifier(table)} set ${identifier(column)} = ${wanted} where ${identifier(column)} = ${own}`,
    )
  }
  await db.execute(
    sql`update ${identifier(model.table)} set ${identifier(key)} = ${wanted} where ${identifier(key)} = ${own}`,
  )
}

const referencesTo = (model: Model): { table: string; column: string }[] =>
  [...relationsOf(model).values()]
    .filter(({ reverse }) => reverse)
    .map(({ through, to, toColumn }) =>
      through ? { table: through.table, column: through.fromColumn } : { table: to.table, column: toColumn },
    )
