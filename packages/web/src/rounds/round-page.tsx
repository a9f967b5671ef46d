import type { RoundAnimal, RoundCage } from '@alyx/client'
import { ActionIcon, Badge, Button, Group, Progress, SegmentedControl, Select, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowLeft, IconQrcode } from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useLive } from '../server/live.ts'
import { keepForOffline } from '../server/offline.ts'
import { queryClient, useMe } from '../server/queries.ts'
import type { RoundAddress } from './address.ts'
import { CageWater } from './cage-water.tsx'
import { describe, inGrams, inMillilitres, water, weighing } from './entries.ts'
import { waitingOf } from './queue.ts'
import { QueueView } from './queue-view.tsx'
import { isDone, roundQuery, withWaiting } from './round-data.ts'
import './round.css'
import { type Done, Scale } from './scale.tsx'
import { meantBy } from './scanned.ts'
import { Standing } from './standing.tsx'
import { type RoundQueue, useQueue } from './use-queue.ts'

const Scanner = lazy(() => import('./scanner.tsx'))

const nameOf = ({ cage, room }: RoundCage): string => [cage ?? 'Without a cage', room].filter(Boolean).join(', ')

/** Everything that has to be weighed and watered today, cage by cage. */
export function RoundPage() {
  const address = useSearch({ strict: false }) as RoundAddress
  const navigate = useNavigate()
  const me = useMe()
  const go = (next: RoundAddress, replace = false) => void navigate({ to: '/round/', search: next, replace })
  const { lab, responsible_user } = address
  // The whole round, whichever part is shown: the next cage must be there without a network.
  const parameters = { ...(lab && { lab }), ...(responsible_user && { responsible_user }) }
  const { data: known } = useSuspenseQuery(roundQuery(parameters))
  const { data: everything } = useSuspenseQuery(roundQuery({}))
  const queue = useQueue()
  const round = withWaiting(
    known,
    waitingOf(queue.entries, me.id).map(({ entry }) => entry),
  )
  const [scanning, setScanning] = useState(false)
  const [listing, setListing] = useState(false)
  useLiveRound(queue)
  useEffect(keepForOffline, [])

  const labs = [...new Map(everything.cages.map((cage) => [cage.lab.id, cage.lab])).values()]
  const cages = address.cage ? round.cages.filter(({ cage }) => cage === address.cage) : round.cages
  const animals = cages.flatMap((cage) => cage.animals)
  const at = animals.findIndex(({ subject }) => subject.id === address.animal)
  const onScale = animals[at]

  const nextAfter = (place: number): RoundAnimal | undefined =>
    [...animals.slice(place + 1), ...animals.slice(0, place)].find((one) => !isDone(one))
  const forward = (place: number) => {
    const next = nextAfter(place)
    const { animal: _, ...rest } = address
    go(next ? { ...rest, animal: next.subject.id } : rest, true)
  }
  const done = async ({ subject, water: before }: RoundAnimal, { weight, millilitres, sure }: Done) => {
    const entries = [
      ...(weight === undefined ? [] : [weighing(subject.id, weight, sure ? { confirmed: true } : {})]),
      ...(millilitres === undefined ? [] : [water(subject.id, millilitres, { givenBefore: before.given_water })]),
    ]
    await queue.add(entries.map((entry) => ({ entry, title: subject.title })))
    forward(at)
    tell(
      queue,
      subject.title,
      entries.map(describe).join(', '),
      entries.map(({ id }) => id),
    )
  }
  const meant = (text: string): boolean => {
    const found = meantBy(text, everything.cages)
    if (found.kind === 'nothing') return false
    setScanning(false)
    if (found.kind === 'animal') go({ animal: found.subject })
    else go(found.cage.cage === null ? {} : { cage: found.cage.cage })
    return true
  }

  return (
    <div className="page round">
      {onScale ? (
        <AnimalOnScale
          key={onScale.subject.id}
          animal={onScale}
          cage={cages.find((cage) => cage.animals.includes(onScale))!}
          left={animals.filter((one) => !isDone(one)).length}
          address={address}
          onDone={(result) => void done(onScale, result)}
          onSkip={() => forward(at)}
        />
      ) : (
        <>
          <Group justify="space-between" wrap="nowrap">
            <Title order={1}>Daily round</Title>
            <ActionIcon
              size="xl"
              variant="default"
              aria-label="Scan a cage or an animal"
              onClick={() => setScanning(true)}
            >
              <IconQrcode size={24} aria-hidden />
            </ActionIcon>
          </Group>
          <Group gap="sm">
            <SegmentedControl
              data={[
                { value: 'all', label: 'All animals' },
                { value: 'mine', label: 'Mine' },
              ]}
              value={responsible_user === me.id ? 'mine' : 'all'}
              onChange={(value) => go({ ...(lab && { lab }), ...(value === 'mine' && { responsible_user: me.id }) })}
            />
            {labs.length > 1 && (
              <Select
                aria-label="Laboratory"
                placeholder="All laboratories"
                clearable
                data={labs.map(({ id, title }) => ({ value: id, label: title }))}
                value={lab ?? null}
                onChange={(value) =>
                  go({ ...(value && { lab: value }), ...(responsible_user && { responsible_user }) })
                }
              />
            )}
            {address.cage && (
              <Button variant="light" onClick={() => go({ ...parameters })}>
                Cage {address.cage}: show all
              </Button>
            )}
          </Group>
          {animals.length === 0 ? (
            <NothingToDo mine={responsible_user === me.id} />
          ) : (
            <>
              <ProgressOf animals={animals} />
              {nextAfter(-1) && (
                <Button size="lg" onClick={() => forward(-1)}>
                  {animals.some(isDone) ? 'Go on with' : 'Begin with'} {nextAfter(-1)!.subject.title}
                </Button>
              )}
              <div className="cages">
                {cages.map((cage) => (
                  <Cage key={`${cage.lab.id} ${cage.cage} ${cage.room}`} cage={cage} address={address} queue={queue} />
                ))}
              </div>
            </>
          )}
        </>
      )}
      <QueueButton queue={queue} onOpen={() => setListing(true)} />
      {listing && <QueueView queue={queue} onClose={() => setListing(false)} />}
      <Suspense fallback={null}>{scanning && <Scanner onText={meant} onClose={() => setScanning(false)} />}</Suspense>
    </div>
  )
}

