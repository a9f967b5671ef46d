/**
 * How the value of a filter becomes a parameter of a statement, per type of the column. Everything PostgreSQL would
 * refuse is refused here, in words, before any statement runs.
 */
import { FilterError, quoted } from './filter-error.ts'
import { type FilterValue, isList, isNumber, isObject } from './literals.ts'

/** A value as a person would recognise it in a message. */
function shown(value: FilterValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return quoted(value)
  if (isNumber(value)) return quoted(value.number)
  return isList(value) ? 'a list' : 'a dictionary'
}

/** @throws FilterError always: `expected` completes "expected …" */
export function refuse(expected: string, value: FilterValue): never {
  throw new FilterError(`expected ${expected}, got ${shown(value)}`)
}

/** The value as written, for comparisons with text. */
export function readText(value: FilterValue): string {
  if (value === null || isList(value) || isObject(value)) return refuse('a text', value)
  if (typeof value === 'string') return value
  return isNumber(value) ? value.number : value ? 'True' : 'False'
}

/**
 * A whole number, or an infinity when it is larger than any column holds. Fractions of numbers are kept for the
 * comparison to round; a text must be a whole number.
 */
export function readWholeNumber(value: FilterValue): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' && /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(value)) return Number(value.replaceAll('_', ''))
  if (isNumber(value)) return value.value
  return refuse('a whole number', value)
}

const LARGEST_INTEGER = 2 ** 31 - 1

/** An element of a list of integers; none is larger than the column holds. */
export function readListInteger(value: FilterValue): number {
  const number = Math.trunc(readWholeNumber(value)) || 0
  return Math.abs(number) <= LARGEST_INTEGER ? number : refuse('a smaller number', value)
}

export function readNumber(value: FilterValue): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (isNumber(value)) return value.value
  if (typeof value === 'string' && /^\s*[+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,9})?\s*$/.test(value))
    return Number(value.replaceAll('_', ''))
  return refuse('a number', value)
}

export function readBoolean(value: FilterValue): boolean {
  if (typeof value === 'boolean') return value
  if (isNumber(value) && (value.value === 0 || value.value === 1)) return value.value === 1
  if (typeof value === 'string' && /^(?:t|true|1)$/i.test(value)) return true
  if (typeof value === 'string' && /^(?:f|false|0)$/i.test(value)) return false
  return refuse('True or False', value)
}

/** Hyphenated or plain hexadecimal, any case, braces or `urn:uuid:` around it. */
export function readUuid(value: FilterValue): string {
  const text = typeof value === 'string' ? value : isNumber(value) ? value.number : ''
  if (text.length <= 60) {
    const hex = text
      .trim()
      .toLowerCase()
      .replace('urn:', '')
      .replace('uuid:', '')
      .replaceAll(/^\{|\}$|-/g, '')
    if (/^[0-9a-f]{32}$/.test(hex)) return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
  return refuse('a UUID', value)
}

const two = (text: string): string => text.padStart(2, '0')

/** `YYYY-MM-DD` when such a day exists. */
function calendarDay(year: string, month: string, day: string): string | undefined {
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const exists = Number(year) >= 1 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  return exists ? `${year}-${two(month)}-${two(day)}` : undefined
}

/** The day after `YYYY-MM-DD`. */
export function dayAfter(day: string): string {
  const date = new Date(0)
  const [year, month, dayOfMonth] = day.split('-').map(Number)
  date.setUTCFullYear(year!, month! - 1, dayOfMonth! + 1)
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(String(date.getUTCMonth() + 1))}-${two(String(date.getUTCDate()))}`
}

const DAY = /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|(\d{2})(\d{2}))$/

function dayOf(text: string): string | undefined {
  const parts = DAY.exec(text)
  return parts ? calendarDay(parts[1]!, parts[2] ?? parts[4]!, parts[3] ?? parts[5]!) : undefined
}

export function readDay(value: FilterValue): string {
  const text = typeof value === 'string' ? value.trim() : isNumber(value) ? value.number : ''
  return (text.length <= 40 ? dayOf(text) : undefined) ?? refuse('a date such as 2024-01-31', value)
}

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d{0,6})?)?$/

/** `HH:MM:SS.ffffff` when there is such a time of day; finer than microseconds is cut, as Alyx does. */
function clockOf(text: string): string | undefined {
  const parts = CLOCK.exec(text)
  if (!parts) return undefined
  const [, hour, minute, second = '00', fraction = '0'] = parts
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  return `${two(hour!)}:${minute}:${second}.${fraction.padEnd(6, '0')}`
}

export function readClock(value: FilterValue): string {
  const text = typeof value === 'string' ? value.trim() : ''
  return (text.length <= 40 ? clockOf(text) : undefined) ?? refuse('a time of day such as 14:30 or 14:30:15.5', value)
}

const MOMENT = /^([\d-]+?)(?:[T ]([\d:.,]+) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/**
 * Date and time for `timestamptz`: a date alone is its midnight; without offset it is the server's wall clock, which is
 * the zone of the connection.
 */
export function readMoment(value: FilterValue): string {
  const text = typeof value === 'string' ? value.trim() : isNumber(value) ? value.number : ''
  const expected = 'a date and time such as 2024-01-31T14:30:00'
  const parts = text.length <= 60 ? MOMENT.exec(text) : null
  if (!parts) return refuse(expected, value)
  const day = dayOf(parts[1]!)
  const clock = clockOf(parts[2] ?? '00:00')
  const offset = parts[3]?.toUpperCase() ?? ''
  // PostgreSQL knows offsets below 16 hours, and no place on Earth has more than 14.
  const offsetHours = offset === 'Z' || offset === '' ? 0 : Number(offset.slice(1, 3))
  const offsetMinutes = offset.length > 3 ? Number(offset.slice(-2)) : 0
  if (!day || !clock || offsetHours > 15 || offsetMinutes > 59) return refuse(expected, value)
  return `${day} ${clock}${offset}`
}

/** Text of a JSON document. Whole numbers keep all their digits; others are doubles, as Python writes them. */
export function readJson(value: FilterValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(readJson).join(',')}]`
  if (isObject(value))
    return `{${value.entries.map(([key, one]) => `${JSON.stringify(key)}:${readJson(one)}`).join(',')}}`
  if (!Number.isFinite(value.value)) return refuse('a smaller number', value)
  const whole = /^[+-]?\d+$/.test(value.number)
  return whole ? String(BigInt(value.number.replace('+', ''))) : JSON.stringify(value.value)
}
