import { sql } from 'kysely'
import { type FilterValue, isList } from './literals.ts'
import { refuse } from './lookups-read.ts'
import type { Fragment } from './scope.ts'

/** Types of what can be compared: those of columns, and those that a transform leads to. */
export type OperandType =
  | 'text'
  | 'integer'
  | 'float'
  | 'boolean'
  | 'uuid'
  | 'date'
  | 'datetime'
  | 'time'
  /** The day of a moment. */
  | 'day'
  /** The year of a date or moment. */
  | 'year'
  | 'json'
  /** What stands under a path of keys inside a JSON column. */
  | 'jsonValue'
  | 'floatList'
  | 'integerList'

/** The left side of a comparison. */
export interface Operand {
  readonly type: OperandType
  readonly sql: Fragment
  /** Of `day` and `year`: the date or moment that they are taken from. Of `jsonValue`: the column. */
  readonly source?: Fragment
  /** Keys and list indexes inside a JSON column. */
  readonly keys?: readonly string[]
  /** What an integer column holds: 2, 4 or 8 bytes. */
  readonly size?: 'small' | 'normal' | 'big'
}

/** One way to compare. Refuses values of another type with a FilterError. */
export type Lookup = (operand: Operand, value: FilterValue) => Fragment<boolean>
export type Lookups = Readonly<Record<string, Lookup>>

/**
 * Elements of the list that a lookup asks for. A single text stands for a list of one, because scripts write it so; None
 * is in no list.
 */
export function elements(value: FilterValue): readonly FilterValue[] {
  if (isList(value)) return value.filter((one) => one !== null)
  return typeof value === 'string' ? [value] : refuse('a list such as ["a", "b"]', value)
}

/** `column = any($1::type[])`: one parameter however long the list. Elements read as `undefined` are left out. */
export function oneOf(
  operand: Operand,
  value: FilterValue,
  read: (value: FilterValue) => unknown,
  type: string,
): Fragment<boolean> {
  const values = elements(value)
    .map((one) => read(one))
    .filter((one) => one !== undefined)
  if (values.length === 0) return sql`false`
  return sql`${operand.sql} = any(${sql.val(values)}::${sql.raw(type)}[])`
}
