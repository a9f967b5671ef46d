import { tasksNeedingAttention } from '@alyx/client'
import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ago } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { ofTasks } from '../tasks/queries.ts'

const SHOWN = 5
/** Steps fail by the hundred while a machine is ill: asking now and then is enough for a first page. */
const LOOK_AGAIN_MS = 60_000

/** Tasks that failed for good, those that failed alike as one line. */
export function FailedTasks() {
  const { data, error } = useQuery({
    queryKey: ofTasks('attention'),
    queryFn: () => tasksNeedingAttention(client.connection),
    refetchInterval: LOOK_AGAIN_MS,
  })
  const failed = data?.reduce((sum, { count }) => sum + count, 0) ?? 0
  return (
    <section className="card home-part" aria-labelledby="home-tasks">
      <div className="home-part-head">
        <Title order={2} id="home-tasks">
          Tasks that need somebody
        </Title>
        {failed > 0 && (
          <Link className="home-link" to="/tasks/" search={{ view: 'attention' }}>
            all {failed}
          </Link>
        )}
      </div>
      {error && !data && <Text role="alert">{error.message}</Text>}
      {data?.length === 0 && (
        <Text size="sm" className="soft">
          Nothing failed for good. How far the processing is stands under{' '}
          <Link className="home-link" to="/tasks/" search={{}}>
            tasks
          </Link>
          .
        </Text>
      )}
      <ul className="home-rows">
        {data?.slice(0, SHOWN).map(({ name, graph, error_type, count, newest }) => (
          <li key={`${graph} ${name} ${error_type}`}>
            <Link className="home-item" to="/tasks/" search={{ view: 'attention' }}>
              <span className="home-name">
                {count} × {name ?? '(no name)'}
              </span>
              <span className="soft">
                {error_type ?? 'unknown'}, {ago(newest)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
