import { type Db, sql } from '../../database/index.ts'

/** The queue in numbers, for whoever watches the server. */
export interface QueueReadings {
  /** Tasks that are not over, by the number of their status. */
  readonly tasks: ReadonlyMap<number, number>
  readonly ready: number
  /** Seconds for which the oldest ready task has waited; 0 when there is none. */
  readonly oldestReadySeconds: number
  readonly needAttention: number
  /** Attempts under way, by executor. */
  readonly running: ReadonlyMap<string, number>
  /** Attempts that ended in the last hour, by outcome. */
  readonly endedInHour: ReadonlyMap<string, number>
  /** Workers that were heard of in the last two minutes. */
  readonly workers: number
  /** 1 when the broker is connected, 0 when it should be and is not; undefined when none is set. */
  readonly broker: number | undefined
}

const numbers = (pairs: Readonly<Record<string, number>> | null): Map<string, number> =>
  new Map(Object.entries(pairs ?? {}))

interface Row {
  tasks: Record<string, number> | null
  ready: number
  oldest: number
  attention: number
  running: Record<string, number> | null
  ended: Record<string, number> | null
  workers: number
  broker: string | null
}

/** One statement over indexes of what is not over. */
export async function readQueue(db: Db): Promise<QueueReadings> {
  const [row] = await db.objects<Row>(sql`
    select (select jsonb_object_agg(status, n) from (select status, count(*) as n from alyx.job where status in (20, 25, 30) group by 1) s) as tasks,
           ready.n::integer as ready, ready.oldest,
           (select count(*)::integer from alyx.job where attention_at is not null) as attention,
           (select jsonb_object_agg(executor, n) from (select executor, count(*) as n from alyx.job_attempt where ended_at is null group by 1) s) as running,
           (select jsonb_object_agg(outcome, n) from (select outcome, count(*) as n from alyx.job_attempt
              where ended_at > clock_timestamp() - interval '1 hour' group by 1) s) as ended,
           (select count(*)::integer from alyx.worker where last_seen > clock_timestamp() - interval '2 minutes') as workers,
           (select state from alyx.broker_state) as broker
      from (select count(*) as n, coalesce(extract(epoch from clock_timestamp() - min(queued_at)), 0)::float8 as oldest
              from alyx.job where status = 20 and unmet = 0 and (not_before is null or not_before <= clock_timestamp())) ready`)
  const { tasks, ready, oldest, attention, running, ended, workers, broker } = row!
  return {
    tasks: new Map([...numbers(tasks)].map(([status, count]) => [Number(status), count])),
    ready,
    oldestReadySeconds: oldest,
    needAttention: attention,
    running: numbers(running),
    endedInHour: numbers(ended),
    workers,
    broker: broker === null || broker === 'off' ? undefined : Number(broker === 'up'),
  }
}
