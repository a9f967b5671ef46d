import { type Database, sql } from '../../database/index.ts'
import { endAttempt, lockAttempt } from './attempt.ts'

export interface Reaped {
  /** Attempts whose worker has been silent for too long. */
  readonly lost: number
}

/** Attempts looked at in one go; each is ended in a transaction of its own. */
const BATCH = 200
/** Workers that live renew within a minute of a server's return, whatever their leases. */
const LONGEST_PATIENCE_SECONDS = 120
/** Few messages are sent ahead, so none of them waits longer than the longest tasks before it. */
const LOST_MESSAGE_DAYS = 2
/** For so long workers of Celery are believed to work on behind a broker that is away. */
const UNHEARD_DAYS = 1

/**
 * Ends attempts whose lease has run out: their tasks are tried again, or somebody is told. Several servers may do so at
 * the same time. Where there was no server for a while, nobody could renew: a worker gets a lease's time from the start of
 * the server on. Programs that only write the public record renew nothing.
 * While the broker is away, and for a lease's time after it has come back, silence says nothing of workers of Celery, which
 * work on meanwhile; after a day it does.
 * Messages to Celery that lie in the outbox or in the queue of the broker are no silence of a worker; one that was sent and of
 * which nobody heard for days was lost by the broker.
 *
 * @param upSeconds for how long this server has been there to be called
 */
export async function reapLostAttempts(database: Database, upSeconds = Number.POSITIVE_INFINITY): Promise<Reaped> {
  const patience = Math.min(upSeconds, LONGEST_PATIENCE_SECONDS)
  let lost = 0
  for (;;) {
    const overdue = await database.rows(sql`
      select id from alyx.job_attempt
       where ended_at is null and lease_until < clock_timestamp() and (executor <> 'celery' or started_at is not null
              or published_at < clock_timestamp() - make_interval(days => ${LOST_MESSAGE_DAYS}::integer))
         and (executor <> 'celery' or lease_until < clock_timestamp() - make_interval(days => ${UNHEARD_DAYS}::integer)
              or not exists (select from alyx.broker_state b
                              where b.state in ('connecting', 'down')
                                 or b.state = 'up' and b.since > clock_timestamp() - make_interval(secs => lease_seconds)))
         and (executor = 'poller' or least(lease_seconds, ${LONGEST_PATIENCE_SECONDS}::integer) <= ${patience}::float8)
       order by lease_until limit ${BATCH}::integer`)
    for (const [attempt] of overdue) if (await giveUp(database, attempt!)) lost += 1
    if (overdue.length < BATCH) return { lost }
  }
}

/** @returns false when it was heard of meanwhile */
async function giveUp(database: Database, attempt: string): Promise<boolean> {
  return database.transaction(
    async (db) => {
      const held = await lockAttempt(db, attempt)
      if (!held || held.outcome !== null) return false
      const [still] = await db.rows(
        sql`select from alyx.job_attempt where id = ${attempt} and lease_until < clock_timestamp() for update`,
      )
      if (!still) return false
      await endAttempt(db, held, {
        outcome: 'lost',
        errorType: 'WorkerLost',
        errorMessage: 'Nothing was heard of its worker any more.',
      })
      return true
    },
    { context: { source: 'server', reason: 'the worker of a task was lost' } },
  )
}

/** Days for which ended attempts of a task are kept when newer ones follow, with their logs. */
const KEPT_DAYS = 90

/** Forgets attempts that ended long ago and were followed by others: the last one of each task stays. */
export async function forgetOldAttempts(database: Database): Promise<number> {
  return database.execute(sql`
    delete from alyx.job_attempt a
     where a.ended_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS}::integer)
       and exists (select from alyx.job_attempt b where b.task_id = a.task_id and b.number > a.number)`)
}

/**
 * Tells those who wait for work when the time of a task that had to wait has come: nothing else happens in the database then
 * of which they could hear.
 *
 * @returns what is to be done again and again; each time it looks at what has become due since the time before
 */
export function wakingDelayedTasks(database: Database): () => Promise<void> {
  let since = '-infinity'
  return async () => {
    const [[now] = []] = await database.rows(sql`
      with looked as materialized (
        select clock_timestamp() as at, exists (
          select from alyx.job where status = 20 and unmet = 0
             and not_before > ${since}::timestamptz and not_before <= clock_timestamp()) as due
      )
      select at, case when due then pg_notify('alyx_jobs', 'ready') end from looked`)
    since = now!
  }
}
