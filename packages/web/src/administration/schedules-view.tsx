import { enableSchedule, runSchedule, type Schedule } from '@alyx/client'
import { Button, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Panel } from '../frame/panel.tsx'
import { useDeed } from '../frame/use-deed.ts'
import { inLocalTime } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { Answer, WideTable } from './answer.tsx'
import { Outcome } from './outcome.tsx'
import { isUnderWay, schedulesQuery } from './queries.ts'

/** What the server does by itself, and when. */
export function SchedulesView() {
  return (
    <Panel title="What the server does by itself">
      <Answer of={useQuery(schedulesQuery)}>
        {({ results, time_zone }) => (
          <>
            <WideTable label="Schedules">
              <thead>
                <tr>
                  <th>Schedule</th>
                  <th>On</th>
                  <th>When</th>
                  <th>Last outcome</th>
                  <th>Now</th>
                </tr>
              </thead>
              <tbody>
                {results.map((one) => (
                  <Line key={one.name} schedule={one} timeZone={time_zone} />
                ))}
              </tbody>
            </WideTable>
            <Text size="xs" c="dimmed" mt={8}>
              Times are minute, hour, day of the month, month, day of the week, on the clock of their zone. Times and
              commands are changed on the machine of the server: <code>alyx schedule set</code>.
            </Text>
          </>
        )}
      </Answer>
    </Panel>
  )
}

function Line({ schedule, timeZone }: { readonly schedule: Schedule; readonly timeZone: string }) {
  const { name, about, command, cron, zone, enabled, next_at, failing } = schedule
  const shown = ['administration', 'schedules']
  const enable = useDeed(
    (on: boolean) => enableSchedule(client.connection, name, on),
    enabled ? `${name} is off` : `${name} is on`,
    ...shown,
  )
  const run = useDeed(() => runSchedule(client.connection, name), `${name} begins within seconds`, ...shown)
  return (
    <tr>
      <td className="words">
        <strong>{name}</strong> {failing && <span className="outcome bad">failing</span>}
        <div>{about}</div>
        <code className="soft">alyx {command.join(' ')}</code>
      </td>
      <td>
        <Switch
          aria-label={`Run ${name} by itself`}
          checked={enabled}
          disabled={enable.isPending}
          onChange={(event) => enable.mutate(event.currentTarget.checked)}
        />
      </td>
      <td>
        <code>{cron}</code> <span className="soft">{zone ?? timeZone}</span>
        {next_at && <div className="soft">next {inLocalTime(next_at)}</div>}
      </td>
      <td className="words">
        <Outcome of={schedule} />
      </td>
      <td>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Run now: ${name}`}
          loading={run.isPending}
          disabled={isUnderWay(schedule)}
          onClick={() => run.mutate()}
        >
          Run now
        </Button>
      </td>
    </tr>
  )
}
