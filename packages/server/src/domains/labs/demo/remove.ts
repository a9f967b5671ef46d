import { all, joinTable, type Model, modelNamed, primaryKey } from '@alyx/models'
import { type Database, type Db, identifier, join, type Sql, sql } from '../../../database/index.ts'
import { DEMO_MARK } from './identity.ts'

/** The laboratory's own rows refer to the demo's, so that it cannot be removed. */
export class DemoInUse extends Error {
  /** What refers to what, one line each. */
  readonly uses: readonly string[]

  constructor(uses: readonly string[]) {
    super(`the demo laboratory is in use: ${uses.join('; ')}. Change or delete these rows first`)
    this.name = 'DemoInUse'
    this.uses = uses
  }
}

const isDemo = (column: Sql) => sql`right(${column}::text, 12) = ${DEMO_MARK}`

/**
 * Removes exactly the rows that `seedDemo` made, and the tokens and logs of its people. One transaction.
 *
 * @returns rows removed, by model
 * @throws DemoInUse when rows of the laboratory refer to rows of the demo; nothing is removed then
 */
export async function removeDemo(database: Database): Promise<Record<string, number>> {
  return await database.transaction(async (db) => {
    const uses = await findUses(db)
    if (uses.length > 0) throw new DemoInUse(uses)
    const removed: Record<string, number> = {}
    for (const model of all) await clearTraces(db, model)
    // References are checked at the end of the transaction, so the order does not matter.
    for (const model of all) {
      const key = primaryKey(model)
      if (key.field.kind === 'identity' || key.field.kind === 'integer') continue
      for (const [name, field] of Object.entries(model.fields)) {
        if (field.kind !== 'many' || field.through) continue
        const { table, fromColumn } = joinTable(model, name, field)
        await db.execute(sql`delete from ${identifier(table)} where ${isDemo(identifier(fromColumn))}`)
      }
      const count = await db.execute(
        sql`delete from ${identifier(model.table)} where ${isDemo(identifier(key.column))}`,
      )
      if (count > 0) removed[model.key] = count
    }
    return removed
  })
}

/** Rows of the laboratory that refer to rows of the demo, as sentences. One statement. */
async function findUses(db: Db): Promise<string[]> {
  const parts = all
    .filter((model) => !model.framework)
    .flatMap((model) =>
      Object.entries(model.fields).flatMap(([name, field]) => {
        const key = identifier(primaryKey(model).column)
        if (field.kind === 'reference')
          return isOwnKind(field.to) ? [use(model, name, model.table, key, `${name}_id`)] : []
        if (field.kind === 'generic') return [use(model, name, model.table, key, field.idField)]
        if (field.kind !== 'many' || field.through || !isOwnKind(field.to)) return []
        const { table, fromColumn, toColumn } = joinTable(model, name, field)
        return [use(model, name, table, identifier(fromColumn), toColumn)]
      }),
    )
  const rows = await db.rows(sql`select * from (${join(parts, ' union all ')}) as uses where number > 0`)
  return rows.map(([number, model, field]) => {
    const { label, plural } = modelNamed(model ?? '')
    return `${number} ${number === '1' ? label : plural} of yours by "${field}"`
  })
}

/** Only rows with a UUID can be the demo's. */
const isOwnKind = (to: string) => primaryKey(modelNamed(to)).field.kind !== 'integer' && !modelNamed(to).framework

const use = (model: Model, field: string, table: string, key: Sql, column: string) =>
  sql`select count(*) as number, ${model.key}::text, ${field}::text from ${identifier(table)} where ${isDemo(identifier(column))} and not ${isDemo(key)}`

/** Framework rows about the demo's people: tokens and logs go, what may stand without them stays. */
async function clearTraces(db: Db, model: Model): Promise<void> {
  if (!model.framework) return
  for (const [name, field] of Object.entries(model.fields)) {
    if (field.kind !== 'reference' || modelNamed(field.to).framework) continue
    const column = identifier(`${name}_id`)
    await db.execute(
      field.onDelete === 'clear'
        ? sql`update ${identifier(model.table)} set ${column} = null where ${isDemo(column)}`
        : sql`delete from ${identifier(model.table)} where ${isDemo(column)}`,
    )
  }
}
