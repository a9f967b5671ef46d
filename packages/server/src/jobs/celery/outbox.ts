import { type Database, type Sql, sql } from '../../database/index.ts'
import { begin } from '../queue/begin.ts'
import { lockInTurn } from '../queue/turn.ts'
import type { Routes } from './routes.ts'

/** Seconds without a heartbeat of its worker after which an attempt that was begun is lost. */
const LEASE_SECONDS = 120

/** An attempt that is to be published. */
export interface Unsent {
  readonly attempt: string
  readonly number: number
  readonly task: string
  /** Name under which workers know the step. */
  readonly step: string
  readonly queue: string
  /** A word for the name of the result. */
  readonly extra: string | null
}

/** Places for more attempts, by queue. */
export type Places = ReadonlyMap<string, number>

/**
 * How many more attempts each queue may take: all that its workers can run at once and a few that wait at their door, so
 * that what is urgent is decided here and not by who came first to the broker.
 */
export async function placesOf(database: Database, routes: Routes, margin: number): Promise<Places> {
  const rows = await database.objects<{ queue: string; slots: number; taken: number }>(sql`
    select q.queue,
           coalesce((select sum(w.slots) from alyx.worker w
                      where w.kind = 'celery' and w.drained_at is null and w.info -> 'queues' ? q.queue
                        and w.last_seen > clock_timestamp() - interval '1 day' and coalesce(w.info ->> 'state', 'online') <> 'offline'), 0)::integer as slots,
           (select count(*)::integer from alyx.job_attempt a where a.executor = 'celery' and a.ended_at is null and a.queue = q.queue) as taken
      from unnest(${routes.queues}::text[]) as q(queue)`)
  return new Map(rows.map(({ queue, slots, taken }) => [queue, Math.max(0, slots + margin - taken)]))
}

/** Most that are taken in one transaction. */
const BATCH = 100

/**
 * Takes the tasks whose turn it is for a queue and writes their attempts, which lie in the outbox from then on.
 *
 * @returns their number
 */
export async function fillOutbox(
  database: Database,
  { app, routes, queue, places }: { app: string; routes: Routes; queue: string; places: number },
): Promise<number> {
  const most = Math.min(places, BATCH)
  if (most <= 0) return 0
  return database.transaction(
    async (db) => {
      const tasks = await lockInTurn(db, { executables: [app], wanted: goingTo(routes, queue), most })
      if (tasks.length === 0) return 0
      const beginnings = tasks.map(({ id }) => ({ task: id, worker: null, leaseSeconds: LEASE_SECONDS }))
      await begin(db, beginnings, { executor: 'celery', actor: null, queue })
      return tasks.length
    },
    { context: { source: 'server', reason: 'sent to the workers of Celery' } },
  )
}

/** Which tasks belong into a queue: a label is a need that the queue's workers meet. */
function goingTo({ byLabel, queueOf }: Routes, queue: string): Sql {
  const labels = [...byLabel].filter(([, to]) => to === queue).map(([label]) => label)
  const wantsGpu = labels.includes('gpu') ? sql`j.gpu > 0` : sql`false`
  if (queue !== queueOf) return sql`and j.labels <@ ${labels}::text[] and (cardinality(j.labels) > 0 or ${wantsGpu})`
  const gpuElsewhere = byLabel.has('gpu') && !labels.includes('gpu')
  return sql`and j.labels <@ ${labels}::text[] ${gpuElsewhere ? sql`and j.gpu <= 0` : sql``}`
}

/** What lies in the outbox, the oldest first. */
export function unsent(database: Database): Promise<Unsent[]> {
  return database.objects<Unsent>(sql`
    select a.id as attempt, a.number, a.task_id as task, coalesce(t.name, '') as step, coalesce(a.queue, '') as queue, j.extra
      from alyx.job_attempt a join jobs_task t on t.id = a.task_id join alyx.job j on j.task_id = a.task_id
     where a.executor = 'celery' and a.ended_at is null and a.published_at is null and j.cancel_requested_at is null
     order by a.claimed_at, a.id limit ${BATCH}::integer`)
}

/** Says that the broker has them. */
export async function markSent(database: Database, attempts: readonly string[]): Promise<void> {
  await database.execute(sql`
    update alyx.job_attempt set published_at = clock_timestamp(), message = null where id = any(${attempts}::uuid[]) and published_at is null`)
}

/** Says why one still lies in the outbox. */
export async function markKept(database: Database, attempts: readonly string[], why: string): Promise<void> {
  await database.execute(sql`
    update alyx.job_attempt set message = ${why}::text
     where id = any(${attempts}::uuid[]) and published_at is null and message is distinct from ${why}::text`)
}

const NOBODY_TAKES = 'No worker takes from its queue at the moment: it waits there.'

/** Says of what lies in a queue that there is nobody who takes it; nothing any more when there is. */
export async function noteConsumers(database: Database, queue: string, consumers: number): Promise<void> {
  const [says, instead] = consumers === 0 ? [NOBODY_TAKES, null] : [null, NOBODY_TAKES]
  await database.execute(sql`
    update alyx.job_attempt set message = ${says}::text
     where executor = 'celery' and ended_at is null and published_at is not null and received_at is null and started_at is null
       and queue = ${queue}::text and message is not distinct from ${instead}::text`)
}
