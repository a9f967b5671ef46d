import { columnFields, columnName, type Model, modelNamed, primaryKey } from '@alyx/models'
import { type Db, identifier, raw, sql } from '../database/index.ts'
import { keyType } from './statements.ts'

/** Rows of a table as texts of JSON objects by column. */
export interface RowsOfTable {
  readonly table: string
  readonly documents: readonly string[]
}

/** Links of a join table, with the tables and columns at both ends. */
export interface LinksOfTable extends RowsOfTable {
  readonly ends: readonly { readonly model: Model; readonly column: string }[]
}

/** A reference that has to be set again, as long as nobody has set it to something else. */
export interface ReferenceAgain {
  readonly model: Model
  readonly key: string
  readonly column: string
  readonly value: string
}

/** What comes back. */
export interface Restoration {
  readonly documents: readonly RowsOfTable[]
  readonly links: readonly LinksOfTable[]
  readonly references: readonly ReferenceAgain[]
}

const rowsFrom = ({ table, documents }: RowsOfTable) =>
  sql`jsonb_populate_recordset(null::${identifier(table)}, ${`[${documents.join(',')}]`}::jsonb) as r`

/** Writes rows as they were. One statement for each table. Constraints are those of the database. */
export async function restoreRows(db: Db, { documents, links, references }: Restoration): Promise<void> {
  for (const rows of documents)
    await db.execute(sql`insert into ${identifier(rows.table)} select r.* from ${rowsFrom(rows)}`)
  for (const rows of links) {
    const there = rows.ends.map(({ model, column }) => {
      const key = primaryKey(model).column
      return sql` and exists (select from ${identifier(model.table)} t where t.${identifier(key)} = r.${identifier(column)})`
    })
    const condition = there.reduce((all, one) => sql`${all}${one}`)
    await db.execute(
      sql`insert into ${identifier(rows.table)} select r.* from ${rowsFrom(rows)} where true${condition} on conflict do nothing`,
    )
  }
  for (const [model, ones] of Map.groupBy(references, ({ model }) => model))
    for (const [column, same] of Map.groupBy(ones, (one) => one.column)) {
      const document = JSON.stringify(same.map(({ key, value }) => ({ key, value })))
      const type = raw(keyType(model))
      await db.execute(sql`update ${identifier(model.table)} as t set ${identifier(column)} = g.value
        from json_to_recordset(${document}::json) as g(key ${type}, value ${raw(referredType(model, column))})
        where t.${identifier(primaryKey(model).column)} = g.key and t.${identifier(column)} is null`)
    }
}

/** Type of the keys that a reference holds. */
function referredType(model: Model, column: string): string {
  for (const [name, field] of columnFields(model))
    if (field.kind === 'reference' && columnName(name, field) === column) return keyType(modelNamed(field.to))
  throw new Error(`${model.key} has no reference in ${column}`)
}
