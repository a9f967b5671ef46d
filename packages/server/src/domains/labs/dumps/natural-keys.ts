import { columnFields, columnName, type Model, modelNamed, primaryKey } from '@alyx/models'
import { type Db, identifier, join, raw, sql } from '../../../database/index.ts'

/** A row named by what people know of it, as in ["actions", "session"]. */
export type NaturalKey = readonly unknown[]

/**
 * Whether rows of the model carry numbers of one database only, so that dumps and loads match them by natural key:
 * content types, permissions and groups.
 */
export const isMatchedByName = (model: Model): boolean =>
  model.naturalKey !== undefined && primaryKey(model).field.kind === 'identity'

/** How many values a natural key of the model has. */
export function naturalKeyLength(model: Model): number {
  return parts(model).reduce((sum, part) => sum + (part.to ? naturalKeyLength(part.to) : 1), 0)
}

interface Part {
  readonly column: string
  readonly to?: Model
}

function parts(model: Model): Part[] {
  const fields = new Map(columnFields(model))
  return (model.naturalKey ?? []).map((name) => {
    const field = fields.get(name)
    if (!field) throw new Error(`${model.key} has no column for "${name}" of its natural key`)
    const column = columnName(name, field)
    return field.kind === 'reference' ? { column, to: modelNamed(field.to) } : { column }
  })
}

/** Keys as text, for maps. */
export const keyText = (key: NaturalKey): string => JSON.stringify(key)

/**
 * Primary keys of rows given by their natural keys, as text, by `keyText`; a key that names no row is absent.
 * One statement, and one more for each reference within the key.
 */
export async function findByNaturalKey(
  db: Db,
  model: Model,
  keys: readonly NaturalKey[],
): Promise<Map<string, string>> {
  const wanted = keys.filter((key) => key.length === naturalKeyLength(model))
  const columns = parts(model)
  const values: (string | undefined)[][] = wanted.map(() => [])
  let at = 0
  for (const { to } of columns) {
    const width = to ? naturalKeyLength(to) : 1
    const slice = (key: NaturalKey) => key.slice(at, at + width)
    const found = to && (await findByNaturalKey(db, to, wanted.map(slice)))
    for (const [row, key] of wanted.entries()) {
      values[row]?.push(found ? found.get(keyText(slice(key))) : String(key[at]))
    }
    at += width
  }
  const pks = await findByColumns(db, model, values)
  return new Map([...pks].map(([index, pk]) => [keyText(wanted[index] ?? []), pk]))
}

/**
 * Primary keys, as text, of the rows that agree with given ones in the columns of the natural key; by place in the list.
 *
 * @param rows rows of the model's table, by column
 */
export const findAlike = (
  db: Db,
  model: Model,
  rows: readonly Record<string, unknown>[],
): Promise<Map<number, string>> =>
  findByColumns(
    db,
    model,
    rows.map((row) => parts(model).map(({ column }) => String(row[column]))),
  )

async function findByColumns(
  db: Db,
  model: Model,
  values: readonly (string | undefined)[][],
): Promise<Map<number, string>> {
  const asked = values.flatMap((key, index) => (key.includes(undefined) ? [] : [{ index, key }]))
  if (asked.length === 0) return new Map()
  const meets = parts(model).map(
    ({ column }, part) => sql`${identifier('t', column)}::text = asked.key->>${raw(String(part))}`,
  )
  const rows = await db.rows(sql`select asked.index, ${identifier('t', primaryKey(model).column)}::text
from json_to_recordset(${JSON.stringify(asked)}::json) as asked(index int, key json)
join ${identifier(model.table)} as t on ${join(meets, ' and ')}`)
  return new Map(rows.map(([index, pk]) => [Number(index), pk ?? '']))
}

/** Natural keys of every row of a model that is matched by name, by primary key as text. One statement per model. */
export async function naturalKeysByPk(db: Db, model: Model): Promise<Map<string, NaturalKey>> {
  const columns = parts(model)
  const inner = await Promise.all(columns.map(({ to }) => (to ? naturalKeysByPk(db, to) : undefined)))
  const rows = await db.rows(
    sql`select ${join([primaryKey(model).column, ...columns.map(({ column }) => column)].map((name) => identifier(name)))} from ${identifier(model.table)}`,
  )
  return new Map(
    rows.map(([pk, ...values]) => [
      pk ?? '',
      values.flatMap((value, part) => inner[part]?.get(value ?? '') ?? [value]),
    ]),
  )
}
