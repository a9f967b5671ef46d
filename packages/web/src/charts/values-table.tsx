import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Table } from './table-text.ts'

const FIRST_ROWS = 200

/** What a chart shows, for whoever cannot see it or wants the numbers; the latest first. */
export function ValuesTable({ table, caption }: { readonly table: Table; readonly caption: string }) {
  const [all, setAll] = useState(false)
  const rows = table.rows.toReversed()
  const shown = all ? rows : rows.slice(0, FIRST_ROWS)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys
    <section className="chart-values" aria-label={caption} tabIndex={0}>
      <table className="value-table">
        <thead>
          <tr>
            {table.headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={String(row[0])}>
              {row.map((value, at) => (
                <td key={table.headings[at]}>{value === null ? '–' : String(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          Show all {rows.length} rows
        </Button>
      )}
    </section>
  )
}
