import { sql } from 'kysely'
import type { Operand, OperandType } from './lookups-operand.ts'

/** A step inside a value: what it leads to, or undefined when the type has no step of that name. */
type Transform = (operand: Operand, name: string) => Operand | undefined
type Parts = Readonly<Record<string, (operand: Operand) => Operand>>

const whole = (extract: string) => (operand: Operand) =>
  ({ type: 'integer', sql: sql`extract(${sql.raw(extract)} from ${operand.sql})::int` }) as const

const datePart: Parts = {
  year: (operand) => ({
    type: 'year',
    sql: sql`extract(year from ${operand.sql})::int`,
    // The day of a moment has its year in the moment, where the index is.
    source: operand.source ?? operand.sql,
  }),
  iso_year: whole('isoyear'),
  quarter: whole('quarter'),
  month: whole('month'),
  week: whole('week'),
  day: whole('day'),
  /** Sunday is 1. */
  week_day: (operand) => ({ type: 'integer', sql: sql`(extract(dow from ${operand.sql}) + 1)::int` }),
  /** Monday is 1. */
  iso_week_day: whole('isodow'),
}

const clockPart: Parts = {
  hour: whole('hour'),
  minute: whole('minute'),
  second: (operand) => ({ type: 'integer', sql: sql`floor(extract(second from ${operand.sql}))::int` }),
}

const momentPart: Parts = {
  ...datePart,
  ...clockPart,
  date: (operand) => ({ type: 'day', sql: sql`(${operand.sql})::date`, source: operand.sql }),
  time: (operand) => ({ type: 'time', sql: sql`(${operand.sql})::time` }),
}

const partOf =
  (parts: Parts): Transform =>
  (operand, name) =>
    Object.hasOwn(parts, name) ? parts[name]!(operand) : undefined

const under: Transform = (operand, name) => {
  const source = operand.source ?? operand.sql
  const keys = [...(operand.keys ?? []), name]
  return { type: 'jsonValue', sql: sql`(${source} #> ${sql.val(keys)}::text[])`, source, keys }
}

/** `0` is the first element, `0_2` the first two, `len` how many there are. */
const element =
  (type: 'float' | 'integer'): Transform =>
  (operand, name) => {
    if (name === 'len') return { type: 'integer', sql: sql`cardinality(${operand.sql})` }
    const [, from, to] = /^(\d{1,6})(?:_(\d{1,6}))?$/.exec(name) ?? []
    if (from === undefined) return undefined
    const index = Number(from) + 1
    if (to === undefined) return { type, sql: sql`${operand.sql}[${sql.lit(index)}]` }
    return { type: operand.type, sql: sql`${operand.sql}[${sql.lit(index)}:${sql.lit(Number(to))}]` }
  }

const none: Transform = () => undefined

export const transforms = {
  text: none,
  integer: none,
  float: none,
  boolean: none,
  uuid: none,
  date: partOf(datePart),
  datetime: partOf(momentPart),
  time: partOf(clockPart),
  day: partOf(datePart),
  year: none,
  json: under,
  jsonValue: under,
  floatList: element('float'),
  integerList: element('integer'),
} satisfies Record<OperandType, Transform>

/** Names of the steps inside a value of a type, for messages. */
export const transformNames = {
  text: [],
  integer: [],
  float: [],
  boolean: [],
  uuid: [],
  date: Object.keys(datePart),
  datetime: Object.keys(momentPart),
  time: Object.keys(clockPart),
  day: Object.keys(datePart),
  year: [],
  json: [],
  jsonValue: [],
  floatList: ['len', '0'],
  integerList: ['len', '0'],
} satisfies Record<OperandType, readonly string[]>
