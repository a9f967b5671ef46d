import { type SessionTasks, sessionsWithTasks, taskMatrix } from '@alyx/client'
import { Alert, Button, Group, Loader, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ago } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { TaskActions } from './actions.tsx'
import type { TasksViewProps } from './address.ts'
import { foldMatrix, inOrder } from './matrix.ts'
import { ofTasks } from './queries.ts'
import { TaskState } from './task-state.tsx'

/** Every laboratory in every graph; what is chosen of it, session by session below. */
export function MatrixView(props: TasksViewProps) {
  const { address, onAddress } = props
  const { project, days, status, graph, lab } = address
  const { data, error } = useQuery({
    queryKey: ofTasks('matrix', project, days),
    queryFn: () => taskMatrix(client.connection, { project, days }),
  })
  if (error)
    return (
      <Alert color="red" role="alert" title="The tasks cannot be shown">
        {error.message}
      </Alert>
    )
  if (!data) return <Loader size="sm" aria-label="Reading" />
  const { graphs, rows } = foldMatrix(data, status)
  if (rows.length === 0)
    return (
      <div className="card panel">
        <Text>
          {project || days || status
            ? 'No task fits these filters.'
            : 'There are no tasks yet. Programs of the laboratory make them when data arrive, and machines run them; the guide to tasks says how.'}
        </Text>
      </div>
    )
  return (
    <>
      <section className="card panel wide" aria-label="Laboratories and graphs">
        <table className="plain">
          <thead>
            <tr>
              <th>Laboratory</th>
              {graphs.map((name) => (
                <th key={name}>
                  {name === null ? (
                    'no graph'
                  ) : (
                    <Button
                      size="compact-sm"
                      variant={name === graph && !lab ? 'light' : 'subtle'}
                      onClick={() => onAddress({ graph: name, lab: '' })}
                    >
                      {name}
                    </Button>
                  )}
                </th>
              ))}
              <th className="amount">Waiting</th>
              <th>Last change</th>
              <th>Newest session</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.lab}>
                <td>
                  {row.lab === null ? (
                    'no laboratory'
                  ) : (
                    <Button
                      size="compact-sm"
                      variant={row.lab === lab && !graph ? 'light' : 'subtle'}
                      onClick={() => onAddress({ lab: row.lab!, graph: '' })}
                    >
                      {row.lab}
                    </Button>
                  )}
                </td>
                {row.cells.map((cell, column) => (
                  <td key={graphs[column]}>
                    {cell && (
                      <span className="cell">
                        {inOrder(cell.counts).map(([state, count]) =>
                          cell.graph === null || cell.lab === null ? (
                            <TaskState key={state} status={state} count={count} compact />
                          ) : (
                            <button
                              key={state}
                              type="button"
                              className="cell-link"
                              aria-label={`${count} ${state} of ${cell.graph} in ${cell.lab}`}
                              onClick={() => onAddress({ graph: cell.graph!, lab: cell.lab!, status: state })}
                            >
                              <TaskState status={state} count={count} compact />
                            </button>
                          ),
                        )}
                      </span>
                    )}
                  </td>
                ))}
                <td className="amount">{row.waiting || ''}</td>
                <td>{ago(row.changed)}</td>
                <td>{row.newest_session?.slice(0, 10)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Text size="xs" className="soft" mt={6}>
          Choose a graph, a laboratory or a number to see the sessions.
        </Text>
      </section>
      {(graph || lab || status) && <Sessions {...props} />}
    </>
  )
}

function Sessions({ address, onAddress, onLog }: TasksViewProps) {
  const { graph, lab, project, status, days } = address
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ofTasks('sessions', graph, lab, project, status, days),
    queryFn: ({ pageParam }) =>
      sessionsWithTasks(client.connection, { graph, lab, project, status, days, after: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const sessions = data?.pages.flatMap(({ results }) => results) ?? []
  const columns = [
    ...new Map(
      data?.pages.flatMap((page) => page.columns.map((column) => [`${column.graph} ${column.name}`, column] as const)),
    ),
  ].map(([, column]) => column)
  const filter = {
    ...(graph && { graph }),
    ...(lab && { lab }),
    ...(project && { project }),
    ...(status && { status: [status] }),
  }
  return (
    <section className="card panel" aria-label="Sessions">
      <Group justify="space-between" mb={8}>
        <Title order={2}>{[graph, lab, status].filter(Boolean).join(' · ')}</Title>
        <Group gap={6}>
          <TaskActions chosen={{ filter }} offered={['retry', 'cancel', 'hold', 'reset']} />
          <Button
            size="compact-sm"
            variant="subtle"
            renderRoot={(root: object) => (
              <Link
                {...root}
                to="/$app/$model/"
                params={{ app: 'jobs', model: 'task' }}
                search={{ ...(graph ? { graph } : {}), view: 'all' }}
              />
            )}
          >
            As a list
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => onAddress({ graph: '', lab: '', status: '' })}>
            Close
          </Button>
        </Group>
      </Group>
      {days && (
        <Text size="xs" className="soft">
          The buttons are for tasks of any age.
        </Text>
      )}
      {error && <Text role="alert">{error.message}</Text>}
      {data && sessions.length === 0 && (
        <Text size="sm">No session has such a task. Those of critical quality are left out.</Text>
      )}
      {sessions.length > 0 && (
        <section className="wide" aria-label="Tasks by session">
          <table className="plain">
            <thead>
              <tr>
                <th>Session</th>
                <th>Projects</th>
                <th>Protocol</th>
                <th>Quality</th>
                {columns.map((column) => (
                  <th key={`${column.graph} ${column.name}`} title={column.graph ?? ''}>
                    {column.name ?? '(no name)'}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sessions.map((one) => (
                <tr key={one.session}>
                  <td>
                    <Link
                      to="/$app/$model/$key/change/"
                      params={{ app: 'actions', model: 'session', key: one.session }}
                    >
                      {nameOf(one)}
                    </Link>
                  </td>
                  <td>{one.projects.join(', ')}</td>
                  <td>{one.protocol}</td>
                  <td>{one.qc === 'NOT_SET' ? '' : one.qc}</td>
                  {columns.map((column) => {
                    const task = one.tasks.find(({ graph, name }) => graph === column.graph && name === column.name)
                    return (
                      <td key={`${column.graph} ${column.name}`}>
                        {task && (
                          <button
                            type="button"
                            className="cell-link"
                            aria-label={`Log of ${task.name} of ${nameOf(one)}: ${task.status}`}
                            onClick={() => onLog(task.id)}
                          >
                            <TaskState status={task.status} />
                          </button>
                        )}
                      </td>
                    )
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {hasNextPage && (
        <Button variant="default" mt={8} loading={isFetching} onClick={() => void fetchNextPage()}>
          More sessions
        </Button>
      )}
    </section>
  )
}

const nameOf = ({ subject, date, number }: SessionTasks): string =>
  [subject, date, number === null ? undefined : String(number).padStart(3, '0')].filter(Boolean).join('/')
