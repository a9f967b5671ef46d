import type { Reference } from '@alyx/client'
import { Button, Group } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { asText, partsOf, shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { rowQuery, useDescription } from '../server/queries.ts'
import { AnimalTable } from './animal-table.tsx'
import { Empty, PageHead, Refusal, Section, Wide } from './parts.tsx'
import { animalsQuery, useLiveColony } from './queries.ts'
import { RowLink } from './row-link.tsx'
import { counted } from './words.ts'

const HOUSING = 'misc.housing'
const FURNISHING = ['cage_type', 'enrichment', 'food', 'light_cycle', 'cage_cleaning_frequency_days'] as const

/** A cage with who lives there, and who lived there before, also under its earlier furnishings. */
export function HousingPage({ rowKey }: { readonly rowKey: string }) {
  const { row } = useSuspenseQuery(rowQuery(HOUSING, rowKey)).data
  const { fields } = useDescription(HOUSING)
  const cage = asText(row.cage_name)
  const occupants = useQuery(animalsQuery({ housing: rowKey }))
  const stays = useQuery({
    queryKey: ['list', 'misc.housingsubject', 'cage', cage],
    queryFn: async () =>
      (
        await client.list('misc.housingsubject', {
          housing__cage_name: cage,
          ordering: '-start_datetime',
          fields: 'subject,housing,start_datetime,end_datetime',
          limit: '300',
        })
      ).results,
  })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  useLive(HOUSING)
  useLive('misc.housingsubject')
  useLiveColony()
  const living = occupants.data ?? []
  const moving = living.flatMap(({ subject }) => (chosen.has(subject.id) ? subject.id : []))
  const room = (row.json as { room?: unknown } | null)?.room
  return (
    <div className="page">
      <PageHead
        title={`Cage ${cage}`}
        help={[living[0]?.lab, room && `room ${asText(room)}`, counted(living.length, 'animal')]
          .filter(Boolean)
          .join(' · ')}
      >
        <Button
          variant="default"
          renderRoot={(root: object) => <Link {...root} to="/colony/cards/" search={{ housings: rowKey }} />}
        >
          Print its card
        </Button>
        <Button
          variant="subtle"
          renderRoot={(root: object) => (
            <Link
              {...root}
              to="/$app/$model/$key/change/"
              params={{ app: 'misc', model: 'housing', key: rowKey }}
              search={{ view: 'form' }}
            />
          )}
        >
          Form
        </Button>
      </PageHead>
      <Section title="Furnishing">
        <dl className="pairs-of-facts">
          {FURNISHING.map((name) => {
            const facts = fields.find((one) => one.name === name)
            const content = facts && partsOf(facts).cell(row[name], facts)
            return (
              <div key={name}>
                <dt>{facts?.label ?? name}</dt>
                <dd>{asText(content) === '' ? '–' : content}</dd>
              </div>
            )
          })}
        </dl>
        <Empty>
          A change on the form makes a new housing of the cage, and its occupants move there: what was true before stays
          written.
        </Empty>
      </Section>
      <Section title="Lives here now">
        <Refusal error={occupants.error} title="The occupants cannot be shown" />
        {occupants.data && (
          <AnimalTable
            label="Occupants"
            animals={living}
            empty="Nobody lives here now. Its animals have moved, or the cage was furnished anew: see its history."
            chosen={chosen}
            onChosen={setChosen}
          />
        )}
        {moving.length > 0 && (
          <Group mt="sm">
            <Button
              renderRoot={(root: object) => (
                <Link {...root} to="/colony/move/" search={{ subjects: moving.join(','), to: 'housing' }} />
              )}
            >
              Move {counted(moving.length, 'animal')}
            </Button>
          </Group>
        )}
      </Section>
      <Section title="History of the cage">
        <Refusal error={stays.error} title="The history cannot be shown" />
        {stays.data && stays.data.length === 0 && <Empty>Nobody has lived in a cage of this name yet.</Empty>}
        {stays.data && stays.data.length > 0 && (
          <Wide label="Stays in this cage">
            <table className="colony-table">
              <thead>
                <tr>
                  {['Animal', 'From', 'Until', 'Housing'].map((one) => (
                    <th key={one} scope="col">
                      {one}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {stays.data.map((stay) => {
                  const housing = stay.housing as Reference | null
                  return (
                    <tr key={stay.id}>
                      <th scope="row">
                        <RowLink model="subjects.subject" of={stay.subject as Reference | null} />
                      </th>
                      <td>{shownMoment(stay.start_datetime)}</td>
                      <td>{shownMoment(stay.end_datetime) || 'lives here'}</td>
                      <td>
                        {housing?.id === rowKey ? (
                          'this one'
                        ) : (
                          <RowLink model={HOUSING} of={housing && { ...housing, title: 'another furnishing' }} />
                        )}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </Wide>
        )}
      </Section>
    </div>
  )
}
