import { type Db, sql } from '../../database/index.ts'

/** What a worker reports of a task by writing its whole record, as it once read it. */
export interface WorkerRecord {
  readonly task: string
  /** Status as it is, and as the record says, by number; undefined when it says none. */
  readonly before: number
  readonly status: number | undefined
  /** The status in the worker's own words. */
  readonly word: string
  /** Name of the file with the log; of a step that could not begin, what went wrong stands here. */
  readonly log: string | undefined
}

/** How workers of pypelines say that a step failed before it began. */
const OUTSIDE = 'Uncatched_Fail'
const STARTED = 30
const ABANDONED = 45
const ENDED = 40
const SUCCEEDED = 50

/**
 * Notes what a worker of Celery says about its attempt, in its own words.
 *
 * @returns `own`: only what a worker knows of a task may be taken from its record, all else in it is old; `report`: nor may
 *   the status, because the attempt was given up; undefined when the task was not sent to Celery
 */
export async function noteWorkerRecord(
  db: Db,
  { task, before, status, word, log }: WorkerRecord,
): Promise<'own' | 'report' | undefined> {
  const [last] = await db.objects<{ id: string; executor: string; open: boolean }>(sql`
    select id, executor, ended_at is null as open from alyx.job_attempt where task_id = ${task} order by number desc limit 1`)
  if (last?.executor !== 'celery') return undefined
  const begins = status === STARTED
  await db.execute(sql`
    update alyx.job_attempt
       set started_at = coalesce(started_at, clock_timestamp()), heartbeat_at = clock_timestamp(),
           lease_until = clock_timestamp() + make_interval(secs => lease_seconds),
           detail = case when ${begins || status === undefined}::boolean then detail else ${word}::text end,
           error_type = case when ${word === OUTSIDE}::boolean then ${OUTSIDE}::text else error_type end,
           error_message = case when ${word === OUTSIDE}::boolean then ${log ?? null}::text else error_message end
     where id = ${last.id} and (ended_at is null or outcome in ('succeeded', 'failed'))`)
  if (last.open || status === undefined) return 'own'
  // Given up meanwhile: somebody cancelled it, or it waits to be tried again. Work that is done is welcome all the same.
  if (before === ABANDONED || status < ENDED) return 'report'
  return before < ENDED && status < SUCCEEDED ? 'report' : 'own'
}
