import { InvalidArgumentError } from 'commander'

/** A day of a command line. @throws InvalidArgumentError when it is none of the calendar */
export function asDay(text: string): string {
  const day = new Date(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It must be a day as YYYY-MM-DD.')
  return text
}
