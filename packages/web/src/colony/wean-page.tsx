import { type BySex, colony, type LitterOfColony, type Sex } from '@alyx/client'
import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../server/queries.ts'
import { DestinationFields, type Destinations, isComplete, STAY, wordsFor } from './destinations.tsx'
import { Empty, PageHead, Refusal, Section, Wide } from './parts.tsx'
import { connection, forgetColony, keysIn, littersQuery } from './queries.ts'
import { RowLink } from './row-link.tsx'
import { counted, daysBetween, SEX_ORDER, SEXES, shownAge } from './words.ts'

const ENTRIES = Object.entries as <V>(record: Readonly<Record<Sex, V>>) => [Sex, V][]

/** Destinations as the server wants them. */
function asked(destinations: Destinations) {
  const of = (way: string, value: (one: Destinations[Sex]) => string | undefined): BySex<string> =>
    Object.fromEntries(
      ENTRIES(destinations).flatMap(([sex, one]) => {
        const said = one.way === way ? value(one) : undefined
        return said ? [[sex, said]] : []
      }),
    )
  return {
    cages: of('cage', ({ name }) => name.trim()),
    housings: of('housing', ({ housing }) => housing?.id),
    new_housings: of('new', ({ name }) => name.trim()),
  }
}

/** Litters that are due leave their mothers, into cages by sex. */
export function WeanPage({ litters: chosenText }: { readonly litters: string | undefined }) {
  const { today } = useMe()
  const navigate = useNavigate()
  const { data, error } = useQuery(littersQuery({ due: 'true' }))
  const due = data?.filter(({ to_wean }) => to_wean > 0) ?? []
  const wanted = new Set(keysIn(chosenText))
  const chosen = due.filter(({ litter }) => wanted.has(litter.id))
  const [date, setDate] = useState(today)
  const [destinations, setDestinations] = useState<Destinations>({ F: STAY, M: STAY, U: STAY })
  const [done, setDone] = useState<readonly { readonly id: string; readonly title: string }[]>()
  const pups = chosen.flatMap(({ pups: all }) => all.filter(({ wean_date }) => wean_date === null))
  const present = SEX_ORDER.filter((sex) => pups.some((pup) => pup.sex === sex))
  const relevant = Object.fromEntries(
    SEX_ORDER.map((sex) => [sex, present.includes(sex) ? destinations[sex] : STAY]),
  ) as Destinations
  const weaning = { litters: chosen.map(({ litter }) => litter.id), date, ...asked(relevant) }
  const ready = chosen.length > 0 && date !== '' && present.every((sex) => isComplete(relevant[sex]))
  const trial = useQuery({
    queryKey: ['weaning', JSON.stringify(weaning)],
    queryFn: () => colony.wean(connection, weaning, true),
    enabled: ready && !done,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const save = useMutation({
    mutationFn: () => colony.wean(connection, weaning),
    onSuccess({ pups: weaned }) {
      setDone(weaned)
      forgetColony('misc.housing', 'subjects.litter')
    },
  })
  const toggle = (key: string) => {
    const next = new Set(chosen.map(({ litter }) => litter.id))
    if (!next.delete(key)) next.add(key)
    void navigate({ to: '/colony/wean/', search: next.size > 0 ? { litters: [...next].join(',') } : {}, replace: true })
  }
  if (done) {
    const subjects = done.map(({ id }) => id).join(',')
    return (
      <div className="page">
        <PageHead title={`${counted(done.length, 'pup')} weaned`} />
        <Section title="Pups">
          <div className="litters">
            {done.map((pup) => (
              <RowLink key={pup.id} model="subjects.subject" of={pup} />
            ))}
          </div>
        </Section>
        <Group>
          <Button renderRoot={(root: object) => <Link {...root} to="/colony/cards/" search={{ subjects }} />}>
            Print their cage cards
          </Button>
          <Button variant="default" renderRoot={(root: object) => <Link {...root} to="/colony/" search={{}} />}>
            Colony
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          A mistake? The wean date stands on the form of each pup, and pups are moved to another cage under "Move to a
          cage".
        </Text>
      </div>
    )
  }
  return (
    <div className="page">
      <PageHead
        title="Wean"
        help="Living pups that nobody has weaned yet, litter by litter. The page shows who goes where before anything is saved."
      />
      <Refusal error={error} title="Litters cannot be shown" />
      {data && due.length === 0 && (
        <Section title="Litters">
          <Empty>No litter has pups to wean. New litters appear here from their birth.</Empty>
        </Section>
      )}
      {due.length > 0 && (
        <form
          className="steps"
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate()
          }}
        >
          <fieldset className="card">
            <legend>1. Litters</legend>
            <LitterChoice
              litters={due}
              chosen={new Set(chosen.map(({ litter }) => litter.id))}
              onToggle={toggle}
              today={today}
            />
          </fieldset>
          {chosen.length > 0 && (
            <fieldset className="card">
              <legend>2. Day and cages</legend>
              <div className="destinations">
                <TextInput
                  type="date"
                  label="Day of weaning"
                  required
                  max={today}
                  value={date}
                  onChange={(event) => setDate(event.currentTarget.value)}
                />
                {present.map((sex) => (
                  <DestinationFields
                    key={sex}
                    who={sex === 'U' ? 'pups of unknown sex' : SEXES[sex].many}
                    value={destinations[sex]}
                    onChange={(next) => setDestinations({ ...destinations, [sex]: next })}
                  />
                ))}
              </div>
            </fieldset>
          )}
          {chosen.length > 0 && (
            <fieldset className="card">
              <legend>3. Who goes where</legend>
              <Wide label="Who goes where">
                <table className="colony-table">
                  <thead>
                    <tr>
                      {['Pup', 'Sex', 'Ear mark', 'Cage now', 'Then'].map((one) => (
                        <th key={one} scope="col">
                          {one}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {pups.map((pup) => (
                      <tr key={pup.id}>
                        <th scope="row">{pup.title}</th>
                        <td>
                          {SEXES[pup.sex].sign} {pup.sex}
                        </td>
                        <td>{pup.ear_mark}</td>
                        <td>{pup.cage ?? 'with the mother'}</td>
                        <td>{wordsFor(relevant[pup.sex])}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
            </fieldset>
          )}
          <Refusal
            error={save.error ?? trial.error}
            title={save.error ? 'Nothing was saved' : 'This cannot be saved yet'}
          />
          <Group>
            <Button type="submit" disabled={!ready || trial.isError} loading={save.isPending}>
              Wean {counted(pups.length, 'pup')}
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {chosen.length === 0
                ? 'Choose a litter first.'
                : ready
                  ? trial.data && `${counted(trial.data.pups.length, 'pup')} will be weaned.`
                  : 'Say which cage.'}
            </Text>
          </Group>
        </form>
      )}
    </div>
  )
}

function LitterChoice({
  litters,
  chosen,
  onToggle,
  today,
}: {
  readonly litters: readonly LitterOfColony[]
  readonly chosen: ReadonlySet<string>
  readonly onToggle: (key: string) => void
  readonly today: string
}) {
  return (
    <div className="choices">
      {litters.map(({ litter, line, birth_date, to_wean, pups }) => (
        <Checkbox
          key={litter.id}
          checked={chosen.has(litter.id)}
          onChange={() => onToggle(litter.id)}
          label={
            <>
              <b>{litter.title}</b>{' '}
              <span className="soft">
                {[
                  line?.title,
                  birth_date && `born ${birth_date}, ${shownAge(daysBetween(birth_date, today))}`,
                  counted(to_wean, 'pup'),
                  SEX_ORDER.map(
                    (sex) => [sex, pups.filter((pup) => pup.sex === sex && pup.wean_date === null).length] as const,
                  )
                    .filter(([, count]) => count > 0)
                    .map(([sex, count]) => `${count} ${SEXES[sex].sign}`)
                    .join(' '),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </>
          }
        />
      ))}
    </div>
  )
}
