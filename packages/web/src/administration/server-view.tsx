import { type ServerStatus, serverStatus } from '@alyx/client'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Facts } from '../frame/facts.tsx'
import { Panel } from '../frame/panel.tsx'
import { inBytes, inLocalTime, inSeconds, inThousands } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { Answer } from './answer.tsx'
import { LOOK_AGAIN_MS } from './queries.ts'

const BROKER: Readonly<Record<ServerStatus['broker']['state'], string>> = {
  off: 'off: none is configured',
  connecting: 'connecting',
  up: 'connected',
  down: 'cannot be reached',
}

/** How it is with the process, its database, the queue and the broker. */
export function ServerView() {
  const status = useQuery({
    queryKey: ['administration', 'status'],
    queryFn: () => serverStatus(client.connection),
    refetchInterval: LOOK_AGAIN_MS,
  })
  return <Answer of={status}>{(data) => <Status {...data} />}</Answer>
}

/** `120 waiting, 6 started` */
const inCounts = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${inThousands(count)} ${name}`)
    .join(', ')

function Status({ database, migrations, process, queue, broker, web_sessions, last_change_at }: ServerStatus) {
  return (
    <>
      <Panel title="Database">
        <Facts
          facts={[
            ['PostgreSQL', database.version],
            ['Size', inBytes(database.size_bytes)],
            ['Runs since', inLocalTime(database.started_at)],
            ['Migrations applied', String(migrations.count)],
            ['The latest', migrations.last],
            ['Last change of a record', last_change_at ? inLocalTime(last_change_at) : 'none yet'],
          ]}
        />
      </Panel>
      <Panel title="This process">
        <Facts
          facts={[
            ['Memory', inBytes(process.memory_bytes)],
            ['Runs for', inSeconds(process.up_seconds)],
            ['Node', process.node],
            ['People signed in with a browser', `${inThousands(web_sessions)} web sessions`],
          ]}
        />
      </Panel>
      <Panel title="Queue" beside={<Link to="/tasks/">Tasks</Link>}>
        <Facts
          facts={[
            ['Unfinished tasks', inCounts(queue.tasks) || 'none'],
            ['Ready to begin', inThousands(queue.ready)],
            [
              'The oldest has waited',
              queue.oldest_ready_seconds === null ? undefined : inSeconds(queue.oldest_ready_seconds),
            ],
            ['Need attention', inThousands(queue.need_attention)],
            ['Running', inCounts(queue.running) || 'none'],
            ['Machines heard of in two minutes', String(queue.workers)],
          ]}
        />
      </Panel>
      <Panel title="Broker to workers of Celery">
        <Facts
          facts={[
            ['State', BROKER[broker.state]],
            ['Since', broker.since && inLocalTime(broker.since)],
            ['Why', broker.reason],
            ['Version', broker.broker_version],
            ...(broker.state === 'off'
              ? []
              : ([
                  ['Not sent yet', String(broker.unsent)],
                  ['Sent', String(broker.queued)],
                  ['Running', String(broker.running)],
                ] as const)),
          ]}
        />
      </Panel>
    </>
  )
}
