import { sql } from 'kysely'
import { type FilterValue, isList } from './literals.ts'
import { type Lookups, type Operand, oneOf } from './lookups-operand.ts'
import { dayAfter, readDay, readWholeNumber, refuse } from './lookups-read.ts'
import type { Fragment } from './scope.ts'

const operators = { exact: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const
type Comparison = keyof typeof operators

function bounds(value: FilterValue): readonly [FilterValue, FilterValue] {
  if (!isList(value) || value.length !== 2) return refuse('a list of two, the first and the last', value)
  return [value[0]!, value[1]!]
}

/**
 * exact, gt, gte, lt, lte, in and range.
 *
 * @param read  makes a parameter of a value
 * @param type  PostgreSQL's name of the type, for lists
 */
export function ordered(read: (value: FilterValue) => unknown, type: string): Lookups {
  const comparison =
    (name: Comparison) =>
    (operand: Operand, value: FilterValue): Fragment<boolean> =>
      sql`${operand.sql} ${sql.raw(operators[name])} ${read(value)}`
  return {
    exact: comparison('exact'),
    gt: comparison('gt'),
    gte: comparison('gte'),
    lt: comparison('lt'),
    lte: comparison('lte'),
    in: (operand, value) => oneOf(operand, value, read, type),
    range: (operand, value) => {
      const [from, to] = bounds(value)
      return sql`${operand.sql} between ${read(from)} and ${read(to)}`
    },
  }
}

// A big column holds more, but beyond this a number is no longer the one that was written.
const LARGEST = { small: 2 ** 15 - 1, normal: 2 ** 31 - 1, big: Number.MAX_SAFE_INTEGER } as const
const fits = (operand: Operand, number: number): boolean => Math.abs(number) <= LARGEST[operand.size ?? 'normal']

/** The whole number to compare with: cut, or rounded up where cutting would let too small ones through. */
function rounded(name: Comparison, value: FilterValue): number {
  const given = readWholeNumber(value)
  // `|| 0` because the rounding of -0.5 is -0, which is written "-0".
  return (name === 'gte' || name === 'lt' ? Math.ceil(given) : Math.trunc(given)) || 0
}

function compareWhole(name: Comparison): (operand: Operand, value: FilterValue) => Fragment<boolean> {
  return (operand, value) => {
    const number = rounded(name, value)
    if (fits(operand, number)) return sql`${operand.sql} ${sql.raw(operators[name])} ${number}`
    const holds = number > 0 ? name === 'lt' || name === 'lte' : name === 'gt' || name === 'gte'
    return holds ? sql`${operand.sql} is not null` : sql`false`
  }
}

/**
 * Comparisons of whole numbers. A fraction is cut for equality; a number that the column cannot hold equals nothing, and
 * lies above or below everything.
 */
export const wholeNumbers: Lookups = {
  exact: compareWhole('exact'),
  gt: compareWhole('gt'),
  gte: compareWhole('gte'),
  lt: compareWhole('lt'),
  lte: compareWhole('lte'),
  in: (operand, value) => {
    const held = (one: FilterValue) => {
      const number = rounded('exact', one)
      return fits(operand, number) ? number : undefined
    }
    return oneOf(operand, value, held, 'bigint')
  },
  range: (operand, value) => {
    const [from, to] = bounds(value)
    return sql`(${compareWhole('gte')(operand, from)} and ${compareWhole('lte')(operand, to)})`
  },
}

export const dates = ordered(readDay, 'date')

/**
 * The day of a moment, compared by bounds on the moment itself: `date = 2024-01-31` becomes
 * `start_time >= '2024-01-31' and start_time < '2024-02-01'`, which an index on `start_time` serves. Midnights are those
 * of the connection's zone, as the cast to `date` would have it.
 */
export const days: Lookups = {
  ...dates,
  exact: ({ source }, value) => {
    const day = readDay(value)
    return sql`(${source} >= ${day} and ${source} < ${dayAfter(day)})`
  },
  gt: ({ source }, value) => sql`${source} >= ${dayAfter(readDay(value))}`,
  gte: ({ source }, value) => sql`${source} >= ${readDay(value)}`,
  lt: ({ source }, value) => sql`${source} < ${readDay(value)}`,
  lte: ({ source }, value) => sql`${source} < ${dayAfter(readDay(value))}`,
  range: ({ source }, value) => {
    const [from, to] = bounds(value)
    return sql`(${source} >= ${readDay(from)} and ${source} < ${dayAfter(readDay(to))})`
  },
}

/** First day of a year, or `undefined` outside of the calendar. */
function yearStart(year: number): string | undefined {
  return year >= 1 && year <= 9999 ? `${String(year).padStart(4, '0')}-01-01` : undefined
}

/** A year, by bounds on its date or moment for the same reason. */
function compareYear(name: Comparison): (operand: Operand, value: FilterValue) => Fragment<boolean> {
  return (operand, value) => {
    const year = rounded(name, value)
    const start = yearStart(year)
    const next = yearStart(year + 1)
    if (!start || !next) return compareWhole(name)(operand, value)
    const { source } = operand
    if (name === 'exact') return sql`(${source} >= ${start} and ${source} < ${next})`
    if (name === 'gt') return sql`${source} >= ${next}`
    if (name === 'gte') return sql`${source} >= ${start}`
    return name === 'lt' ? sql`${source} < ${start}` : sql`${source} < ${next}`
  }
}

export const years: Lookups = {
  ...wholeNumbers,
  exact: compareYear('exact'),
  gt: compareYear('gt'),
  gte: compareYear('gte'),
  lt: compareYear('lt'),
  lte: compareYear('lte'),
  range: (operand, value) => {
    const [from, to] = bounds(value)
    return sql`(${compareYear('gte')(operand, from)} and ${compareYear('lte')(operand, to)})`
  },
}
