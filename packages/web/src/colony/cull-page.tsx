import { type ColonyAnimal, colony } from '@alyx/client'
import { Alert, Button, Group, Modal, Select, Text, Textarea, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useDescription, useMe } from '../server/queries.ts'
import { AnimalTable } from './animal-table.tsx'
import { keyOf, ModelField } from './model-field.tsx'
import { Empty, PageHead, Refusal, Section } from './parts.tsx'
import { animalsCalled, connection, forgetColony, keysIn } from './queries.ts'
import { counted } from './words.ts'

const FOLLOWS = ['actions.cull', 'actions.waterrestriction', 'subjects.subjectrequest'] as const

/** What follows from the death of these animals, in sentences. */
function consequences(animals: readonly ColonyAnimal[]): readonly string[] {
  const named = (fits: (animal: ColonyAnimal) => boolean) =>
    animals
      .filter(fits)
      .map(({ subject }) => subject.title)
      .join(', ')
  const restricted = named(({ on_restriction }) => on_restriction)
  const breeding = named(({ breeding: breeds }) => breeds)
  const requested = named(({ request }) => request !== null)
  return [
    `${counted(animals.length, 'animal')} get a cull record and a date of death, and leave all lists of the living.`,
    'The tick "to be culled" is taken away.',
    restricted && `Water restrictions end that day: ${restricted}.`,
    breeding && `Their pairs stay open until you end them: ${breeding}.`,
    requested && `They no longer count for the request that they fulfil, which may open again: ${requested}.`,
    'When the body is disposed of, write the reduced date on their forms, or with "Change…" in the list of subjects.',
  ].filter((one): one is string => one !== '')
}

