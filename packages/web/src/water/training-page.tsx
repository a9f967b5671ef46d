import { getTrainingWeek, type TrainingDay } from '@alyx/client'
import { Badge, Button, Group, Text, Title } from '@mantine/core'
import { IconCheck, IconMinus } from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAddress } from '../frame/use-address.ts'
import { client } from '../server/client.ts'
import { useLiveAnswers } from '../server/live.ts'
import { grams, millilitres } from './status.tsx'
import { WhoseFilter } from './whose-filter.tsx'

const DAY_MS = 24 * 60 * 60 * 1000
const WEEK_DAYS = 7
const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const later = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** A week of training: which animals were trained, what they weighed and drank. Monday first. */
export function TrainingPage() {
  const [{ date, lab, responsible_user }, change] = useAddress()
  const asked = { date, lab, responsible_user }
  const { data: week } = useSuspenseQuery({
    queryKey: ['training', asked],
    queryFn: () => getTrainingWeek(client.connection, asked),
  })
  useLiveAnswers('actions.session,actions.weighing,actions.wateradministration,actions.waterrestriction', 'training')
  const days = NAMES.map((name, at) => ({ name, day: later(week.monday, at) }))
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1}>Training week of {week.monday}</Title>
        <Group gap="xs">
          <Button variant="default" onClick={() => change({ date: later(week.monday, -WEEK_DAYS) })}>
            Previous week
          </Button>
          <Button variant="default" onClick={() => change({ date: undefined })}>
            This week
          </Button>
          <Button variant="default" onClick={() => change({ date: later(week.monday, WEEK_DAYS) })}>
            Next week
          </Button>
        </Group>
      </div>
      <WhoseFilter />
      {week.animals.length === 0 ? (
        <div className="card empty">
          <Title order={2}>No animal was on water restriction</Title>
          <Text c="dimmed">Take the filters away, or look at another week.</Text>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys
        <section className="card wide" aria-label="Animals" tabIndex={0}>
          <table className="data-table">
            <thead>
              <tr>
                <th scope="col">Animal</th>
                <th scope="col">Of</th>
                <th scope="col">Days</th>
                {days.map(({ name, day }) => (
                  <th key={day} scope="col">
                    {name} {day.slice(5)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {week.animals.map((animal) => (
                <tr key={animal.subject.id}>
                  <th scope="row">
                    <Link
                      to="/$app/$model/$key/change/"
                      params={{ app: 'subjects', model: 'subject', key: animal.subject.id }}
                      search={{ tab: 'water' }}
                    >
                      {animal.subject.title}
                    </Link>
                  </th>
                  <td>{animal.responsible_user?.title ?? 'nobody'}</td>
                  <td>
                    {animal.training_days}{' '}
                    {animal.too_few && (
                      <Badge color="red.9" variant="light" radius="sm">
                        too few
                      </Badge>
                    )}
                  </td>
                  {animal.days.map((one) => (
                    <Day key={one.date} day={one} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  )
}

function Day({ day }: { readonly day: TrainingDay }) {
  if (day.to_come) return <td className="soft">to come</td>
  const { sessions } = day
  return (
    <td>
      {sessions.length > 0 ? (
        <Link to="/$app/$model/$key/change/" params={{ app: 'actions', model: 'session', key: sessions[0]! }}>
          <IconCheck size={14} aria-hidden /> trained{sessions.length > 1 && ` ×${sessions.length}`}
        </Link>
      ) : (
        <span className="soft">
          <IconMinus size={14} aria-hidden /> no session
        </span>
      )}
      <div className="soft">
        {grams(day.weight)} · {millilitres(day.given)} of {millilitres(day.required)}
      </div>
    </td>
  )
}
