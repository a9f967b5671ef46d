/**
 * Wall-clock times as text, `YYYY-MM-DDTHH:MM:SS[.ffffff]`, as a clock on the wall of one place shows them.
 *
 * Text keeps microseconds and sorts as time does: of two such texts the later time is the greater text.
 */

export type WallClock = string
/** `YYYY-MM-DD` */
export type CalendarDate = string

const DAY_SECONDS = 24 * 60 * 60
const DAY_MILLISECONDS = DAY_SECONDS * 1000

/** The zone that stands in for a name that is no zone. Source: Alyx 3.6.1, Subject.timezone(). */
const FALLBACK_ZONE = 'Europe/London'

/** `2020-01-01 10:00:00.5+00`, PostgreSQL's text of a timestamptz, as the wall clock of the connection's zone. */
export function wallClockOfTimestamp(text: string): WallClock {
  const [, date, time, fraction] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?/.exec(text) ?? []
  if (date === undefined || time === undefined) throw new RangeError(`not a timestamp of this era: ${text}`)
  return `${date}T${time}${fraction === undefined ? '' : `.${fraction.padEnd(6, '0')}`}`
}

export function dateOf(time: WallClock): CalendarDate {
  return time.slice(0, 10)
}

export function timeOfDay(time: WallClock): string {
  return time.slice(11)
}

export function noonOf(date: CalendarDate): WallClock {
  return `${date}T12:00:00`
}

export function midnightOf(date: CalendarDate): WallClock {
  return `${date}T00:00:00`
}

/** Days since 1970-01-01; the difference of two is the number of nights between them. */
export function dayNumber(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MILLISECONDS
}

export function dateOfDayNumber(day: number): CalendarDate {
  return new Date(day * DAY_MILLISECONDS).toISOString().slice(0, 10)
}

/** Whole days from one time to another, rounded down: minus one already a second before. */
export function wholeDaysBetween(from: WallClock, to: WallClock): number {
  const days = dayNumber(dateOf(to)) - dayNumber(dateOf(from))
  return timeOfDay(to) < timeOfDay(from) ? days - 1 : days
}

/**
 * A date that a person or script wrote; undefined when it is no date of the calendar.
 *
 * Months and days may have one digit, as Alyx reads them.
 */
export function readDate(text: string): CalendarDate | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? []
  if (year === undefined || month === undefined || day === undefined || year === '0000') return undefined
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const number = dayNumber(date)
  // 31 February parses as a day in March: only a date that comes back unchanged exists.
  return Number.isNaN(number) || dateOfDayNumber(number) !== date ? undefined : date
}

/** What a clock in `zone` shows at an instant, to the millisecond. */
export function wallClockAt(instant: Date, zone: string): WallClock {
  const milliseconds = instant.getTime()
  const seconds = Math.floor(milliseconds / 1000)
  const rest = milliseconds - seconds * 1000
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(3, '0')}000`
  return textOf(seconds + offsetSeconds(zone, seconds)) + fraction
}

/**
 * What a clock in `to` shows when a clock in `from` shows `time`.
 *
 * An hour that a clock shows twice (the end of summer time) is read as its first showing, an hour that it leaves out
 * as if the clock had not yet been changed.
 */
export function inZone(time: WallClock, from: string, to: string): WallClock {
  if (from === to) return time
  const shown = secondsOf(time)
  const instant = shown - offsetOfShown(from, shown)
  return textOf(instant + offsetSeconds(to, instant)) + time.slice(19)
}

/** The zone in which a lab's clocks run: its own, the server's when it names none, London's when the name is no zone. */
export function zoneOfLab(name: string | null | undefined, serverZone: string): string {
  if (!name) return serverZone
  return isZone(name) ? name : FALLBACK_ZONE
}

/** Seconds since 1970 if the clock were in UTC. */
function secondsOf(time: WallClock): number {
  return Date.parse(`${time.slice(0, 19)}Z`) / 1000
}

function textOf(seconds: number): WallClock {
  return new Date(seconds * 1000).toISOString().slice(0, 19)
}

function offsetOfShown(zone: string, shown: number): number {
  const before = offsetSeconds(zone, shown - DAY_SECONDS)
  if (offsetSeconds(zone, shown - before) === before) return before
  const after = offsetSeconds(zone, shown + DAY_SECONDS)
  return offsetSeconds(zone, shown - after) === after ? after : before
}

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** Offset of each UTC day that has one throughout; null for a day on which clocks change. */
  readonly days: Map<number, number | null>
}

const zones = new Map<string, Zone>()
/** Fifty years of days: more than any colony has, and a bound on what odd data can make us remember. */
const REMEMBERED_DAYS = 50 * 366

/**
 * Seconds by which the clocks of a zone are ahead of UTC at an instant.
 *
 * Asking Intl costs microseconds, and a subject has hundreds of weighings: offsets are remembered by day.
 */
function offsetSeconds(name: string, instant: number): number {
  const zone = zoneNamed(name)
  const day = Math.floor(instant / DAY_SECONDS)
  let offset = zone.days.get(day)
  if (offset === undefined) {
    const morning = computeOffset(zone.format, day * DAY_SECONDS)
    offset = morning === computeOffset(zone.format, (day + 1) * DAY_SECONDS) ? morning : null
    if (zone.days.size >= REMEMBERED_DAYS) zone.days.clear()
    zone.days.set(day, offset)
  }
  return offset ?? computeOffset(zone.format, instant)
}

function zoneNamed(name: string): Zone {
  let zone = zones.get(name)
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    zone = { format, days: new Map() }
    zones.set(name, zone)
  }
  return zone
}

function computeOffset(format: Intl.DateTimeFormat, instant: number): number {
  const part: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(instant * 1000)) part[type] = value
  const year = String(part.year).padStart(4, '0')
  return secondsOf(`${year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`) - instant
}

function isZone(name: string): boolean {
  // Intl also takes bare offsets (+02:00), which the tz database, and so Alyx, does not know.
  if (!/^[A-Z]/.test(name)) return false
  try {
    zoneNamed(name)
    return true
  } catch {
    return false
  }
}