/** Several animals at once: how they died, what follows, and the way back for who recorded it by mistake. */
export function CullPage({ subjects: text }: { readonly subjects: string | undefined }) {
  const keys = keysIn(text)
  const { today } = useMe()
  const navigate = useNavigate()
  const severities = useDescription('subjects.subject').fields.find(({ name }) => name === 'actual_severity')
  const { data: animals, error } = useQuery({ ...animalsCalled(keys), enabled: keys.length > 0 })
  const [date, setDate] = useState(today)
  const [reason, setReason] = useState<unknown>(null)
  const [method, setMethod] = useState<unknown>(null)
  const [severity, setSeverity] = useState<string | null>(null)
  const [description, setDescription] = useState('')
  const [asking, { open, close }] = useDisclosure()
  const [done, setDone] = useState<{ readonly culls: readonly string[]; readonly animals: readonly ColonyAnimal[] }>()
  const [undone, setUndone] = useState(false)
  const culling = {
    subjects: animals?.map(({ subject }) => subject.id) ?? [],
    date,
    ...(keyOf(reason) && { reason: keyOf(reason)! }),
    ...(keyOf(method) && { method: keyOf(method)! }),
    ...(severity !== null && { severity: Number(severity) }),
    ...(description.trim() !== '' && { description: description.trim() }),
  }
  const trial = useMutation({ mutationFn: () => colony.cull(connection, culling, true), onSuccess: open })
  const save = useMutation({
    mutationFn: () => colony.cull(connection, culling),
    onSuccess({ culls }) {
      setDone({ culls: culls.map(({ id }) => id), animals: animals ?? [] })
      close()
      forgetColony(...FOLLOWS)
    },
  })
  const undo = useMutation({
    mutationFn: () => colony.undoCull(connection, done?.culls ?? []),
    onSuccess() {
      setUndone(true)
      forgetColony(...FOLLOWS)
    },
  })
  if (keys.length === 0)
    return (
      <div className="page">
        <PageHead title="Cull animals" />
        <Section title="No animals are chosen">
          <Empty>
            Choose them in the list of subjects, or behind a number of the{' '}
            <Link className="row-link" to="/colony/" search={{}}>
              colony
            </Link>
            , and press "Cull…". Those that are marked{' '}
            <Link className="row-link" to="/colony/animals/" search={{ to_be_culled: 'true' }}>
              to be culled
            </Link>{' '}
            are one click away.
          </Empty>
        </Section>
      </div>
    )
  if (done)
    return (
      <div className="page">
        <PageHead title={undone ? 'The animals live again' : `${counted(done.animals.length, 'animal')} culled`} />
        {undone ? (
          <Text>Lives, severities and restrictions are as they were before.</Text>
        ) : (
          <>
            <Text>{done.animals.map(({ subject }) => subject.title).join(', ')}</Text>
            <Alert color="gray" title="Recorded by mistake?">
              <Text size="sm" mb="xs">
                Undo gives the animals back what they had. It works for who recorded it, as long as nothing else
                happened to them.
              </Text>
              <Button variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
                Undo
              </Button>
            </Alert>
          </>
        )}
        <Refusal error={undo.error} title="It could not be taken back" />
        <Group>
          <Button variant="default" renderRoot={(root: object) => <Link {...root} to="/colony/" search={{}} />}>
            Colony
          </Button>
          <Button
            variant="subtle"
            renderRoot={(root: object) => (
              <Link {...root} to="/$app/$model/" params={{ app: 'actions', model: 'cull' }} search={{}} />
            )}
          >
            All culls
          </Button>
        </Group>
      </div>
    )
  const missing = animals ? keys.length - animals.length : 0
  return (
    <div className="page">
      <PageHead
        title="Cull animals"
        help="One reason, method and severity for all of them. All are recorded, or none."
      />
      <Refusal error={error} title="The animals cannot be shown" />
      {missing > 0 && (
        <Alert color="orange" title={`${counted(missing, 'animal')} left out`}>
          They are dead already, or nobody knows them.
        </Alert>
      )}
      {animals && (
        <Section title="Animals" aside={<span>{counted(animals.length, 'animal')}</span>}>
          <AnimalTable
            label="Animals to cull"
            animals={animals}
            empty="None of these animals is alive."
            chosen={new Set(keys)}
            onChosen={(next) =>
              void navigate({
                to: '/colony/cull/',
                search: next.size > 0 ? { subjects: [...next].join(',') } : {},
                replace: true,
              })
            }
          />
          <Text size="sm" c="dimmed" mt="xs">
            Take the tick away to leave an animal out.
          </Text>
        </Section>
      )}
      {animals && animals.length > 0 && (
        <form
          className="steps"
          onSubmit={(event) => {
            event.preventDefault()
            trial.mutate()
          }}
        >
          <fieldset className="card">
            <legend>How they died</legend>
            <div className="destinations">
              <TextInput
                type="date"
                label="Date of death"
                description="The same for all."
                required
                max={today}
                value={date}
                onChange={(event) => setDate(event.currentTarget.value)}
              />
              <ModelField model="actions.cull" field="cull_reason" label="Reason" value={reason} onChange={setReason} />
              <ModelField model="actions.cull" field="cull_method" label="Method" value={method} onChange={setMethod} />
              <Select
                label="Severity"
                description={
                  animals.every(({ actual_severity }) => actual_severity !== null)
                    ? 'Each keeps its own when you choose none.'
                    : 'What they suffered in their whole lives; some have none yet.'
                }
                required={animals.some(({ actual_severity }) => actual_severity === null)}
                clearable
                data={(severities?.choices ?? []).map(({ value, label }) => ({ value: String(value), label }))}
                value={severity}
                onChange={setSeverity}
              />
            </div>
            <Textarea
              mt="sm"
              label="Remarks"
              description="What reason and method leave unsaid."
              autosize
              minRows={2}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
          </fieldset>
          <Refusal error={trial.error} title="This cannot be recorded yet" />
          <Group>
            <Button type="submit" color="red.9" loading={trial.isPending} disabled={date === ''}>
              Cull {counted(animals.length, 'animal')}…
            </Button>
          </Group>
        </form>
      )}
      <Modal opened={asking} onClose={close} title={`Cull ${counted(animals?.length ?? 0, 'animal')}?`} size="lg">
        <ul className="consequences">
          {consequences(animals ?? []).map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <Refusal error={save.error} />
        <Group mt="md">
          <Button color="red.9" loading={save.isPending} onClick={() => save.mutate()}>
            Record it
          </Button>
          <Button variant="default" onClick={close}>
            Not yet
          </Button>
        </Group>
      </Modal>
    </div>
  )
}
