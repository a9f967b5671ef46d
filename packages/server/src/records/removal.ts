import {
  all as allModels,
  columnFields,
  columnName,
  joinTable,
  type Model,
  modelNamed,
  type OnDelete,
  primaryKey,
} from '@alyx/models'
import { type Db, identifier, join, raw, type Sql, sql } from '../database/index.ts'
import type { Key } from './row.ts'
import { keyType } from './statements.ts'
import { tablesOf } from './tables.ts'

/** A reference of another model's rows to rows that are to be removed. */
interface Incoming {
  readonly from: Model
  readonly column: string
  readonly onDelete: OnDelete
  /** Rule that names the row to refer to instead, where the declaration says `default`. */
  readonly fieldName: string
}

/** Rows of another model that stay and lose what they refer to. */
export interface Loosened {
  readonly model: Model
  readonly column: string
  readonly fieldName: string
  readonly onDelete: 'clear' | 'default'
  readonly keys: ReadonlySet<Key>
}

/** Everything that goes when some rows go. */
export interface RemovalPlan {
  /** Rows that go, by model, those asked for included. */
  readonly rows: ReadonlyMap<Model, ReadonlySet<Key>>
  readonly loosened: readonly Loosened[]
  /** Rows that forbid it, by the model they belong to. */
  readonly refusing: ReadonlyMap<Model, ReadonlySet<Key>>
}

const incoming = new Map<string, readonly Incoming[]>(
  allModels.map((to) => [
    to.key,
    allModels.flatMap((from) =>
      columnFields(from).flatMap(([fieldName, field]) =>
        field.kind === 'reference' && field.to === to.key
          ? [{ from, fieldName, column: columnName(fieldName, field), onDelete: field.onDelete }]
          : [],
      ),
    ),
  ]),
)

/**
 * What goes, what is loosened and what forbids it when rows of a model are removed. One statement for each step away
 * from them, not for each relation.
 */
export async function planRemoval(db: Db, model: Model, keys: readonly Key[]): Promise<RemovalPlan> {
  const rows = new Map<Model, Set<Key>>()
  const loosened = new Map<Incoming, Set<Key>>()
  const refusing = new Map<Model, Set<Key>>()
  let frontier = new Map<Model, Set<Key>>([[model, new Set(keys)]])
  while (frontier.size > 0) {
    for (const [one, set] of frontier) addAll(rows, one, set)
    const relations = [...frontier].flatMap(([to, set]) =>
      (incoming.get(to.key) ?? []).map((relation) => ({ relation, to, set })),
    )
    const next = new Map<Model, Set<Key>>()
    // A row that extends another is one record: whichever of the two goes, both go.
    for (const [one, set] of frontier) if (one.parent) unseen(next, rows, modelNamed(one.parent), set)
    for (const [at, key] of await referring(db, relations)) {
      const { relation } = relations[at]!
      if (relation.onDelete === 'cascade') unseen(next, rows, relation.from, [key])
      else if (relation.onDelete === 'refuse') addAll(refusing, relation.from, [key])
      else addAll(loosened, relation, [key])
    }
    frontier = next
  }
  return {
    rows,
    refusing: withoutGone(refusing, rows),
    loosened: [...loosened].flatMap(([{ from, column, fieldName, onDelete }, set]) => {
      const staying = new Set([...set].filter((key) => !rows.get(from)?.has(key)))
      return staying.size === 0
        ? []
        : [{ model: from, column, fieldName, onDelete: onDelete as Loosened['onDelete'], keys: staying }]
    }),
  }
}

function addAll<K>(map: Map<K, Set<Key>>, at: K, keys: Iterable<Key>): void {
  const set = map.get(at) ?? new Set()
  for (const key of keys) set.add(key)
  map.set(at, set)
}

function unseen(
  next: Map<Model, Set<Key>>,
  rows: ReadonlyMap<Model, ReadonlySet<Key>>,
  model: Model,
  keys: Iterable<Key>,
): void {
  const fresh = [...keys].filter((key) => !rows.get(model)?.has(key))
  if (fresh.length > 0) addAll(next, model, fresh)
}

