import type { Animal, WaterSeries } from '@alyx/client'
import { Button, Group, Text, Title } from '@mantine/core'
import { IconFileSpreadsheet } from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { keepCsv } from '../charts/keep-file.ts'
import { csvOf } from '../charts/table-text.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { useAddress } from '../frame/use-address.ts'
import { surgeriesQuery, waterQuery } from './queries.ts'
import { HISTORY_COLUMNS, historyTable, waterContent } from './water-content.ts'

const FIRST_DAYS = 60

/** Weights and water: the chart, and the table of days. */
export default function WaterTab({ animal }: { readonly animal: Animal }) {
  const { data: series } = useSuspenseQuery(waterQuery(animal.id))
  const { data: surgeries } = useSuspenseQuery(surgeriesQuery(animal.id))
  const [address, change] = useAddress()
  const { range, from, to } = address
  const shown = useMemo(() => ({ range, from, to }), [range, from, to])
  const content = useMemo(() => {
    const marks = surgeries.flatMap(({ start_time, implant_weight }) => {
      if (start_time === null) return []
      return [{ day: start_time.slice(0, 10), label: implant_weight > 0 ? `implant ${implant_weight} g` : 'surgery' }]
    })
    return waterContent(animal.nickname, series, marks)
  }, [animal.nickname, series, surgeries])
  const { days } = series
  if (days.weight.every((value) => value === null) && days.given.every((value) => value === null))
    return (
      <div className="card empty">
        <Title order={2}>Nothing was weighed or given yet</Title>
        <Text c="dimmed" mt={6}>
          Weigh {animal.nickname} with the button above: its curve begins with the first weighing.
        </Text>
      </div>
    )
  return (
    <>
      <TimeChart
        content={content}
        shown={shown}
        onShown={({ range: days_, from: first, to: last }) => change({ range: days_, from: first, to: last })}
      />
      <History animal={animal} series={series} />
    </>
  )
}

/** Alyx's water history: a line for each day, the newest first; days without restriction are grey. */
function History({ animal, series }: { readonly animal: Animal; readonly series: WaterSeries }) {
  const [count, setCount] = useState(FIRST_DAYS)
  const { days } = series
  const places = days.date.map((_, at) => at).reverse()
  return (
    <section className="card part" aria-label="Water history">
      <Group justify="space-between">
        <Title order={2}>Water history</Title>
        <Button
          variant="default"
          leftSection={<IconFileSpreadsheet size={16} aria-hidden />}
          onClick={() => keepCsv(`${animal.nickname} water history`, csvOf(historyTable(series)))}
        >
          All days as CSV
        </Button>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys */}
      <section className="wide" aria-label="Days" tabIndex={0}>
        <table className="value-table">
          <thead>
            <tr>
              <th scope="col">Date</th>
              {HISTORY_COLUMNS.map(({ key, label, unit }) => (
                <th key={key} scope="col">
                  {label} ({unit})
                </th>
              ))}
              <th scope="col">Restricted</th>
            </tr>
          </thead>
          <tbody>
            {places.slice(0, count).map((at) => (
              <tr key={days.date[at]} data-free={!days.restricted[at]}>
                <td>{days.date[at]}</td>
                {HISTORY_COLUMNS.map(({ key, digits, strong }) => {
                  const value = days[key][at]
                  return (
                    <td key={key} {...(strong && { className: 'strong' })}>
                      {value === null || value === undefined ? '–' : value.toFixed(digits)}
                    </td>
                  )
                })}
                <td>{days.restricted[at] ? 'yes' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {count < places.length && (
        <Button variant="subtle" onClick={() => setCount(count + 10 * FIRST_DAYS)}>
          Show earlier days ({places.length - count} more)
        </Button>
      )}
      <Text size="xs" c="dimmed" mt={6}>
        Days of the lab ({series.zone}). The reference weight is without implant; the other weights are with it. Excess
        is what was given beyond the requirement; negative is still owed.
      </Text>
    </section>
  )
}
