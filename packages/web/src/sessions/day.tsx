import { type DayEvent, sessionDay } from '@alyx/client'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'

const MIDNIGHT = '00:00'
const timeOf = ({ at }: DayEvent) => {
  const time = shownMoment(at).slice(11)
  return time === MIDNIGHT ? '' : time
}

/** What else happened to the animal on that day, in order. */
export function Day({ session }: { readonly session: string }) {
  const { data, error } = useQuery({
    queryKey: ['row', 'actions.session', session, 'day'],
    queryFn: () => sessionDay(client.connection, session),
  })
  return (
    <Panel title={data?.day ? `The animal on ${data.day}` : 'The animal on that day'}>
      {error && <Text c="var(--bad)">{error.message}</Text>}
      {data && data.events.length === 0 && (
        <Text c="dimmed" size="sm">
          Nothing else is recorded: no weighing, no water, no other session.
        </Text>
      )}
      <ol className="day plain-links">
        {data?.events.map((event) => (
          <li key={`${event.kind} ${event.id}`}>
            <time dateTime={event.at}>{timeOf(event)}</time>
            <span>
              <ToRow model={event.model} id={event.id}>
                {event.kind}
              </ToRow>{' '}
              {event.title}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
