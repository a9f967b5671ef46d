import { type Database, type Db, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'
import { isoMoment } from './moments.ts'
import { decide, type Ending, type Tries } from './retry.ts'

/** What a worker tells while it works. */
export interface Pulse {
  /** From 0 to 1. */
  readonly progress?: number
  readonly message?: string
  readonly step?: string
}

export interface PulseAnswer {
  readonly lease_until: string
  readonly cancel_requested: boolean
  readonly log_bytes: number
}

/** What became of an attempt that is reported on too late. */
export interface Superseded {
  readonly superseded: true
  readonly outcome: string
}

/**
 * Renews the lease of an attempt, by the clock of the database. One statement unless it is refused.
 *
 * @throws Refused `missing`, `forbidden`, or `conflict` with `Superseded` when the attempt has ended
 */
export async function heartbeat(db: Db, actor: Actor, attempt: string, pulse: Pulse): Promise<PulseAnswer> {
  const [answer] = await db.objects<PulseAnswer>(sql`
    with renewed as (
      update alyx.job_attempt a
         set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => a.lease_seconds),
             started_at = coalesce(a.started_at, clock_timestamp()),
             progress = coalesce(${pulse.progress ?? null}::real, a.progress), message = coalesce(${pulse.message ?? null}::text, a.message),
             step = coalesce(${pulse.step ?? null}::text, a.step)
       where a.id = ${attempt} and a.ended_at is null and a.claimed_by = ${actor.id}
      returning *
    ), seen as (
      update alyx.worker w set last_seen = clock_timestamp() from renewed a
       where w.id = a.worker_id and w.last_seen < clock_timestamp() - interval '5 seconds'
    )
    select ${isoMoment('a.lease_until')} as lease_until, j.cancel_requested_at is not null as cancel_requested, a.log_bytes::float8 as log_bytes
      from renewed a join alyx.job j on j.task_id = a.task_id`)
  return answer ?? refuse(db, actor, attempt)
}

/** Why an attempt cannot be reported on. */
async function refuse(db: Db, actor: Actor, attempt: string): Promise<never> {
  const [found] = await db.objects<{ claimed_by: string | null; outcome: string | null }>(
    sql`select claimed_by, outcome from alyx.job_attempt where id = ${attempt}`,
  )
  if (!found) throw new Refused('missing', `There is no attempt "${attempt}".`)
  if (found.claimed_by !== actor.id)
    throw new Refused('forbidden', 'This attempt belongs to the worker of somebody else.')
  const details: Superseded = { superseded: true, outcome: found.outcome ?? 'open' }
  throw new Refused('conflict', `This attempt has ended already (${details.outcome}): stop working on it.`, { details })
}

/** How an attempt ended, as its worker tells. */
export interface Finish extends Ending {
  readonly version?: string
  readonly elapsedSeconds?: number
}

export interface Finished {
  /** Number of the task's status from now on. */
  readonly status: number
  /** When it will be tried again; null when it will not. */
  readonly retry_at: string | null
}

interface Held extends Tries {
  task_id: string
  claimed_by: string | null
  outcome: string | null
  detail: string | null
  retry_at: string | null
  status: number
}

/**
 * Ends an attempt, and with it its task, or puts the task back to be tried again. Two statements in one transaction; its
 * children are told by the database. The same report again gets the same answer.
 *
 * @throws Refused `missing`, `forbidden`, or `conflict` with `Superseded` when the attempt had been given up: the report is
 *   kept beside it, and changes nothing else
 */
export async function finishAttempt(
  database: Database,
  actor: Actor,
  attempt: string,
  finish: Finish,
): Promise<Finished> {
  const answer = await database.transaction(
    async (db) => {
      const held = await lockAttempt(db, attempt)
      if (!held || held.claimed_by !== actor.id) return refuse(db, actor, attempt)
      if (held.outcome === null) return endAttempt(db, attempt, held, finish)
      if (held.outcome === finish.outcome) return { status: held.status, retry_at: held.retry_at }
      await db.execute(sql`update alyx.job_attempt set late_outcome = ${finish.outcome}::text where id = ${attempt}`)
      return undefined
    },
    { context: { source: 'native', user: actor.id, username: actor.username } },
  )
  return answer ?? refuse(database, actor, attempt)
}

/** The attempt with its task, which is locked: whoever wants to change either must come through here. */
export async function lockAttempt(db: Db, attempt: string): Promise<Held | undefined> {
  // The task first, as every writer of tasks does; what belongs to the attempt is read once nobody can change it.
  await db.execute(sql`
    select from jobs_task where id = (select task_id from alyx.job_attempt where id = ${attempt}) for no key update`)
  const [held] = await db.objects<Held>(sql`
    select a.task_id, a.claimed_by, a.outcome, a.detail, ${isoMoment('a.retry_at')} as retry_at, t.status,
           j.tries, j.max_attempts, j.backoff_seconds, j.cancel_requested_at is not null as cancel_requested, a.executor = 'poller' as polled
      from alyx.job_attempt a join jobs_task t on t.id = a.task_id join alyx.job j on j.task_id = a.task_id
     where a.id = ${attempt}`)
  return held
}

/** Bytes of the end of a log that the public record keeps, for those who read nothing else. */
const PUBLIC_LOG_BYTES = 65_536

/** Ends an open attempt, whose task is locked, and writes what becomes of the task. */
export async function endAttempt(db: Db, attempt: string, held: Tries, finish: Finish): Promise<Finished> {
  const { status, retryInSeconds, attention, outcome } = decide(finish, held)
  const ended = status !== 20
  const [answer] = await db.objects<{ retry_at: string | null }>(sql`
    with ended as (
      update alyx.job_attempt
         set ended_at = clock_timestamp(), outcome = ${outcome}::text, detail = ${finish.detail ?? null}::text,
             error_type = ${finish.errorType ?? null}::text, error_message = ${finish.errorMessage ?? null}::text,
             transient = ${finish.transient ?? null}::boolean, version = coalesce(${finish.version ?? null}::text, version),
             elapsed_seconds = coalesce(${finish.elapsedSeconds ?? null}::float8, extract(epoch from clock_timestamp() - started_at)),
             progress = case when ${outcome}::text = 'succeeded' then 1 else progress end,
             retry_at = clock_timestamp() + make_interval(secs => ${retryInSeconds ?? null}::float8)
       where id = ${attempt} and ended_at is null
      returning id, task_id, version, elapsed_seconds, retry_at, log_bytes
    ), tail as (
      select e.*, (select right(string_agg(l.text, '' order by l."offset"), ${PUBLIC_LOG_BYTES}::integer) from alyx.job_log l
                    where l.attempt_id = e.id and l."offset" > e.log_bytes - ${4 * PUBLIC_LOG_BYTES}::integer) as log
        from ended e
    ), written as (
      update jobs_task t
         set status = ${status}::integer, datetime = clock_timestamp(),
             version = case when ${ended}::boolean then coalesce(left(e.version, 64), t.version) else t.version end,
             time_elapsed_secs = case when ${ended}::boolean then e.elapsed_seconds else t.time_elapsed_secs end,
             log = coalesce(e.log, case when ${ended}::boolean then ${finish.errorMessage ?? null}::text end, t.log)
        from tail e where t.id = e.task_id
    )
    select ${isoMoment('retry_at')} as retry_at from ended`)
  // After the triggers, which forget what belonged to the state before.
  if (retryInSeconds !== undefined || attention !== undefined || outcome === 'released') {
    await db.execute(sql`
      update alyx.job set tries = case when ${outcome}::text = 'released' then greatest(tries - 1, 0) else tries end,
             not_before = (select retry_at from alyx.job_attempt where id = ${attempt}), attention = ${attention ?? null}::text,
             attention_at = ${attention === undefined ? sql`null` : sql`clock_timestamp()`}
       where task_id = (select task_id from alyx.job_attempt where id = ${attempt})`)
  }
  return { status, retry_at: answer?.retry_at ?? null }
}
