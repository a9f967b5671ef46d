import type { AnimalToday, CutList, Reference, Today } from '@alyx/client'
import { Text, Title } from '@mantine/core'
import {
  IconAlertTriangle,
  IconBabyCarriage,
  IconCircleCheck,
  IconClockExclamation,
  IconDna2,
  IconDroplet,
  IconHeartOff,
  IconInbox,
  IconScale,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { ToRow } from '../frame/to-row.tsx'

/** A link to where one acts, with what stands in it. */
type Where = (inside: { readonly className: string; readonly children: ReactNode }) => ReactElement

interface Waiting {
  readonly title: string
  readonly action: string
  readonly Icon: typeof IconScale
  /** What must not wait. */
  readonly pressing?: boolean
  readonly count: number
  readonly act: Where
  readonly items: readonly { readonly id: string; readonly title: string; readonly note: string; readonly to: Where }[]
}

const SHOWN = 5

const toRound: Where = (inside) => <Link {...inside} to="/round/" search={{}} />
const onScale =
  (animal: string): Where =>
  (inside) => <Link {...inside} to="/round/" search={{ animal }} />
const toWeaning =
  (litters: string): Where =>
  (inside) => <Link {...inside} to="/colony/wean/" search={{ litters }} />
const ofSubject =
  (key: string): Where =>
  (inside) => <ToRow {...inside} model="subjects.subject" id={key} />
const keysOf = ({ first }: CutList<Reference>): string => first.map(({ id }) => id).join(',')

function of<T extends Reference>(
  { count, first }: CutList<T>,
  noteOf: (one: T) => string,
  toOf: (key: string) => Where,
): Pick<Waiting, 'count' | 'items'> {
  return {
    count,
    items: first.slice(0, SHOWN).map((one) => ({ id: one.id, title: one.title, note: noteOf(one), to: toOf(one.id) })),
  }
}

const cageOf = ({ cage }: AnimalToday): string => (cage ? `cage ${cage}` : '')
const lastOf = ({ last_weight }: AnimalToday): string =>
  last_weight ? `last on ${last_weight.at.slice(0, 10)}` : 'never weighed'

/** Everything that can wait for somebody, what hurts an animal first. */
function waitingOf(today: Today): readonly Waiting[] {
  const { underweight, overdue, weigh, water, wean, genotype, cull, requests } = today
  return [
    {
      title: 'Underweight',
      action: 'Look at water and weights',
      Icon: IconAlertTriangle,
      pressing: true,
      act: (inside) => <Link {...inside} to="/water/" />,
      ...of(
        underweight,
        ({ percentage, status }) =>
          `${percentage === null ? '' : `${Math.round(percentage)} %, `}${status > 1 ? 'too light' : 'light'}`,
        ofSubject,
      ),
    },
    {
      title: 'Not weighed since yesterday',
      action: 'Weigh them in the round',
      Icon: IconClockExclamation,
      pressing: true,
      act: toRound,
      ...of(overdue, lastOf, onScale),
    },
    {
      title: 'To weigh',
      action: 'Begin the round',
      Icon: IconScale,
      act: toRound,
      ...of(weigh, cageOf, onScale),
    },
    {
      title: 'To water',
      action: 'Give water in the round',
      Icon: IconDroplet,
      act: toRound,
      ...of(
        water,
        ({ remaining_water }) => (remaining_water === null ? '' : `${remaining_water.toFixed(2)} mL`),
        onScale,
      ),
    },
    {
      title: 'Litters to wean',
      action: 'Wean them',
      Icon: IconBabyCarriage,
      act: toWeaning(keysOf(wean)),
      ...of(wean, ({ pups, birth_date }) => `${pups} ${pups === 1 ? 'pup' : 'pups'}, born ${birth_date}`, toWeaning),
    },
    {
      title: 'To genotype',
      action: 'Enter results',
      Icon: IconDna2,
      act: (inside) => <Link {...inside} to="/colony/genotypes/" search={{ subjects: keysOf(genotype) }} />,
      ...of(genotype, () => '', ofSubject),
    },
    {
      title: 'To cull',
      action: 'Record culls',
      Icon: IconHeartOff,
      act: (inside) => <Link {...inside} to="/colony/cull/" search={{ subjects: keysOf(cull) }} />,
      ...of(cull, () => '', ofSubject),
    },
    {
      title: 'Requests for animals',
      action: 'Answer requests',
      Icon: IconInbox,
      act: (inside) => <Link {...inside} to="/colony/requests/" search={{}} />,
      ...of(
        {
          count: requests.count,
          first: requests.first.map((one) => ({ ...one, title: one.title || 'Of any line' })),
        },
        ({ remaining, due_date }) => `${remaining} missing${due_date ? `, until ${due_date}` : ''}`,
        (request) => (inside) => <Link {...inside} to="/colony/requests/$request/" params={{ request }} />,
      ),
    },
  ]
}

/** What waits today: how much, the first of it, and where to do it. */
export function TodayView({ today }: { readonly today: Today }) {
  const all = waitingOf(today)
  const waiting = all.filter(({ count }) => count > 0)
  return (
    <section aria-labelledby="home-today">
      <Title order={2} id="home-today" mb={8}>
        Today
      </Title>
      {waiting.length === 0 ? (
        <div className="card home-quiet">
          <IconCircleCheck className="home-icon" size={22} aria-hidden />
          <Text size="sm">
            Nothing waits for you today. Animals on water restriction that have no weight or water yet, litters of three
            weeks, animals to genotype or to cull and open requests appear here when you answer for them.
          </Text>
        </div>
      ) : (
        <div className="home-today">
          {waiting.map((one) => (
            <Card key={one.title} {...one} />
          ))}
        </div>
      )}
    </section>
  )
}

function Card({ title, action, Icon, pressing, count, act, items }: Waiting) {
  return (
    <section className="card home-card" data-pressing={pressing} aria-label={title}>
      <div className="home-card-head">
        <Icon className="home-icon" size={20} aria-hidden />
        <Title order={3} className="home-card-title">
          {title}
        </Title>
        <span className="home-count">{count}</span>
      </div>
      <ul className="home-rows">
        {items.map(({ id, title: name, note, to }) => (
          <li key={id}>
            {to({
              className: 'home-item',
              children: (
                <>
                  <span className="home-name">{name}</span>
                  <span className="soft">{note}</span>
                </>
              ),
            })}
          </li>
        ))}
      </ul>
      {count > items.length && <p className="soft home-more">and {count - items.length} more</p>}
      {act({ className: 'home-link home-act', children: `${action} →` })}
    </section>
  )
}
