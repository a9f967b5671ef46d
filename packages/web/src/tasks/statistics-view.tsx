import { taskStatistics } from '@alyx/client'
import { Loader, Select, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { inSeconds } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import type { TasksViewProps } from './address.ts'
import { ofTasks } from './queries.ts'

const PERIODS = ['7', '30', '90', '365'].map((days) => ({ value: days, label: `${days} days` }))

/** What waits and runs, and how the attempts of the last days went, step by step. */
export function StatisticsView({ address, onAddress }: TasksViewProps) {
  const { days = '30', graph, lab } = address
  const { data, error } = useQuery({
    queryKey: ofTasks('statistics', days, graph, lab),
    queryFn: () => taskStatistics(client.connection, { days, graph, lab }),
  })
  if (error) return <Text role="alert">{error.message}</Text>
  if (!data) return <Loader size="sm" aria-label="Reading" />
  const { now, owners, steps } = data
  const longest = Math.max(...steps.map(({ p90_seconds }) => p90_seconds ?? 0))
  const longestWait = Math.max(...steps.map(({ median_wait_seconds }) => median_wait_seconds ?? 0))
  return (
    <>
      <div className="tallies">
        <Tally name="ready to be run" value={String(now.ready)} />
        <Tally name="running" value={String(now.running)} />
        <Tally name="wait for parents" value={String(now.waiting_for_parents)} />
        <Tally name="to be begun later" value={String(now.delayed)} />
        <Tally name="need attention" value={String(now.attention)} />
        <Tally
          name="the oldest has waited"
          value={now.oldest_ready_seconds === null ? '–' : inSeconds(now.oldest_ready_seconds)}
        />
      </div>
      {owners.length > 0 && (
        <section className="card panel wide" aria-label="For whom">
          <Title order={2}>For whom</Title>
          <table className="plain">
            <thead>
              <tr>
                <th>Person</th>
                <th className="amount">Ready</th>
                <th className="amount">Running</th>
              </tr>
            </thead>
            <tbody>
              {owners.map(({ user, ready, running }) => (
                <tr key={user}>
                  <td>{user ?? 'nobody in particular'}</td>
                  <td className="amount">{ready}</td>
                  <td className="amount">{running}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <section className="card panel wide" aria-label="Steps">
        <Title order={2}>Steps</Title>
        <Select
          aria-label="Period"
          w={140}
          allowDeselect={false}
          data={PERIODS}
          value={days}
          onChange={(next) => onAddress({ days: next ?? '' })}
        />
        {steps.length === 0 ? (
          <Text size="sm" mt={8}>
            No attempt ended in these days.
          </Text>
        ) : (
          <table className="plain">
            <thead>
              <tr>
                <th>Step</th>
                <th>Version</th>
                <th className="amount">Succeeded</th>
                <th className="amount">Failed</th>
                <th className="amount">Lost</th>
                <th>Failures</th>
                <th>Takes (half, nine tenths)</th>
                <th>Waits (half)</th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={`${step.graph} ${step.name} ${step.version}`}>
                  <td title={step.graph ?? ''}>{step.name ?? '(no name)'}</td>
                  <td>{step.version}</td>
                  <td className="amount">{step.succeeded}</td>
                  <td className="amount">{step.failed}</td>
                  <td className="amount">{step.lost}</td>
                  <td>
                    {step.failure_rate !== null && (
                      <>
                        <Bar share={step.failure_rate} bad /> {Math.round(step.failure_rate * 100)} %
                      </>
                    )}
                  </td>
                  <td>
                    {step.median_seconds !== null && (
                      <>
                        <Bar share={(step.p90_seconds ?? 0) / longest} mark={step.median_seconds / longest} />{' '}
                        {inSeconds(step.median_seconds)}, {inSeconds(step.p90_seconds ?? step.median_seconds)}
                      </>
                    )}
                  </td>
                  <td>
                    {step.median_wait_seconds !== null && (
                      <>
                        <Bar share={step.median_wait_seconds / longestWait} /> {inSeconds(step.median_wait_seconds)}
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  )
}

const Tally = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div className="card tally">
    <b>{value}</b>
    <span className="soft">{name}</span>
  </div>
)

/** A share of a whole; the number stands beside it. */
function Bar({ share, mark, bad = false }: { readonly share: number; readonly mark?: number; readonly bad?: boolean }) {
  const width = Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) * 100 : 0
  return (
    <svg className="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="ground" width="100" height="10" />
      <rect className={bad ? 'bad' : 'amount'} width={width} height="10" />
      {mark !== undefined && Number.isFinite(mark) && <rect className="mark" x={mark * 100} width="1.5" height="10" />}
    </svg>
  )
}