/** What others weigh and give is shown, but never over entries that are still on their way. */
function useLiveRound({ waiting }: RoundQueue): void {
  useLive('actions.weighing')
  useLive('actions.wateradministration')
  useEffect(() => {
    if (waiting > 0) return
    const timer = setInterval(() => void queryClient.invalidateQueries({ queryKey: ['round'] }), 30_000)
    return () => clearInterval(timer)
  }, [waiting])
}

function tell(queue: RoundQueue, title: string, what: string, ids: readonly string[]): void {
  const id = notifications.show({
    autoClose: 8_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          {title}: {what}
        </Text>
        <Button
          variant="light"
          onClick={async () => {
            notifications.hide(id)
            try {
              await queue.takeBack(ids)
              await queryClient.invalidateQueries({ queryKey: ['round'] })
              notifications.show({ message: `${title}: taken back` })
            } catch (error) {
              const message = error instanceof Error ? error.message : String(error)
              notifications.show({ color: 'red', title: `${title} could not be taken back`, message })
            }
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  })
}

function ProgressOf({ animals }: { readonly animals: readonly RoundAnimal[] }) {
  const done = animals.filter(isDone).length
  return (
    <div>
      <Text size="sm" mb={4}>
        {done} of {animals.length} done
      </Text>
      <Progress value={(100 * done) / animals.length} aria-label="Animals that are done" size="lg" />
    </div>
  )
}

function NothingToDo({ mine }: { readonly mine: boolean }) {
  return (
    <div className="card nothing">
      <Title order={2}>No animal waits {mine ? 'for you' : ''}</Title>
      <Text>
        The round shows living animals on water restriction, and for seven days those that had surgery. A restriction
        begins on the page of the animal, or under{' '}
        <Link to="/$app/$model/" params={{ app: 'actions', model: 'waterrestriction' }} search={{}}>
          water restrictions
        </Link>
        .
      </Text>
    </div>
  )
}

function Cage({
  cage,
  address,
  queue,
}: {
  readonly cage: RoundCage
  readonly address: RoundAddress
  readonly queue: RoundQueue
}) {
  const [watering, setWatering] = useState(false)
  return (
    <section className="card cage" aria-label={nameOf(cage)}>
      <Group justify="space-between" wrap="nowrap" className="cage-head">
        <div>
          <Title order={2}>{nameOf(cage)}</Title>
          <Text size="xs" c="dimmed">
            {cage.lab.title}
          </Text>
        </div>
        <Button variant="default" onClick={() => setWatering(true)}>
          Water for all
        </Button>
      </Group>
      <ul>
        {cage.animals.map((one) => (
          <li key={one.subject.id}>
            <Link to="/round/" search={{ ...address, animal: one.subject.id }} data-done={isDone(one) || undefined}>
              <span className="who">
                <b>{one.subject.title}</b>
                <span className="soft">{one.reasons.join(', ')}</span>
              </span>
              <span className="where">
                {one.water.weight_today === null ? (
                  <span className="soft">
                    {one.water.last_weight === null ? 'never weighed' : `last ${inGrams(one.water.last_weight.weight)}`}
                  </span>
                ) : (
                  <Standing water={one.water} />
                )}
                <span>
                  {isDone(one)
                    ? '✓ done'
                    : one.water.remaining_water === null
                      ? 'to weigh'
                      : `${inMillilitres(one.water.remaining_water)} to give`}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {watering && <CageWater cage={cage} queue={queue} onClose={() => setWatering(false)} />}
    </section>
  )
}

function AnimalOnScale({
  animal,
  cage,
  left,
  address,
  onDone,
  onSkip,
}: {
  readonly animal: RoundAnimal
  readonly cage: RoundCage
  readonly left: number
  readonly address: RoundAddress
  readonly onDone: (done: Done) => void
  readonly onSkip: () => void
}) {
  const { animal: _, ...back } = address
  return (
    <div className="on-scale">
      <Group justify="space-between" wrap="nowrap">
        <Button
          variant="subtle"
          leftSection={<IconArrowLeft size={18} aria-hidden />}
          renderRoot={(root: object) => <Link {...root} to="/round/" search={back} />}
        >
          Round
        </Button>
        <Text size="sm" c="dimmed">
          {left} to do
        </Text>
      </Group>
      <Title order={1}>{animal.subject.title}</Title>
      <Group gap="xs">
        <Badge variant="default" tt="none">
          {nameOf(cage)}
        </Badge>
        {animal.reasons.map((reason) => (
          <Badge key={reason} variant="light" tt="none">
            {reason}
          </Badge>
        ))}
        {animal.water_type && (
          <Badge variant="default" tt="none">
            {animal.water_type.title}
          </Badge>
        )}
        {animal.responsible_user && <Text size="sm">{animal.responsible_user.title}</Text>}
      </Group>
      <Scale animal={animal} onDone={onDone} onSkip={onSkip} />
    </div>
  )
}

function QueueButton({ queue, onOpen }: { readonly queue: RoundQueue; readonly onOpen: () => void }) {
  const problems = queue.undecided.length
  const words =
    problems > 0
      ? `${problems} to decide`
      : queue.waiting > 0
        ? `${queue.waiting} not sent yet`
        : queue.foreign > 0
          ? `${queue.foreign} of somebody else`
          : 'Everything is sent'
  return (
    <Button
      className="queue-button"
      variant={problems > 0 ? 'filled' : 'default'}
      {...(problems > 0 && { color: 'red' })}
      onClick={onOpen}
      aria-live="polite"
    >
      {words}
    </Button>
  )
}
