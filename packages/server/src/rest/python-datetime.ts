/**
 * Moments written as text, in the forms that Python 3.11's `fromisoformat` and Django's `parse_datetime` accept.
 * No JavaScript Date: microseconds, years 1 to 9999 and "no offset given" must survive.
 *
 * Source: CPython 3.11, _datetimemodule.c (its leniences included); Django 5.2, utils.dateparse. Checked against both.
 */

import { asciiDigits } from './python-int.ts'

export type CivilDate = { year: number; month: number; day: number }

/** A wall clock, with its distance from UTC when that was given. */
export type CivilDateTime = CivilDate & {
  hour: number
  minute: number
  second: number
  microsecond: number
  /** Microseconds east of UTC, less than a day either way; undefined when the text names no offset. */
  offset: number | undefined
}

/** `malformed`: not of this form, another may fit. `impossible`: of this form, but there is no such moment. */
export type Unread = 'malformed' | 'impossible'

const SECOND = 1_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Days of the proleptic Gregorian calendar since 1970-01-01. (Howard Hinnant's days_from_civil.) */
function dayNumber({ year, month, day }: CivilDate): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function dateOfDayNumber(days: number): CivilDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const century = Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + century) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

/** Whether Python's calendar has this day: it starts with the year 1 and ends with 9999. */
export function isDate(date: CivilDate): boolean {
  const { year, month, day } = date
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false
  return day <= 28 || dateOfDayNumber(dayNumber(date)).day === day
}

export function isDateTime(moment: CivilDateTime): boolean {
  const { hour, minute, second, offset } = moment
  return isDate(moment) && hour < 24 && minute < 60 && second < 60 && Math.abs(offset ?? 0) < DAY
}

/** The same moment on UTC's clock, without offset; undefined outside the years 1 to 9999. */
export function atUtc(moment: CivilDateTime): CivilDateTime | undefined {
  const { hour, minute, second, microsecond, offset = 0 } = moment
  const ofDay = hour * HOUR + minute * MINUTE + second * SECOND + microsecond - offset
  const date = dateOfDayNumber(dayNumber(moment) + Math.floor(ofDay / DAY))
  return isDate(date) ? { ...date, ...clock(((ofDay % DAY) + DAY) % DAY), offset: undefined } : undefined
}

function clock(micros: number) {
  return {
    hour: Math.floor(micros / HOUR),
    minute: Math.floor((micros % HOUR) / MINUTE),
    second: Math.floor((micros % MINUTE) / SECOND),
    microsecond: micros % SECOND,
  }
}

/** Monday to Sunday as 1 to 7; 53rd weeks only in the years that have one. */
function dateOfWeek(year: number, week: number, weekday: number): CivilDate | undefined {
  if (year < 1 || week < 1 || week > 53 || weekday < 1 || weekday > 7) return undefined
  // The first week of a year holds its fourth of January; day 0 was a Thursday.
  const monday = (days: number) => days - ((((days + 3) % 7) + 7) % 7)
  const firstMonday = monday(dayNumber({ year, month: 1, day: 4 }))
  const nextFirstMonday = monday(dayNumber({ year: year + 1, month: 1, day: 4 }))
  const days = firstMonday + (week - 1) * 7 + weekday - 1
  return days - weekday + 1 >= nextFirstMonday ? undefined : dateOfDayNumber(days)
}

/**
 * `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-Www`, `YYYYWww`, `YYYY-Www-D`, `YYYYWwwD`, as date.fromisoformat takes them, except
 * that Python overlooks two characters after `YYYYMMDD`, whatever they are: that is a mistyped date.
 */
function isoDate(text: string): CivilDate | undefined {
  if (![7, 8, 10].includes(text.length)) return undefined
  const week = /^(\d{4})(-?)W(\d\d)(?:\2(\d))?$/.exec(text)
  if (week !== null) {
    const found = dateOfWeek(Number(week[1]), Number(week[3]), Number(week[4] ?? 1))
    return found !== undefined && isDate(found) ? found : undefined
  }
  const parts = /^(\d{4})(-?)(\d\d)\2(\d\d)$/.exec(text)
  if (parts === null) return undefined
  const date = { year: Number(parts[1]), month: Number(parts[3]), day: Number(parts[4]) }
  return isDate(date) ? date : undefined
}

/** Where the date ends in an ISO text of at least seven characters; any one character may follow as separator. */
function endOfIsoDate(text: string): number {
  if (text.length === 7) return 7
  if (text[4] === '-') {
    if (text[5] !== 'W') return 10
    return text[8] === '-' && !/^\d$/.test(text[10] ?? '') ? 10 : 8
  }
  if (text[4] !== 'W') return 8
  // YYYYWww or YYYYWwwD: the digits that follow belong to the time in pairs, which tells the two apart.
  const digits = 7 + (/^\d*/.exec(text.slice(7))?.[0].length ?? 0)
  if (digits < 9) return digits
  return digits % 2 === 0 ? 7 : 8
}

type Clock = { hour: number; minute: number; second: number; microsecond: number; complete: boolean }

/**
 * `HH[:MM[:SS[.f]]]` or `HH[MM[SS[.f]]]` in `text` up to `end`. `complete` is false when something was left over.
 * Like the original it looks at the character at `end`, so a separator may stand before an offset.
 */
