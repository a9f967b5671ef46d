import { getWaterTable, type Reference, type WateredAnimal } from '@alyx/client'
import { Button, Checkbox, Group, Text, Title } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { keepCsv } from '../charts/keep-file.ts'
import { csvOf } from '../charts/table-text.ts'
import { useAddress } from '../frame/use-address.ts'
import { client } from '../server/client.ts'
import { useLiveAnswers } from '../server/live.ts'
import { queryClient } from '../server/queries.ts'
import { AnimalsDialog } from './animals-dialog.tsx'
import { RestrictionDialog } from './restriction-dialog.tsx'
import { grams, millilitres, perCent, remainingWords, WaterStatus, wordsOf } from './status.tsx'
import { WhoseFilter } from './whose-filter.tsx'

interface Column {
  readonly key: string
  readonly label: string
  readonly sorts: (animal: WateredAnimal) => string | number
}
const COLUMNS: readonly Column[] = [
  { key: 'animal', label: 'Animal', sorts: ({ subject }) => subject.title },
  { key: 'lab', label: 'Lab', sorts: ({ lab }) => lab.title },
  { key: 'user', label: 'Of', sorts: ({ responsible_user }) => responsible_user?.title ?? '' },
  { key: 'status', label: 'Status', sorts: ({ water }) => -water.status },
  { key: 'weight', label: 'Weight', sorts: ({ water }) => water.last_weight?.weight ?? 0 },
  { key: 'percentage', label: 'Of expected', sorts: ({ water }) => water.percentage ?? 0 },
  { key: 'required', label: 'Required', sorts: ({ water }) => water.required_water ?? 0 },
  { key: 'given', label: 'Given', sorts: ({ water }) => water.given_water },
  { key: 'remaining', label: 'Remaining', sorts: ({ water }) => -(water.remaining_water ?? 0) },
  { key: 'since', label: 'Since', sorts: ({ water }) => water.restricted_since ?? '' },
]

function sorted(animals: readonly WateredAnimal[], order: string): readonly WateredAnimal[] {
  const column = COLUMNS.find(({ key }) => key === order.replace(/^-/, '')) ?? COLUMNS[0]!
  const sign = order.startsWith('-') ? -1 : 1
  return animals.toSorted((one, other) => {
    const [a, b] = [column.sorts(one), column.sorts(other)]
    const by =
      typeof a === 'number' && typeof b === 'number'
        ? a - b
        : String(a).localeCompare(String(b), 'en', { numeric: true })
    return sign * by
  })
}

/** Animals on water restriction and where they stand today. */
export function WaterPage() {
  const [{ lab, responsible_user, order = 'status' }, change] = useAddress()
  const asked = { lab, responsible_user }
  const { data } = useSuspenseQuery({
    queryKey: ['water', asked],
    queryFn: () => getWaterTable(client.connection, asked),
  })
  useLiveAnswers('actions.weighing,actions.wateradministration,actions.waterrestriction,subjects.subject', 'water')
  const [chosen, setChosen] = useState<readonly Reference[]>([])
  const [ending, setEnding] = useState(false)
  const [starting, setStarting] = useState<'choosing' | readonly Reference[]>()
  const forget = () => void queryClient.invalidateQueries({ queryKey: ['water'] })
  const animals = sorted(data, order)
  const toggle = (subject: Reference) =>
    setChosen(
      chosen.some(({ id }) => id === subject.id) ? chosen.filter(({ id }) => id !== subject.id) : [...chosen, subject],
    )
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1}>Water restriction</Title>
        <Group gap="xs">
          <Button onClick={() => setStarting('choosing')}>Start restrictions</Button>
          <Button variant="default" disabled={chosen.length === 0} onClick={() => setEnding(true)}>
            End restriction of {chosen.length}
          </Button>
          <Button variant="default" onClick={() => window.print()}>
            Print
          </Button>
          <Button variant="default" onClick={() => keepCsv('water restriction', csvOf(tableOf(animals)))}>
            CSV
          </Button>
        </Group>
      </div>
      <WhoseFilter />
      {animals.length === 0 ? (
        <div className="card empty">
          <Title order={2}>No animal is on water restriction</Title>
          <Text c="dimmed">Start one here, or on the page of an animal. Filters may hide some.</Text>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys
        <section className="card wide" aria-label="Animals" tabIndex={0}>
          <table className="data-table">
            <thead>
              <tr>
                <th scope="col">Select</th>
                {COLUMNS.map(({ key, label }) => (
                  <th
                    key={key}
                    scope="col"
                    aria-sort={order === key ? 'ascending' : order === `-${key}` ? 'descending' : 'none'}
                  >
                    <button type="button" onClick={() => change({ order: order === key ? `-${key}` : key })}>
                      {label} {order === key ? '↑' : order === `-${key}` ? '↓' : ''}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {animals.map(({ subject, lab: of, responsible_user: user, water }) => {
                const selected = chosen.some(({ id }) => id === subject.id)
                return (
                  <tr key={subject.id} data-chosen={selected}>
                    <td>
                      <Checkbox
                        aria-label={`Select ${subject.title}`}
                        checked={selected}
                        onChange={() => toggle(subject)}
                      />
                    </td>
                    <th scope="row">
                      <Link
                        to="/$app/$model/$key/change/"
                        params={{ app: 'subjects', model: 'subject', key: subject.id }}
                        search={{ tab: 'water' }}
                      >
                        {subject.title}
                      </Link>
                    </th>
                    <td>{of.title}</td>
                    <td>{user?.title ?? 'nobody'}</td>
                    <td>
                      <WaterStatus water={water} />
                    </td>
                    <td className="number">{grams(water.weight_today ?? water.last_weight?.weight)}</td>
                    <td className="number">{perCent(water.percentage)}</td>
                    <td className="number">{millilitres(water.required_water)}</td>
                    <td className="number">{millilitres(water.given_water)}</td>
                    <td>{remainingWords(water.remaining_water)}</td>
                    <td className="number">{water.restricted_since?.slice(0, 10)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </section>
      )}
      {ending && (
        <RestrictionDialog
          act="end"
          subjects={chosen}
          onClose={() => setEnding(false)}
          onDone={() => {
            setChosen([])
            forget()
          }}
        />
      )}
      {starting === 'choosing' && <AnimalsDialog onChosen={setStarting} onClose={() => setStarting(undefined)} />}
      {typeof starting === 'object' && (
        <RestrictionDialog act="start" subjects={starting} onClose={() => setStarting(undefined)} onDone={forget} />
      )}
    </div>
  )
}

const tableOf = (animals: readonly WateredAnimal[]) => ({
  headings: [
    'Animal',
    'Lab',
    'Responsible user',
    'Status',
    'Last weight (g)',
    'Of expected (%)',
    'Required (mL)',
    'Given (mL)',
    'Remaining (mL)',
    'Since',
  ],
  rows: animals.map(({ subject, lab, responsible_user, water }) => [
    subject.title,
    lab.title,
    responsible_user?.title ?? '',
    wordsOf(water),
    water.weight_today ?? water.last_weight?.weight ?? null,
    water.percentage === null ? null : Number(water.percentage.toFixed(1)),
    water.required_water,
    water.given_water,
    water.remaining_water,
    water.restricted_since?.slice(0, 10) ?? '',
  ]),
})
