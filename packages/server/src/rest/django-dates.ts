/**
 * The values that filters and request bodies of the Alyx contract may carry: moments, dates, numbers, uuids, yes or no.
 * Each parser takes text and returns text that PostgreSQL reads exactly, or the message of the contract.
 *
 * Source: spec of the contract, "Value kinds" and "JSON encoding of values"; Django 5.2 forms with the formats of its
 * English locale, django-filter and Django REST framework 3.16 fields.
 */

import {
  atUtc,
  type CivilDate,
  dateText,
  dateTimeText,
  isDate,
  isDateTime,
  readDate,
  readDateTime,
} from './python-datetime.ts'
import { asciiDigits } from './python-int.ts'

export type Parsed = { value: string } | { message: string }

const BAD_FILTER_DATE_TIME = { message: 'Enter a valid date/time.' }
const BAD_FILTER_DATE = { message: 'Enter a valid date.' }
const BAD_UUID = { message: 'Enter a valid UUID.' }
const BAD_NUMBER = { message: 'Enter a number.' }
const BAD_BODY_DATE_TIME = {
  message:
    'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
}
const BAD_BODY_DATE = { message: 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.' }

/**
 * A moment in a filter: ISO 8601, `T` or blank, seconds optional, a bare date means midnight.
 *
 * @returns `2026-03-02 10:00:00.000000`, and `+02:00` behind it when the text had an offset
 */
export function parseDateTime(text: string): Parsed {
  const read = readDateTime(text.trim())
  return typeof read === 'string' ? BAD_FILTER_DATE_TIME : orElse(dateTimeText(read), BAD_FILTER_DATE_TIME)
}

/** A moment in a filter that also takes American dates and written months: `3/2/2026 10:00`, `2 March 2026`. */
export function parseLenientDateTime(text: string): Parsed {
  const trimmed = text.trim()
  if (readDateTime(trimmed) !== 'malformed') return parseDateTime(trimmed)
  return orElse(readFormat(trimmed, true), BAD_FILTER_DATE_TIME)
}

/**
 * A date in a filter: `2026-3-2`, `3/2/2026`, `3/2/26`, `Mar 2 2026`, `March 2, 2026`, `2 Mar 2026`, `2 March, 2026`.
 *
 * @returns `2026-03-02`
 */
export function parseDate(text: string): Parsed {
  return orElse(readFormat(text.trim(), false), BAD_FILTER_DATE)
}

function orElse(value: string | undefined, bad: Parsed): Parsed {
  return value === undefined ? bad : { value }
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const DAY = '(?<day>3[01]|[12]\\d|0[1-9]|[1-9]|\\s[1-9])'
const MONTH_NUMBER = '(?<month>1[0-2]|0[1-9]|[1-9])'
const YEAR = '(?<year>\\d{4})'
const TIME =
  '(?<hour>2[0-3]|[01]\\d|\\d):(?<minute>[0-5]\\d|\\d)(?::(?<second>[0-5]\\d|\\d)(?:\\.(?<fraction>\\d{1,6}))?)?'

/** The formats of Django's English locale. Only those written in numbers may be followed by a time. */
const NUMERIC_FORMATS = [
  `${YEAR}-${MONTH_NUMBER}-${DAY}`,
  `${MONTH_NUMBER}/${DAY}/${YEAR}`,
  `${MONTH_NUMBER}/${DAY}/(?<shortYear>\\d\\d)`,
]
const WORDED_FORMATS = [
  `(?<monthName>${MONTH})\\s+${DAY},?\\s+${YEAR}`,
  `${DAY}\\s+(?<monthName>${MONTH}),?\\s+${YEAR}`,
]
const whole = (format: string) => new RegExp(`^${format}$`, 'i')
const DATE_FORMATS = [...NUMERIC_FORMATS, ...WORDED_FORMATS].map(whole)
const DATE_TIME_FORMATS = [
  ...NUMERIC_FORMATS.map((format) => whole(`${format}(?:\\s+${TIME})?`)),
  ...WORDED_FORMATS.map(whole),
]

function readFormat(text: string, withTime: boolean): string | undefined {
  const ascii = asciiDigits(text)
  for (const format of withTime ? DATE_TIME_FORMATS : DATE_FORMATS) {
    const found = format.exec(ascii)?.groups
    if (found === undefined) continue
    const date: CivilDate = {
      year: found.year === undefined ? fullYear(Number(found.shortYear)) : Number(found.year),
      month: found.month === undefined ? monthOf(found.monthName ?? '') : Number(found.month),
      day: Number(found.day),
    }
    if (!withTime) return isDate(date) ? dateText(date) : undefined
    const { hour = '0', minute = '0', second = '0', fraction = '' } = found
    const microsecond = Number(fraction.padEnd(6, '0'))
    const time = { hour: Number(hour), minute: Number(minute), second: Number(second), microsecond }
    const moment = { ...date, ...time, offset: undefined }
    return isDateTime(moment) ? dateTimeText(moment) : undefined
  }
  return undefined
}

const monthOf = (name: string): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1

/** Two digits mean 1969 to 2068, as POSIX has it. */
const fullYear = (short: number): number => (short < 69 ? 2000 : 1900) + short

/**
 * A uuid in a filter: hyphenated or plain hex in any case, braces and `urn:uuid:` allowed.
 *
 * @returns lower case with hyphens
 */
export function parseUuid(text: string): Parsed {
  const hex = text
    .trim()
    .replaceAll('urn:', '')
    .replaceAll('uuid:', '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '')
    .toLowerCase()
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(hex)
  return parts === null ? BAD_UUID : { value: parts.slice(1).join('-') }
}

/** What no filter may exceed; beyond it a literal could take PostgreSQL's whole numeric range. */
const LARGEST = 1e50

/**
 * A number in a filter: decimals, exponent, sign, digits of any script.
 *
 * @returns a decimal literal, at most 1e50 in size, that both `Number` and PostgreSQL read
 */
export function parseNumber(text: string): Parsed {
  const plain = asciiDigits(text.trim()).replaceAll('_', '')
  const parts = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(plain)
  if (parts === null) return BAD_NUMBER
  const [, sign = '', whole = '', fraction = '', exponent] = parts
  const literal = `${sign === '-' ? '-' : ''}${whole || '0'}${fraction && `.${fraction}`}${exponent === undefined ? '' : `e${exponent}`}`
  const size = Number(literal)
  if (size > LARGEST) return { message: 'Ensure this value is less than or equal to 1e+50.' }
  if (size < -LARGEST) return { message: 'Ensure this value is greater than or equal to -1e+50.' }
  // Too small for PostgreSQL's exponents, or with digits past its limit: the nearest double says the same.
  return { value: Math.abs(Number(exponent ?? 0)) > 1000 || literal.length > 1000 ? String(size) : literal }
}

/** Filters that Alyx generates for a column: `true`, `false`, `1`, `0` in any case; anything else asks for nothing. */
export function parseLooseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  if (lower === 'true' || lower === '1') return true
  return lower === 'false' || lower === '0' ? false : undefined
}

/** Filters that Alyx declares by hand: `True`, `true`, `2` and `False`, `false`, `3`; anything else asks for nothing. */
export function parseStrictBoolean(text: string): boolean | undefined {
  if (text === 'True' || text === 'true' || text === '2') return true
  return text === 'False' || text === 'false' || text === '3' ? false : undefined
}

/**
 * A moment in a request body. One with an offset is turned into UTC's wall clock and the offset dropped, which the
 * contract then takes as the server's own: that is how Alyx has always stored them.
 *
 * @returns `2026-03-02 08:00:00.000000`
 */
export function parseBodyDateTime(value: unknown): Parsed {
  const read = typeof value === 'string' ? readDateTime(value) : 'malformed'
  if (typeof read === 'string') return BAD_BODY_DATE_TIME
  const naive = read.offset === undefined ? read : atUtc(read)
  return orElse(naive && dateTimeText(naive), BAD_BODY_DATE_TIME)
}

/** A date in a request body. */
export function parseBodyDate(value: unknown): Parsed {
  const read = typeof value === 'string' ? readDate(value) : 'malformed'
  return typeof read === 'string' ? BAD_BODY_DATE : { value: dateText(read) }
}