const withoutGone = (refusing: Map<Model, Set<Key>>, rows: ReadonlyMap<Model, ReadonlySet<Key>>) =>
  new Map(
    [...refusing].flatMap(([model, set]) => {
      const staying = new Set([...set].filter((key) => !rows.get(model)?.has(key)))
      return staying.size === 0 ? [] : [[model, staying] as const]
    }),
  )

/** Keys of the rows that refer to rows of the frontier: `[which relation, key]`. */
async function referring(
  db: Db,
  relations: readonly { readonly relation: Incoming; readonly to: Model; readonly set: ReadonlySet<Key> }[],
): Promise<readonly (readonly [number, Key])[]> {
  if (relations.length === 0) return []
  const branches = relations.map(
    ({ relation: { from, column }, to, set }, at) =>
      sql`select ${raw(String(at))}::integer, ${identifier(primaryKey(from).column)}::text from ${identifier(from.table)} where ${identifier(column)} = any(${[...set]}::${raw(keyType(to))}[])`,
  )
  const found = await db.rows(join(branches, ' union all '))
  return found.map(([at, key]) => [Number(at), key!])
}

/** Loosens what stays; `instead` gives the key to refer to for references with a default. One statement. */
export async function loosen(
  db: Db,
  loosened: readonly Loosened[],
  instead: (one: Loosened) => Promise<Key | null>,
): Promise<void> {
  if (loosened.length === 0) return
  const byModel = Map.groupBy(loosened, ({ model }) => model)
  const updates: Sql[] = []
  for (const [model, ones] of byModel) {
    const key = identifier(primaryKey(model).column)
    const type = raw(`${keyType(model)}[]`)
    const assignments: Sql[] = []
    for (const one of ones) {
      const column = identifier(one.column)
      const value = one.onDelete === 'clear' ? null : await instead(one)
      assignments.push(
        sql`${column} = case when ${key} = any(${[...one.keys]}::${type}) then ${value} else ${column} end`,
      )
    }
    const keys = [...new Set(ones.flatMap((one) => [...one.keys]))]
    updates.push(sql`update ${identifier(model.table)} set ${join(assignments)} where ${key} = any(${keys}::${type})`)
  }
  await together(db, updates)
}

/** Removes the rows of a plan and their links. One statement: Alyx's foreign keys are looked at when it is committed. */
export async function removeRows(db: Db, rows: RemovalPlan['rows']): Promise<void> {
  const deletes = [...rows].flatMap(([model, set]) => {
    const keys = [...set]
    const list = sql`any(${keys}::${raw(keyType(model))}[])`
    return [
      ...linkTables(model).map(
        ({ table, column }) => sql`delete from ${identifier(table)} where ${identifier(column)} = ${list}`,
      ),
      sql`delete from ${identifier(model.table)} where ${identifier(primaryKey(model).column)} = ${list}`,
    ]
  })
  await together(db, deletes)
}

const together = (db: Db, statements: readonly Sql[]): Promise<number> =>
  db.execute(
    sql`with ${join(statements.map((one, at) => sql`${raw(`part${at}`)} as (${one})`))} select ${statements.length}::integer`,
  )

interface LinkTable {
  readonly table: string
  readonly column: string
}
const known = new Map<Model, readonly LinkTable[]>()

/** Plain join tables that a model stands on either side of. */
function linkTables(model: Model): readonly LinkTable[] {
  let tables = known.get(model)
  if (!tables) {
    const own = tablesOf(model).at(-1)!.model
    tables = allModels.flatMap((from) =>
      Object.entries(from.fields).flatMap(([name, field]) => {
        if (field.kind !== 'many' || field.through) return []
        const { table, fromColumn, toColumn } = joinTable(from, name, field)
        return [
          ...(from.key === own.key ? [{ table, column: fromColumn }] : []),
          ...(field.to === own.key ? [{ table, column: toColumn }] : []),
        ]
      }),
    )
    known.set(model, tables)
  }
  return tables
}
