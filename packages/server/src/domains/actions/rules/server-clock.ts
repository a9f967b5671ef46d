import { invalid } from '../../../records/index.ts'
import { type CalendarDate, dateOf, midnightOf, type WallClock, wallClockAt } from '../water-control/wall-clock.ts'

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/**
 * What the server's clock showed at a date-time as rules find it: with an offset from PostgreSQL or from the moment of
 * the request, without one from whoever means the server's own clock. A bare date is its midnight.
 *
 * @param zone  tz database name of the server's zone
 * @throws Refused when the text is no date-time
 */
export function serverClock(text: string, zone: string): WallClock {
  const [, date, minutes = '00:00', seconds = '00', fraction, offset] = TIME.exec(text) ?? []
  if (date === undefined) throw noTime(text)
  const rest = fraction ? `.${fraction.padEnd(6, '0')}` : ''
  if (offset === undefined) return `${date}T${minutes}:${seconds}${rest}`
  const instant = new Date(`${date}T${minutes}:${seconds}${colonOffset(offset)}`)
  if (Number.isNaN(instant.getTime())) throw noTime(text)
  return wallClockAt(instant, zone) + rest
}

const noTime = (text: string) => invalid({ '': [`"${text}" is no date and time such as 2026-03-02T09:30:00.`] })

/** JavaScript reads `+00:00`, PostgreSQL writes `+00`. */
const colonOffset = (offset: string): string =>
  offset === 'Z' ? offset : `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`

/** The day of a date-time on the server's calendar. */
export const serverDay = (text: string, zone: string): CalendarDate => dateOf(serverClock(text, zone))

/** The first moment of a day, as a column of date-times takes it: on the server's clock. */
export const startOfDay = (day: CalendarDate): WallClock => midnightOf(day)
