import type { TaskAttempt, TaskNeighbour } from '@alyx/client'
import { Alert, Button, Group, Progress, Text, Title } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ForMembers } from '../frame/for-members.tsx'
import { ago, inBytes, inLocalTime, inSeconds } from '../kinds/amounts.ts'
import { asText, partsOf } from '../kinds/index.ts'
import { useLive } from '../server/live.ts'
import { rowQuery, useDescription } from '../server/queries.ts'
import { actionsFor, TaskActions } from './actions.tsx'
import { TaskLog } from './log-drawer.tsx'
import { taskQuery } from './queries.ts'
import { TaskState } from './task-state.tsx'
import './tasks.css'

const TASK = { app: 'jobs', model: 'task' } as const
const NEEDS: Readonly<Record<string, string>> = {
  success: 'success',
  data: 'success, or nothing to find',
  end: 'any end',
}
/** What a task asks of its machine, and what it is: fields of the record that this page shows as they are. */
const FACTS = [
  'graph',
  'level',
  'priority',
  'executable',
  'version',
  'data_repository',
  'cpu',
  'gpu',
  'ram',
  'io_charge',
  'time_out_secs',
  'datetime',
]

/** One task: what it is, what it waits for, how its attempts went, and what it prints. */
export function TaskPage({ rowKey }: { readonly rowKey: string }) {
  return (
    <ForMembers title="Task">
      <Task rowKey={rowKey} />
    </ForMembers>
  )
}

function Task({ rowKey }: { readonly rowKey: string }) {
  const { data: view } = useSuspenseQuery(taskQuery(rowKey))
  const {
    data: { row },
  } = useSuspenseQuery(rowQuery('jobs.task', rowKey))
  const description = useDescription('jobs.task')
  useLive('jobs.task')
  const session = row.session as { id: string; title: string } | null
  const running = view.attempts.find(({ ended_at }) => ended_at === null)
  const mayChange = Boolean(row.$rights?.change)
  return (
    <div className="page">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>{view.name ?? 'Task without a name'}</Title>
          <Group gap="xs">
            <TaskState status={view.status} />
            {view.ready && <Text size="sm">ready for a machine</Text>}
            {session && (
              <Link to="/$app/$model/$key/change/" params={{ app: 'actions', model: 'session', key: session.id }}>
                {session.title}
              </Link>
            )}
          </Group>
        </div>
        <Group gap="xs">
          {mayChange && <TaskActions chosen={{ tasks: [rowKey] }} offered={actionsFor(view.status)} />}
          <Button
            size="compact-sm"
            variant="subtle"
            renderRoot={(root: object) => (
              <Link
                {...root}
                to="/$app/$model/$key/change/"
                params={{ ...TASK, key: rowKey }}
                search={{ view: 'form' }}
              />
            )}
          >
            Form
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            renderRoot={(root: object) => (
              <Link {...root} to="/$app/$model/$key/history/" params={{ ...TASK, key: rowKey }} />
            )}
          >
            History
          </Button>
        </Group>
      </Group>
      {!mayChange && (
        <Text size="sm" c="dimmed">
          You may look at this task; running it again is for the people of its session and of its lab.
        </Text>
      )}
      {view.attention && (
        <Alert color="red" title="It needs attention">
          {view.attention}
        </Alert>
      )}
      {view.cancel_requested && <Alert color="orange" title="It was asked to stop" />}
      {running && (
        <div className="card panel">
          <Group justify="space-between">
            <Text size="sm">
              {running.worker ?? running.executor} {running.step && `· ${running.step}`}{' '}
              {running.message && `· ${running.message}`}
            </Text>
            <Text size="sm" className="soft">
              heard {ago(running.heartbeat_at ?? running.claimed_at)}
            </Text>
          </Group>
          {running.progress !== null && <Progress value={running.progress * 100} aria-label="Progress" mt={6} />}
        </div>
      )}
      <div className="columns">
        <section className="card panel">
          <Title order={2}>What it is</Title>
          <dl className="facts">
            {FACTS.flatMap((name) => {
              const facts = description.fields.find((field) => field.name === name)
              const value = row[name]
              return facts && value !== null && value !== '' && value !== undefined
                ? [
                    <div key={name}>
                      <dt>{facts.label}</dt>
                      <dd>{partsOf(facts).cell(value, facts)}</dd>
                    </div>,
                  ]
                : []
            })}
            <Fact name="Asked for by" value={view.owner} />
            <Fact name="In the queue since" value={inLocalTime(view.queued_at)} />
            <Fact name="Not before" value={view.not_before && inLocalTime(view.not_before)} />
            <Fact
              name="Tries"
              value={view.max_attempts ? `${view.tries} of ${view.max_attempts}` : String(view.tries)}
            />
            <Fact name="Labels" value={view.labels.join(', ')} />
          </dl>
          {row.arguments !== null && (
            <>
              <Title order={3}>Arguments</Title>
              <pre className="arguments">{JSON.stringify(row.arguments, undefined, 2)}</pre>
            </>
          )}
        </section>
        <section className="card panel">
          <Title order={2}>Before and after it</Title>
          <Neighbours title="It needs" ones={view.parents} empty="Nothing: it can begin by itself." />
          <Neighbours title="Need it" ones={view.children} empty="No other task." />
        </section>
      </div>
      <section className="card panel">
        <Title order={2}>Attempts</Title>
        {view.attempts.length === 0 ? (
          <Text size="sm" className="soft">
            No machine has begun it yet.
          </Text>
        ) : (
          <Attempts attempts={view.attempts} />
        )}
      </section>
      <section className="card panel task-log">
        <TaskLog task={rowKey} />
      </section>
    </div>
  )
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string | null }) =>
  value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null

function Neighbours({
  title,
  ones,
  empty,
}: {
  readonly title: string
  readonly ones: readonly TaskNeighbour[]
  readonly empty: string
}) {
  return (
    <>
      <Title order={3}>{title}</Title>
      {ones.length === 0 && (
        <Text size="sm" className="soft">
          {empty}
        </Text>
      )}
      <ul className="neighbours">
        {ones.map(({ id, name, status, needs }) => (
          <li key={id}>
            <TaskState status={status} />
            <Link to="/$app/$model/$key/change/" params={{ ...TASK, key: id }}>
              {name ?? id.slice(0, 8)}
            </Link>
            <span className="soft">{NEEDS[needs] ?? needs}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Attempts({ attempts }: { readonly attempts: readonly TaskAttempt[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className="wide" aria-label="Attempts" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th>No.</th>
            <th>Outcome</th>
            <th>Began</th>
            <th className="amount">Took</th>
            <th>Machine</th>
            <th>Version</th>
            <th className="amount">Log</th>
            <th>What went wrong</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((one) => (
            <tr key={one.id}>
              <td>{one.number}</td>
              <td>
                {one.outcome ?? 'running'}
                {one.detail ? ` (${one.detail})` : ''}
                {one.late_outcome ? `, reported too late: ${one.late_outcome}` : ''}
              </td>
              <td>{inLocalTime(one.started_at ?? one.claimed_at)}</td>
              <td className="amount">{one.elapsed_seconds === null ? '' : inSeconds(one.elapsed_seconds)}</td>
              <td>{one.worker ?? one.claimed_by ?? asText(one.executor)}</td>
              <td>{one.version}</td>
              <td className="amount">{one.log_bytes > 0 ? inBytes(one.log_bytes) : ''}</td>
              <td className="words">{[one.error_type, one.error_message].filter(Boolean).join(': ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
