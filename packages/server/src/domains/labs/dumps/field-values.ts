import type { Field, ValueField, ValueKind } from '@alyx/models'
import { exactNumber, isExactNumber, parseExactly, pythonNumber, type RawNumber } from './exact-json.ts'

/** A dumped value does not fit its field; the message completes "expected …". */
export class Unfit extends Error {}

/** How one kind of field is written in a dump. */
interface DumpForm<F> {
  /** What to send to PostgreSQL for a dumped value that is not null. @throws Unfit */
  read(value: unknown, field: F): unknown
  /** What to write in a dump for PostgreSQL's own text of a value. */
  write(text: string): unknown
}

type Forms = { readonly [K in ValueKind]: DumpForm<Extract<Field, { kind: K }>> }

const LIMITS = { small: 2n ** 15n, normal: 2n ** 31n, big: 2n ** 63n }
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const DATETIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const NOT_FINITE = /^(?:NaN|-?Infinity)$/
const NUL = '\u0000'

function readText(value: unknown, maxLength?: number): string {
  const expected = maxLength === undefined ? 'a text' : `a text of at most ${maxLength} characters`
  if (typeof value !== 'string') throw new Unfit(expected)
  if (value.includes(NUL)) throw new Unfit('a text without null characters')
  if (maxLength !== undefined && value.length > maxLength && [...value].length > maxLength) throw new Unfit(expected)
  return value
}

/** The digits of a number, whichever way it was dumped. */
const digitsOf = (value: unknown): string | undefined =>
  typeof value === 'number'
    ? String(value)
    : isExactNumber(value)
      ? value.rawJSON
      : typeof value === 'string'
        ? value
        : undefined

function readInteger(value: unknown, size: keyof typeof LIMITS, positive: boolean): string {
  const limit = LIMITS[size]
  const lowest = positive ? 0n : -limit
  const expected = `an integer from ${lowest} to ${limit - 1n}`
  const digits = digitsOf(value)
  if (digits === undefined || !/^-?\d+$/.test(digits)) throw new Unfit(expected)
  const number = BigInt(digits)
  if (number < lowest || number >= limit) throw new Unfit(expected)
  return digits
}

function readFloat(value: unknown): string {
  const digits = digitsOf(value)
  if (digits === undefined || !(NUMBER.test(digits) || NOT_FINITE.test(digits))) throw new Unfit('a number')
  return digits
}

const TRUTHS = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ['true', true],
  ['false', false],
  ['True', true],
  ['False', false],
])

function readDate(value: unknown): string {
  const [, year, month, day] = (typeof value === 'string' && DATE.exec(value)) || []
  if (!day || !isDay(Number(year), Number(month), Number(day))) throw new Unfit('a date such as 2026-03-01')
  return value as string
}

const isDay = (year: number, month: number, day: number) =>
  year >= 1 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()

function readDatetime(value: unknown): string {
  const parts = typeof value === 'string' ? DATETIME.exec(value) : null
  const [, year, month, day] = DATE.exec(parts?.[1] ?? '') ?? []
  if (!day || !isDay(Number(year), Number(month), Number(day)))
    throw new Unfit('a date-time such as 2026-03-01T09:30:00.250')
  return value as string
}

/** Django writes arrays as the JSON text of a list of texts; other tools write a plain list. */
function readList(value: unknown, element: (one: unknown) => string, length: number | undefined): (string | null)[] {
  const list = typeof value === 'string' ? parsedList(value) : value
  const expected = length === undefined ? 'a list of numbers' : `a list of at most ${length} numbers`
  if (!Array.isArray(list) || (length !== undefined && list.length > length)) throw new Unfit(expected)
  return list.map((one) => (one === null ? null : element(one)))
}

function parsedList(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

/** Elements of PostgreSQL's text of a one-dimensional array of numbers: {1,NULL,2.5}. */
const elements = (text: string): (string | null)[] =>
  text === '{}'
    ? []
    : text
        .slice(1, -1)
        .split(',')
        .map((one) => (one === 'NULL' ? null : one))

/** As Django writes arrays: JSON within a text, each number a text. */
const listText = (list: readonly (string | null)[]) => `[${list.map((one) => JSON.stringify(one)).join(', ')}]`

const writeFloat = (text: string): RawNumber | string =>
  NOT_FINITE.test(text) ? text : exactNumber(pythonNumber(text))

/** '2020-01-01 10:00:00.5+00' is 2020-01-01T10:00:00.500000: wall clock, all six digits or none, as Alyx writes it. */
function writeDatetime(text: string): string {
  const [, day, time, fraction] = /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(text) ?? []
  if (!day) return text
  return fraction ? `${day}T${time}.${fraction.padEnd(6, '0')}` : `${day}T${time}`
}

const asItIs = (text: string) => text
const limitedText = {
  read: (value: unknown, field: { maxLength: number }) => readText(value, field.maxLength),
  write: asItIs,
}

/** How each kind of field is read from and written to a dump. A kind with no entry does not compile. */
const dumpForms: Forms = {
  uuid: {
    read: (value) => {
      if (typeof value !== 'string' || !UUID.test(value)) throw new Unfit('a UUID')
      const hex = value.replaceAll('-', '').toLowerCase()
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
    },
    write: asItIs,
  },
  identity: { read: (value) => readInteger(value, 'normal', true), write: exactNumber },
  text: limitedText,
  longText: { read: (value) => readText(value), write: asItIs },
  email: limitedText,
  url: limitedText,
  image: limitedText,
  integer: { read: (value, field) => readInteger(value, field.size, field.positive === true), write: exactNumber },
  float: { read: readFloat, write: writeFloat },
  boolean: {
    read: (value) => {
      const truth = TRUTHS.get(value)
      if (truth === undefined) throw new Unfit('true or false')
      return truth
    },
    write: (text) => text === 't',
  },
  date: { read: readDate, write: asItIs },
  datetime: { read: readDatetime, write: writeDatetime },
  json: { read: (value) => value, write: parseExactly },
  choice: limitedText,
  level: { read: (value, field) => readInteger(value, field.size, field.positive === true), write: exactNumber },
  floatList: {
    read: (value, field) => readList(value, readFloat, field.length),
    write: (text) => listText(elements(text).map((one) => one && (NOT_FINITE.test(one) ? one : pythonNumber(one)))),
  },
  integerList: {
    read: (value, field) => readList(value, (one) => readInteger(one, 'normal', false), field.length),
    write: (text) => listText(elements(text)),
  },
}

/** What to send for a dumped value that is not null. @throws Unfit */
export const readValue = (value: unknown, field: ValueField): unknown =>
  (dumpForms[field.kind] as DumpForm<ValueField>).read(value, field)

/** What to write in a dump for PostgreSQL's own text of a value. */
export const writeValue = (text: string, field: ValueField): unknown => dumpForms[field.kind].write(text)
