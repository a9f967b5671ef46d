import { InvalidArgumentError } from 'commander'

/** A day of a command line. @throws InvalidArgumentError when it is none of the calendar */
export function asDay(text: string): string {
  const day = new Date(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It must be a day as YYYY-MM-DD.')
  return text
}

const DAY_MS = 24 * 3600 * 1000

/** The day so many days ago on the calendar of a zone, YYYY-MM-DD. */
export function daysAgo(days: number, timeZone: string): string {
  // Sweden writes dates as ISO 8601 does.
  const today = new Intl.DateTimeFormat('sv', { timeZone }).format(new Date())
  return new Date(Date.parse(`${today}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10)
}
