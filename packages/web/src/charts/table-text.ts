import type { ChartContent, Quantity } from './content.ts'
import { placesIn, type Window } from './window.ts'

/** A table of which every row has as many cells as there are headings. */
export interface Table {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly (string | number | boolean | null)[])[]
}

const cell = (value: string | number | boolean | null): string => {
  const text = value === null ? '' : String(value)
  // A text that a spreadsheet would run as a formula is shown as it is; numbers may begin with a minus.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Comma separated values, as RFC 4180 has them. */
export const csvOf = ({ headings, rows }: Table): string =>
  [headings, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')

/** Adding and multiplying leaves digits that no balance has. */
const clean = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value.toFixed(6))

const headingOf = ({ label, unit }: Quantity): string => (unit === '' ? label : `${label} (${unit})`)

/** What a chart shows in a window, the earliest first; times at which nothing is known are left out. */
export function tableOf({ times, nameOf, timeLabel, panels }: ChartContent, window: Window): Table {
  const quantities = panels.flatMap((panel) => panel.quantities)
  const [first, last] = placesIn(times, window) ?? [0, -1]
  const rows: (string | number | null)[][] = []
  for (let at = first; at <= last; at++) {
    const values = quantities.map(({ values: all }) => clean(all[at]))
    if (values.some((value) => value !== null)) rows.push([nameOf(at), ...values])
  }
  return { headings: [timeLabel, ...quantities.map(headingOf)], rows }
}
