import type { Moment } from '../query/index.ts'

/** A clock of the server's zone. */
export function clockOf(timeZone: string): () => Moment {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return () => {
    const instant = new Date()
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const today = `${parts.year}-${parts.month}-${parts.day}`
    return { instant, today, now: `${today} ${parts.hour}:${parts.minute}:${parts.second}` }
  }
}
