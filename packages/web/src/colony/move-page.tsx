import { colony } from '@alyx/client'
import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../server/client.ts'
import { AnimalTable } from './animal-table.tsx'
import { type Destination, DestinationFields, isComplete, STAY, wordsFor } from './destinations.tsx'
import { Empty, PageHead, Refusal, Section } from './parts.tsx'
import { animalsCalled, connection, forgetColony, keysIn } from './queries.ts'
import { counted } from './words.ts'

/** Animals into another cage: their stays elsewhere end. */
export function MovePage({
  subjects: text,
  to,
}: {
  readonly subjects: string | undefined
  readonly to: string | undefined
}) {
  const keys = keysIn(text)
  const navigate = useNavigate()
  const { data: animals, error } = useQuery({ ...animalsCalled(keys), enabled: keys.length > 0 })
  const [destination, setDestination] = useState<Destination>({ ...STAY, way: to === 'housing' ? 'housing' : 'new' })
  const subjects = animals?.map(({ subject }) => subject.id) ?? []
  const move = useMutation({
    async mutationFn() {
      const { way, housing, name } = destination
      if (way === 'housing') await colony.move(connection, housing!.id, subjects)
      else if (way === 'new') return (await colony.addHousing(connection, name.trim(), subjects)).housing.id
      else await client.bulk('subjects.subject', { change: subjects.map((id) => ({ id, cage: name.trim() })) })
      return housing?.id
    },
    async onSuccess(housing) {
      forgetColony('misc.housing', 'misc.housingsubject')
      notifications.show({ message: `${counted(subjects.length, 'animal')} ${wordsFor(destination)}` })
      if (destination.way !== 'cage' && housing)
        await navigate({ to: '/$app/$model/$key/change/', params: { app: 'misc', model: 'housing', key: housing } })
      else await navigate({ to: '/colony/', search: {} })
    },
  })
  return (
    <div className="page">
      <PageHead
        title="Move animals"
        help="Into a housing that is there, into a new cage, or to a cage that is only a name. Earlier stays end now."
      />
      <Refusal error={error} title="The animals cannot be shown" />
      {keys.length === 0 && (
        <Section title="No animals are chosen">
          <Empty>
            Choose them in the list of subjects, on the page of a housing, or behind a number of the{' '}
            <Link className="row-link" to="/colony/" search={{}}>
              colony
            </Link>
            .
          </Empty>
        </Section>
      )}
      {animals && (
        <Section title="Animals" aside={<span>{counted(animals.length, 'animal')}</span>}>
          <AnimalTable label="Animals to move" animals={animals} empty="None of these animals is alive." />
        </Section>
      )}
      {animals && animals.length > 0 && (
        <form
          className="steps"
          onSubmit={(event) => {
            event.preventDefault()
            move.mutate()
          }}
        >
          <fieldset className="card">
            <legend>Where to</legend>
            <DestinationFields who="animals" value={destination} onChange={setDestination} without={['stay']} />
          </fieldset>
          <Refusal error={move.error} />
          <Group>
            <Button type="submit" disabled={!isComplete(destination)} loading={move.isPending}>
              Move {counted(animals.length, 'animal')}
            </Button>
          </Group>
        </form>
      )}
    </div>
  )
}
