import { type Database, sql } from '../../database/index.ts'
import { isoMoment } from './moments.ts'

/** A call of a web hook. */
export interface FailureCall {
  /** The same for each try. */
  readonly id: string
  readonly url: string
  readonly secret: string
  /** JSON. */
  readonly body: string
}

interface Due extends FailureCall {
  tries: number
}

/** Made at the same time; the slowest of them keeps the next ones waiting for seconds. */
const BATCH = 20
/** For so long nobody else makes a call that was begun: longer than the longest patience with an answer. */
const BEGUN_SECONDS = 60
const FIRST_PAUSE_SECONDS = 30
const LONGEST_PAUSE_SECONDS = 3600
/** Nine hours: somebody who comes in the morning can mend what takes the calls. */
const MOST_TRIES = 16
const KEPT_DAYS = 30

/**
 * Makes the calls that are due, and notes what became of them. The failures were committed with their calls; several
 * servers may do so at the same time, and a call whose server dies is made again.
 *
 * @param make throws when nobody took the call, with why
 * @returns how many were taken
 */
export async function makeFailureCalls(
  database: Database,
  make: (call: FailureCall) => Promise<void>,
): Promise<number> {
  const due = await begunCalls(database)
  const outcomes = await Promise.all(
    due.map(async ({ id, url, secret, body, tries }) => {
      const error = await make({ id, url, secret, body }).then(
        () => null,
        (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).slice(0, 1000),
      )
      return { id, error, pause: Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (tries - 1)) }
    }),
  )
  if (outcomes.length === 0) return 0
  await database.execute(sql`
    update alyx.failure_call c
       set last_error = o.error, next_at = clock_timestamp() + make_interval(secs => o.pause),
           ended_at = case when o.error is null or c.tries >= ${MOST_TRIES}::integer then clock_timestamp() end,
           taken = case when o.error is null then true when c.tries >= ${MOST_TRIES}::integer then false end
      from jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb) as o(id uuid, error text, pause float8)
     where c.id = o.id and c.ended_at is null`)
  return outcomes.filter(({ error }) => error === null).length
}

/** Says first that they are being made: a call may be made twice, and must not be forgotten. */
function begunCalls(database: Database): Promise<Due[]> {
  return database.objects<Due>(sql`
    with due as (
      select id from alyx.failure_call where ended_at is null and next_at <= clock_timestamp()
       order by next_at limit ${BATCH}::integer for update skip locked
    ), begun as (
      update alyx.failure_call c set tries = c.tries + 1, next_at = clock_timestamp() + make_interval(secs => ${BEGUN_SECONDS}::integer)
        from due d where c.id = d.id returning c.*
    )
    select c.id, r.url, r.secret, c.tries, json_build_object(
             'event', 'task.failed', 'call', c.id, 'failed_at', ${isoMoment('c.failed_at')}, 'task', t.id, 'name', t.name, 'graph', t.graph,
             'executable', t.executable, 'session', t.session_id, 'lab', l.name, 'subject', u.nickname,
             'attention', j.attention, 'error_type', a.error_type, 'error_message', left(a.error_message, 4000))::text as body
      from begun c join alyx.failure_rule r on r.id = c.rule_id
      join jobs_task t on t.id = c.task_id join alyx.job j on j.task_id = c.task_id
      left join actions_session s on s.id = t.session_id left join subjects_subject u on u.id = s.subject_id left join misc_lab l on l.id = s.lab_id
      left join lateral (select error_type, error_message from alyx.job_attempt a
                          where a.task_id = c.task_id and a.outcome in ('failed', 'lost') order by a.number desc limit 1) a on true`)
}

/** Forgets calls that were made or given up long ago. */
export async function forgetOldCalls(database: Database): Promise<void> {
  await database.execute(
    sql`delete from alyx.failure_call where ended_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS}::integer)`,
  )
}
