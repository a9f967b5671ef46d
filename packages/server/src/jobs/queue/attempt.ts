import { type Database, type Db, SerializationFailure, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'
import { WAITING } from '../task-status.ts'
import { isoMoment } from './moments.ts'
import { type Decision, decide, type Ending, type Tries } from './retry.ts'

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
  const [found] = await db.objects<Known>(sql`select claimed_by, outcome from alyx.job_attempt where id = ${attempt}`)
  throw refusal(attempt, actor, found)
}

interface Known {
  readonly claimed_by: string | null
  readonly outcome: string | null
}

function refusal(attempt: string, actor: Actor, found: Known | undefined): Refused {
  if (!found) return new Refused('missing', `There is no attempt "${attempt}".`)
  if (found.claimed_by !== actor.id)
    return new Refused('forbidden', 'This attempt belongs to the worker of somebody else.')
  const details: Superseded = { superseded: true, outcome: found.outcome ?? 'open' }
  return new Refused('conflict', `This attempt has ended already (${details.outcome}): stop working on it.`, {
    details,
  })
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

/** What is said of an attempt. */
export interface Report {
  readonly attempt: string
  readonly finish: Finish
}

interface Held extends Tries {
  attempt: string
  task_id: string
  claimed_by: string | null
  outcome: string | null
  retry_at: string | null
  status: number
}

/**
 * Ends attempts, and with each its task, or puts the task back to be tried again. Four statements in one transaction,
 * whatever the number; children are told by the database. The same report again gets the same answer.
 *
 * @returns for each report its answer, or Refused `missing`, `forbidden`, or `conflict` with `Superseded` when the attempt had
 *   been given up: the report is kept beside it, and changes nothing else
 */
export async function finishTogether(
  database: Database,
  actor: Actor,
  reports: readonly Report[],
): Promise<(Finished | Refused)[]> {
  const answers = new Array<Finished | Refused>(reports.length)
  let left = [...reports.keys()]
  while (left.length > 0) {
    // What is said of the same attempt a second time is judged by what the first has made of it.
    const seen = new Set<string>()
    const now = left.filter((at) => !seen.has(reports[at]!.attempt) && seen.add(reports[at]!.attempt))
    const group = now.map((at) => reports[at]!)
    for (const [nth, answer] of (await inOneTransaction(database, actor, group)).entries()) answers[now[nth]!] = answer
    left = left.filter((at) => !now.includes(at))
  }
  return answers
}

async function inOneTransaction(database: Database, actor: Actor, reports: readonly Report[]) {
  try {
    return await database.transaction((db) => finishAll(db, actor, reports), {
      context: { source: 'native', user: actor.id, username: actor.username },
    })
  } catch (error) {
    // Somebody who wrote the same tasks was in the way of one of them, and the others need not suffer for that.
    if (!(error instanceof SerializationFailure) || reports.length === 1) throw error
    const answers: (Finished | Refused)[] = []
    for (const report of reports) answers.push(...(await finishTogether(database, actor, [report])))
    return answers
  }
}

async function finishAll(db: Db, actor: Actor, reports: readonly Report[]): Promise<(Finished | Refused)[]> {
  const held = await lockAttempts(
    db,
    reports.map(({ attempt }) => attempt),
  )
  const own = (attempt: string) => {
    const found = held.get(attempt)
    return found?.claimed_by === actor.id ? found : undefined
  }
  const open = reports.filter(({ attempt }) => own(attempt)?.outcome === null)
  const ended = await endAttempts(
    db,
    open.map(({ attempt, finish }) => ({ held: held.get(attempt)!, finish })),
  )
  const late = reports.filter(({ attempt, finish }) => {
    const before = own(attempt)?.outcome
    return typeof before === 'string' && before !== finish.outcome
  })
  if (late.length > 0)
    await db.execute(sql`
      update alyx.job_attempt a set late_outcome = l.outcome
        from unnest(${late.map(({ attempt }) => attempt)}::uuid[], ${late.map(({ finish }) => finish.outcome)}::text[]) as l(id, outcome)
       where a.id = l.id`)
  return reports.map(({ attempt, finish }) => {
    const found = own(attempt)
    if (found?.outcome === finish.outcome) return { status: found.status, retry_at: found.retry_at }
    return ended.get(attempt) ?? refusal(attempt, actor, held.get(attempt))
  })
}

/** Attempts with their tasks, which are locked: whoever wants to change either must come through here. */
async function lockAttempts(db: Db, attempts: readonly string[]): Promise<Map<string, Held>> {
  // The tasks first, as every writer of tasks does; what belongs to the attempts is read once nobody can change it.
  await db.execute(sql`
    select from jobs_task where id = any(array(select task_id from alyx.job_attempt where id = any(${attempts}::uuid[])))
     order by id for no key update`)
  const held = await db.objects<Held>(sql`
    select a.id as attempt, a.task_id, a.claimed_by, a.outcome, ${isoMoment('a.retry_at')} as retry_at, t.status,
           j.tries, j.max_attempts, j.backoff_seconds, j.cancel_requested_at is not null as cancel_requested, a.executor = 'poller' as polled
      from alyx.job_attempt a join jobs_task t on t.id = a.task_id join alyx.job j on j.task_id = a.task_id
     where a.id = any(${attempts}::uuid[])`)
  return new Map(held.map((one) => [one.attempt, one]))
}

/** One attempt with its task, which is locked. */
export const lockAttempt = async (db: Db, attempt: string): Promise<Held | undefined> =>
  (await lockAttempts(db, [attempt])).get(attempt)

/** Bytes of the end of a log that the public record keeps, for those who read nothing else. */
const PUBLIC_LOG_BYTES = 65_536

/** Ends open attempts, whose tasks are locked, and writes what becomes of the tasks. @returns by attempt */
async function endAttempts(
  db: Db,
  endings: readonly { readonly held: Held; readonly finish: Finish }[],
): Promise<Map<string, Finished>> {
  if (endings.length === 0) return new Map()
  const decided = endings.map(({ held, finish }) => ({ attempt: held.attempt, finish, ...decide(finish, held) }))
  const written = JSON.stringify(
    decided.map(({ attempt, finish, status, outcome, retryInSeconds }) => ({
      attempt,
      status,
      outcome,
      detail: finish.detail,
      error_type: finish.errorType,
      error_message: finish.errorMessage,
      transient: finish.transient,
      version: finish.version,
      elapsed_seconds: finish.elapsedSeconds,
      retry_in_seconds: retryInSeconds,
    })),
  )
  // The keys are given once more as lists, for which PostgreSQL always reads by the key: of a document it assumes a hundred
  // rows, for which it reads whole tables.
  const ended = await db.objects<{ id: string; retry_at: string | null }>(sql`
    with told as materialized (
      select * from jsonb_to_recordset(${written}::jsonb) as e(attempt uuid, status integer, outcome text, detail text,
        error_type text, error_message text, transient boolean, version text, elapsed_seconds float8, retry_in_seconds float8)
    ), ended as (
      update alyx.job_attempt a
         set ended_at = clock_timestamp(), outcome = e.outcome, detail = e.detail, error_type = e.error_type,
             error_message = e.error_message, transient = e.transient, version = coalesce(e.version, a.version),
             elapsed_seconds = coalesce(e.elapsed_seconds, extract(epoch from clock_timestamp() - a.started_at)),
             progress = case when e.outcome = 'succeeded' then 1 else a.progress end,
             retry_at = clock_timestamp() + make_interval(secs => e.retry_in_seconds)
        from told e
       where a.id = e.attempt and a.id = any(${decided.map(({ attempt }) => attempt)}::uuid[]) and a.ended_at is null
      returning a.id, a.task_id, a.version, a.elapsed_seconds, a.retry_at, a.log_bytes, e.status, e.error_message
    ), tail as (
      select e.*, e.status <> ${WAITING}::integer as over,
             (select right(string_agg(l.text, '' order by l."offset"), ${PUBLIC_LOG_BYTES}::integer) from alyx.job_log l
               where l.attempt_id = e.id and l."offset" > e.log_bytes - ${4 * PUBLIC_LOG_BYTES}::integer) as log
        from ended e
    ), written as (
      update jobs_task t
         set status = e.status, datetime = clock_timestamp(),
             version = case when e.over then coalesce(left(e.version, 64), t.version) else t.version end,
             time_elapsed_secs = case when e.over then e.elapsed_seconds else t.time_elapsed_secs end,
             log = coalesce(e.log, case when e.over then e.error_message end, t.log)
        from tail e where t.id = e.task_id and t.id = any(array(select task_id from ended))
    )
    select id, ${isoMoment('retry_at')} as retry_at from ended`)
  await noteWhatFollows(db, decided)
  const retries = new Map(ended.map(({ id, retry_at }) => [id, retry_at]))
  return new Map(decided.map(({ attempt, status }) => [attempt, { status, retry_at: retries.get(attempt) ?? null }]))
}

/** After the triggers, which forget what belonged to the state before. */
async function noteWhatFollows(db: Db, decided: readonly (Decision & { readonly attempt: string })[]): Promise<void> {
  const told = decided.filter(
    ({ retryInSeconds, attention, outcome }) =>
      retryInSeconds !== undefined || attention !== undefined || outcome === 'released',
  )
  if (told.length === 0) return
  await db.execute(sql`
    update alyx.job j
       set tries = case when a.outcome = 'released' then greatest(j.tries - 1, 0) else j.tries end, not_before = a.retry_at,
           attention = n.attention, attention_at = case when n.attention is not null then clock_timestamp() end
      from unnest(${told.map(({ attempt }) => attempt)}::uuid[], ${told.map(({ attention }) => attention ?? null)}::text[]) as n(attempt, attention)
      join alyx.job_attempt a on a.id = n.attempt
     where j.task_id = a.task_id`)
}

/** Ends one open attempt, whose task is locked. */
export async function endAttempt(db: Db, held: Held, finish: Finish): Promise<void> {
  await endAttempts(db, [{ held, finish }])
}
