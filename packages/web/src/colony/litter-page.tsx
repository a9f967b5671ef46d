import { type BreedingPairOfColony, colony, type NewPup, type Reference, type Sex } from '@alyx/client'
import { ActionIcon, Alert, Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useBlocker, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { titleQuery, useMe } from '../server/queries.ts'
import { keyOf, ModelField } from './model-field.tsx'
import { PageHead, Refusal, Section } from './parts.tsx'
import { connection, forgetColony, pairsQuery } from './queries.ts'
import { RowLink } from './row-link.tsx'
import { counted, SEX_ORDER, SEXES } from './words.ts'

interface PupDraft {
  readonly id: number
  readonly sex: Sex
  readonly ear_mark: string
  readonly nickname: string
}

const MOST_PUPS = 40
const USUAL_PUPS = 6
const PAUSE_MS = 350

const pupsToSend = (pups: readonly PupDraft[]): readonly NewPup[] =>
  pups.map(({ sex, ear_mark, nickname }) => ({
    sex,
    ...(ear_mark.trim() !== '' && { ear_mark: ear_mark.trim() }),
    ...(nickname.trim() !== '' && { nickname: nickname.trim() }),
  }))

function usePups() {
  const [next, setNext] = useState(0)
  const [pups, setPups] = useState<readonly PupDraft[]>([])
  const add = (count: number) => {
    const room = Math.min(count, MOST_PUPS - pups.length)
    setPups([
      ...pups,
      ...Array.from({ length: room }, (_, n) => ({ id: next + n, sex: 'U' as const, ear_mark: '', nickname: '' })),
    ])
    setNext(next + room)
  }
  return { pups, setPups, add }
}

/** The names that new pups would get, while they are written down; nothing is changed by asking. */
function useNames(ask: (() => Promise<Names>) | undefined, what: unknown) {
  const [settled] = useDebouncedValue(JSON.stringify(what), PAUSE_MS)
  return useQuery({
    queryKey: ['names-of-pups', settled],
    queryFn: () => ask!(),
    enabled: ask !== undefined && settled === JSON.stringify(what),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  })
}

interface Names {
  readonly litter?: Reference
  readonly pups: readonly Reference[]
}

/** A new litter of a pair: the pair, the day, the pups; the names they will get are shown before anything is saved. */
export function NewLitterPage({ pair: asked }: { readonly pair: string | undefined }) {
  const { today } = useMe()
  const navigate = useNavigate()
  const { data: pairs } = useQuery(pairsQuery({ current: 'false' }))
  const chosen = pairs?.find(({ pair }) => pair.id === asked)
  const [date, setDate] = useState(today)
  const { pups, setPups, add } = usePups()
  const [done, setDone] = useState<Names & { readonly litter: Reference }>()
  const litter = { breeding_pair: asked ?? '', birth_date: date, pups: pupsToSend(pups) }
  const names = useNames(
    asked && date !== '' && !done ? () => colony.addLitter(connection, litter, true) : undefined,
    litter,
  )
  const save = useMutation({
    mutationFn: () => colony.addLitter(connection, litter),
    onSuccess(answer) {
      setDone(answer)
      forgetColony('subjects.litter', 'subjects.breedingpair')
    },
  })
  useLeaving(pups.length > 0 && !done)
  if (done)
    return (
      <Done
        litter={done.litter}
        pups={done.pups}
        onAnother={() => {
          setDone(undefined)
          setPups([])
          void navigate({ to: '/colony/litters/new/', search: {} })
        }}
      />
    )
  return (
    <div className="page">
      <PageHead
        title="New litter"
        help="The pair, the day of birth, and the pups as far as they are known. Sex and ear marks can be told later."
      />
      <form
        className="steps"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <fieldset className="card">
          <legend>1. Pair and day</legend>
          <div className="destinations">
            <ModelField
              model="subjects.litter"
              field="breeding_pair"
              required
              value={asked ? { id: asked, title: chosen?.pair.title ?? '…' } : null}
              onChange={(next) =>
                void navigate({
                  to: '/colony/litters/new/',
                  search: keyOf(next) ? { pair: keyOf(next)! } : {},
                  replace: true,
                })
              }
            />
            <TextInput
              type="date"
              label="Birth date"
              description="Given to every pup of the litter."
              required
              max={today}
              value={date}
              onChange={(event) => setDate(event.currentTarget.value)}
            />
          </div>
          {chosen && <Parents of={chosen} />}
        </fieldset>
        <PupList pups={pups} onPups={setPups} onAdd={add} names={names.data?.pups} />
        <Refusal
          error={save.error ?? names.error}
          title={save.error ? 'Nothing was saved' : 'This cannot be saved yet'}
        />
        <Group>
          <Button type="submit" disabled={!asked || date === ''} loading={save.isPending}>
            Save the litter{pups.length > 0 && ` with ${counted(pups.length, 'pup')}`}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {names.data?.litter && `The litter will be called ${names.data.litter.title}.`}
          </Text>
        </Group>
      </form>
    </div>
  )
}

function useLeaving(dirty: boolean) {
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving? The pups that you entered are lost.'),
    enableBeforeUnload: () => dirty,
    disabled: !dirty,
  })
}