function isoClock(text: string, start: number, end: number): Clock | undefined {
  const values: [number, number, number] = [0, 0, 0]
  let at = start
  let separated = true
  for (const part of [0, 1, 2] as const) {
    const digits = text.slice(at, at + 2)
    if (!/^\d\d$/.test(digits)) return undefined
    values[part] = Number(digits)
    at += 2
    const next = text[at++] ?? ''
    if (part === 0) separated = next === ':'
    if (at >= end) return timeOf(values, 0, next === '')
    if (separated && next === ':') continue
    if (next === '.' || next === ',') break
    if (separated) return undefined
    at--
  }
  const fraction = text.slice(at, Math.min(end, at + 6))
  if (!/^\d*$/.test(fraction)) return undefined
  const rest = /^\d*/.exec(text.slice(at + fraction.length))?.[0].length ?? 0
  return timeOf(values, Number(fraction.padEnd(6, '0')), at + fraction.length + rest >= text.length)
}

function timeOf([hour, minute, second]: [number, number, number], microsecond: number, complete: boolean): Clock {
  return { hour, minute, second, microsecond, complete }
}

/** datetime.fromisoformat; undefined when it would refuse. */
function isoDateTime(text: string): CivilDateTime | undefined {
  const characters = [...text]
  if (characters.length < 7) return undefined
  const end = endOfIsoDate(text)
  const date = isoDate(text.slice(0, end))
  if (date === undefined) return undefined
  const separator = text.codePointAt(end) ?? 0
  const read =
    end === text.length ? { ...clock(0), offset: undefined } : isoTime(text.slice(end + (separator > 0xffff ? 2 : 1)))
  if (read === undefined) return undefined
  const moment = { ...date, ...read }
  return isDateTime(moment) ? moment : undefined
}

function isoTime(text: string): Omit<CivilDateTime, keyof CivilDate> | undefined {
  const found = text.search(/[-+Z]/)
  const zone = found < 0 ? text.length : found
  const read = isoClock(text, 0, zone)
  if (read === undefined) return undefined
  const { complete, ...time } = read
  if (zone === text.length) return complete ? { ...time, offset: undefined } : undefined
  if (text[zone] === 'Z') return zone + 1 === text.length ? { ...time, offset: 0 } : undefined
  const away = isoClock(text, zone + 1, text.length)
  if (away === undefined || !away.complete) return undefined
  const size = away.hour * HOUR + away.minute * MINUTE + away.second * SECOND + away.microsecond
  return { ...time, offset: text[zone] === '-' ? -size : size }
}

/** Like Python's `$`, the end may have a line break behind it. */
const LOOSE_DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})\n?$/
const LOOSE_DATE_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?\s*(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?\n?$/

/** Django's parse_date: ISO 8601, or a year with unpadded month and day. */
export function readDate(text: string): CivilDate | Unread {
  const iso = isoDate(text)
  if (iso !== undefined) return iso
  const parts = LOOSE_DATE.exec(asciiDigits(text))
  if (parts === null) return 'malformed'
  const date = { year: Number(parts[1]), month: Number(parts[2]), day: Number(parts[3]) }
  return isDate(date) ? date : 'impossible'
}

/** Django's parse_datetime: ISO 8601 as Python reads it, or with unpadded parts. */
export function readDateTime(text: string): CivilDateTime | Unread {
  const iso = isoDateTime(text)
  if (iso !== undefined) return iso
  const parts = LOOSE_DATE_TIME.exec(asciiDigits(text))
  if (parts === null) return 'malformed'
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as SixNumbers
  const [, , , , , , , fraction, zulu, sign, hours, minutes] = parts
  const size = Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE
  const offset = zulu !== undefined ? 0 : sign === undefined ? undefined : sign === '-' ? -size : size
  const moment = {
    year,
    month,
    day,
    hour,
    minute,
    second,
    microsecond: Number((fraction ?? '').padEnd(6, '0')),
    offset,
  }
  return isDateTime(moment) ? moment : 'impossible'
}

type SixNumbers = [number, number, number, number, number, number]

const padded = (value: number, width: number): string => String(value).padStart(width, '0')

/** `2026-03-02`. */
export function dateText({ year, month, day }: CivilDate): string {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

/** PostgreSQL knows offsets to the second and up to here; longer ones are no zone of this planet. */
const LARGEST_WRITTEN_OFFSET = 15 * HOUR

/** `2026-03-02 10:00:00.000000`, followed by `+02:00` when an offset was given; PostgreSQL reads both. */
export function dateTimeText(moment: CivilDateTime): string | undefined {
  const { hour, minute, second, microsecond, offset } = moment
  const text = `${dateText(moment)} ${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}.${padded(microsecond, 6)}`
  if (offset === undefined) return text
  if (offset % SECOND !== 0 || Math.abs(offset) > LARGEST_WRITTEN_OFFSET) {
    const utc = atUtc(moment)
    return utc && `${dateTimeText(utc)}+00:00`
  }
  const away = clock(Math.abs(offset))
  const seconds = away.second > 0 ? `:${padded(away.second, 2)}` : ''
  return `${text}${offset < 0 ? '-' : '+'}${padded(away.hour, 2)}:${padded(away.minute, 2)}${seconds}`
}
