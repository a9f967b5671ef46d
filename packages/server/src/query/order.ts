import { type Model, primaryKey } from '@alyx/models'
import { sql } from 'kysely'
import type { Fragment, Scope } from './scope.ts'

/** Paths to sort by, `-` for descending. NULL sorts as the largest value, as PostgreSQL has it. */
export type Order = readonly string[]

/** The order with the primary key as its last word, so that pages never overlap. */
export function totalOrder(model: Model, order: Order): Order {
  const key = primaryKey(model).name
  return order.some((path) => path === key || path === `-${key}`) ? order : [...order, key]
}

/** The same order from its end. NULL comes last where it came first, as PostgreSQL has it for either direction. */
export const reversed = (order: Order): Order =>
  order.map((path) => (path.startsWith('-') ? path.slice(1) : `-${path}`))

/** `"t0"."start_time" desc, "t0"."id"`. */
export function orderBy(scope: Scope, order: Order): Fragment {
  const terms = order.map((path) => {
    const descending = path.startsWith('-')
    const { sql: column } = scope.column(descending ? path.slice(1) : path)
    return descending ? sql`${column} desc` : column
  })
  return sql.join(terms)
}