/** Pups that were found later, or sexed one by one. */
export function MorePupsPage({ litter: key }: { readonly litter: string }) {
  const { data: title = '…' } = useQuery(titleQuery('subjects.litter', key))
  const { pups, setPups, add } = usePups()
  const [done, setDone] = useState<readonly Reference[]>()
  const sent = pupsToSend(pups)
  const names = useNames(pups.length > 0 && !done ? () => colony.addPups(connection, key, sent, true) : undefined, {
    key,
    sent,
  })
  const save = useMutation({
    mutationFn: () => colony.addPups(connection, key, sent),
    onSuccess({ pups: made }) {
      setDone(made)
      forgetColony('subjects.litter')
    },
  })
  useLeaving(pups.length > 0 && !done)
  if (done)
    return (
      <Done
        litter={{ id: key, title }}
        pups={done}
        onAnother={() => {
          setDone(undefined)
          setPups([])
        }}
      />
    )
  return (
    <div className="page">
      <PageHead
        title={`More pups of ${title}`}
        help="They get the birth date and the line of the litter, and species, strain and source of the father."
      />
      <form
        className="steps"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <PupList pups={pups} onPups={setPups} onAdd={add} names={names.data?.pups} />
        <Refusal
          error={save.error ?? names.error}
          title={save.error ? 'Nothing was saved' : 'This cannot be saved yet'}
        />
        <Button type="submit" disabled={pups.length === 0} loading={save.isPending}>
          Save {counted(pups.length, 'pup')}
        </Button>
      </form>
    </div>
  )
}

function Parents({ of }: { readonly of: BreedingPairOfColony }) {
  return (
    <Text size="sm" mt="sm" component="div">
      {of.line && <>Line {of.line.title}. </>}
      {of.parents.map((parent) => (
        <div key={parent.id}>
          {parent.role === 'father' ? '♂' : '♀'} <RowLink model="subjects.subject" of={parent} />{' '}
          <span className="soft">{[parent.genotype, parent.cage].filter(Boolean).join(' · ')}</span>
        </div>
      ))}
    </Text>
  )
}

function PupList({
  pups,
  onPups,
  onAdd,
  names,
}: {
  readonly pups: readonly PupDraft[]
  readonly onPups: (pups: readonly PupDraft[]) => void
  readonly onAdd: (count: number) => void
  readonly names: readonly Reference[] | undefined
}) {
  const change = (id: number, part: Partial<PupDraft>) =>
    onPups(pups.map((pup) => (pup.id === id ? { ...pup, ...part } : pup)))
  return (
    <fieldset className="card">
      <legend>Pups</legend>
      <ul className="pups">
        {pups.map((pup, at) => {
          const name = pup.nickname || names?.[at]?.title || `pup ${at + 1}`
          return (
            <li key={pup.id}>
              <span className="name">{name}</span>
              <SegmentedControl
                aria-label={`Sex of ${name}`}
                value={pup.sex}
                data={SEX_ORDER.map((sex) => ({ value: sex, label: `${SEXES[sex].sign} ${sex}` }))}
                onChange={(sex) => change(pup.id, { sex: sex as Sex })}
              />
              <TextInput
                aria-label={`Ear mark of ${name}`}
                placeholder="Ear mark"
                maxLength={32}
                value={pup.ear_mark}
                onChange={(event) => change(pup.id, { ear_mark: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Take ${name} off the list`}
                onClick={() => onPups(pups.filter(({ id }) => id !== pup.id))}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </li>
          )
        })}
      </ul>
      <Group mt="sm" gap="xs">
        <Button variant="default" onClick={() => onAdd(1)} disabled={pups.length >= MOST_PUPS}>
          Add a pup
        </Button>
        <Button variant="default" onClick={() => onAdd(USUAL_PUPS)} disabled={pups.length >= MOST_PUPS}>
          Add {USUAL_PUPS}
        </Button>
        <Text size="sm" c="dimmed">
          {pups.length === 0
            ? 'Pups are numbered from the line; their names appear here before you save.'
            : 'The names are those they will get.'}
        </Text>
      </Group>
    </fieldset>
  )
}

function Done({
  litter,
  pups,
  onAnother,
}: {
  readonly litter: Reference
  readonly pups: readonly Reference[]
  readonly onAnother: () => void
}) {
  return (
    <div className="page">
      <PageHead title={`${litter.title} is recorded`} />
      <Section title={counted(pups.length, 'new pup')}>
        <div className="litters">
          {pups.map((pup) => (
            <RowLink key={pup.id} model="subjects.subject" of={pup} />
          ))}
        </div>
      </Section>
      <Group>
        <Button
          renderRoot={(root: object) => (
            <Link {...root} to="/colony/litters/$litter/pups/" params={{ litter: litter.id }} />
          )}
          variant="default"
          onClick={onAnother}
        >
          More pups
        </Button>
        <Button
          variant="default"
          renderRoot={(root: object) => <Link {...root} to="/colony/genotypes/" search={{ litter: litter.id }} />}
        >
          Genotypes
        </Button>
        <Button
          variant="default"
          onClick={onAnother}
          renderRoot={(root: object) => <Link {...root} to="/colony/litters/new/" search={{}} />}
        >
          Another litter
        </Button>
        <Button variant="subtle" renderRoot={(root: object) => <Link {...root} to="/colony/" search={{}} />}>
          Colony
        </Button>
      </Group>
      <Alert color="gray" title="Something was wrong?">
        Sex, ear mark and day are corrected on the form of the pup or of <RowLink model="subjects.litter" of={litter} />
        : a new birth date there is given to all of its pups. A pup too many is deleted from its form, by those who may
        delete animals. Numbers that were given once are not given again.
      </Alert>
    </div>
  )
}
