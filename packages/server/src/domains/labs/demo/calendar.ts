/** Days and moments as text, in the server's wall clock: 2026-03-01 and 2026-03-01T09:30:00. */
const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_SECONDS = 60

const millis = (day: string) => Date.parse(`${day}T00:00:00Z`)

export function addDays(day: string, days: number): string {
  return new Date(millis(day) + days * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** Days from one day to another. */
export const daysBetween = (from: string, to: string): number => Math.round((millis(to) - millis(from)) / DAY_MS)

/** The moment so many minutes after midnight; fractions give seconds. */
export function at(day: string, minutes: number): string {
  const seconds = Math.round(minutes * MINUTE_SECONDS)
  return new Date(millis(day) + seconds * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)
}

/** Minutes after midnight of a time such as 9:30 or 09:30:15. */
export function clock(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return hours * 60 + minutes + seconds / MINUTE_SECONDS
}

/** The moment so many minutes after another. */
export const later = (moment: string, minutes: number): string =>
  at(dayOf(moment), clock(moment.slice('YYYY-MM-DDT'.length)) + minutes)

const dayOf = (moment: string): string => moment.slice(0, 'YYYY-MM-DD'.length)
