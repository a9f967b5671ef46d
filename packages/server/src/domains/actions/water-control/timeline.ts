/** Answers to "what was the last one by that day?" over entries in order of time. */
import { type CalendarDate, dateOf, type WallClock } from './wall-clock.ts'

/** A list of dated entries that is asked often. */
export interface Timeline<Entry> {
  readonly entries: readonly Entry[]
  /** For each entry the earliest date from it to the end: ascending even where summer time ends across midnight. */
  readonly earliestFrom: readonly CalendarDate[]
}

/** @param entries in order of time; `timeOf` says when each was */
export function timeline<Entry>(entries: readonly Entry[], timeOf: (entry: Entry) => WallClock): Timeline<Entry> {
  const earliestFrom = entries.map((entry) => dateOf(timeOf(entry)))
  for (let index = earliestFrom.length - 2; index >= 0; index--) {
    const here = earliestFrom[index] as CalendarDate
    const later = earliestFrom[index + 1] as CalendarDate
    if (later < here) earliestFrom[index] = later
  }
  return { entries, earliestFrom }
}

/** The last entry dated on that day or before; one from later the same day counts. */
export function lastBy<Entry>(line: Timeline<Entry>, date: CalendarDate): Entry | undefined {
  let from = 0
  let to = line.earliestFrom.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((line.earliestFrom[middle] as CalendarDate) <= date) from = middle + 1
    else to = middle
  }
  return line.entries[from - 1]
}
