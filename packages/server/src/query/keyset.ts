import { sql } from 'kysely'
import { transport } from './bulk-insert.ts'
import { valueKind } from './compile-shape.ts'
import type { Order } from './order.ts'
import type { Fragment, Scope } from './scope.ts'

interface Term {
  readonly column: Fragment
  readonly descending: boolean
  /** NULL may stand in the column: last in ascending order, first in descending, as PostgreSQL has it. */
  readonly nullable: boolean
  /** The value of the row to go on from; undefined for NULL. */
  readonly value: Fragment | undefined
}

function termOf(scope: Scope, path: string, text: string | null): Term {
  const descending = path.startsWith('-')
  const name = descending ? path.slice(1) : path
  const { sql: column, field, name: last, model } = scope.column(name)
  const type = sql.raw(transport[valueKind(field, last, model)])
  return {
    column,
    descending,
    nullable: name.includes('.') || field.nullable === true,
    value: text === null ? undefined : sql`${text}::${type}`,
  }
}

/** Rows with another value in this term, later in its order. */
function later({ column, descending, nullable, value }: Term): Fragment<boolean> {
  if (descending) return value ? sql`${column} < ${value}` : sql`${column} is not null`
  if (!value) return sql`false`
  return nullable ? sql`(${column} > ${value} or ${column} is null)` : sql`${column} > ${value}`
}

const same = ({ column, value }: Term): Fragment<boolean> =>
  value ? sql`${column} = ${value}` : sql`${column} is null`

/** What holds of all later rows and is a range of the first column alone, so that an index finds where to begin. */
function bound({ column, descending, nullable, value }: Term): Fragment<boolean> | undefined {
  if (!value) return undefined
  if (descending) return sql`${column} <= ${value}`
  return nullable ? undefined : sql`${column} >= ${value}`
}

/**
 * The rows that come after a row in an order: `(a, id) > ($1, $2)`, or where directions differ or values may be
 * missing, `a <= $1 and (a < $1 or (a = $1 and id > $2))`.
 *
 * @param order  total: its last word is the primary key
 * @param last   PostgreSQL's texts of the row's values in the order's columns, one for each
 */
export function rowsAfter(scope: Scope, order: Order, last: readonly (string | null)[]): Fragment<boolean> {
  const terms = order.map((path, at) => termOf(scope, path, last[at] ?? null))
  const [first] = terms
  const { descending } = first!
  if (terms.every((term) => term.descending === descending && !term.nullable && term.value)) {
    const columns = sql.join(terms.map(({ column }) => column))
    const values = sql.join(terms.map(({ value }) => value!))
    return descending ? sql`(${columns}) < (${values})` : sql`(${columns}) > (${values})`
  }
  const ways = terms.map((term, at) => sql`(${sql.join([...terms.slice(0, at).map(same), later(term)], sql` and `)})`)
  const after = sql<boolean>`(${sql.join(ways, sql` or `)})`
  const from = bound(first!)
  return from ? sql`${from} and ${after}` : after
}
