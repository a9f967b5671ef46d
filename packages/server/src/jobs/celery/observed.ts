import { type Database, type Db, sql } from '../../database/index.ts'
import { endAttempt, lockAttempt } from '../queue/attempt.ts'
import type { Ending } from '../queue/retry.ts'
import type { Observation } from './answers.ts'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Writes down what was observed of an attempt. The first observation of its end counts, be it an answer, an event or the
 * worker's own record; what is observed later of the same attempt changes nothing.
 *
 * @returns whether the attempt ended by it
 */
export async function noteObservation(database: Database, seen: Observation): Promise<boolean> {
  if (!UUID.test(seen.id)) return false
  switch (seen.kind) {
    case 'received':
    case 'started':
      await noteBegun(database, seen)
      return false
    case 'progress':
    case 'retrying':
      await noteProgress(database, seen)
      return false
    default:
      return noteEnd(database, seen)
  }
}

/**
 * A message may come to another worker, or to another process of the same name, when its connection was lost: from then on
 * it is theirs.
 */
async function noteBegun(database: Database, { id, kind, worker }: Observation): Promise<void> {
  await database.execute(sql`
    with taker as (select (select w.id from alyx.worker w where w.kind = 'celery' and w.name = ${worker ?? ''}::text) as id)
    update alyx.job_attempt a
       set received_at = case when a.received_at is null or ${kind}::text = 'received' or taker.id <> a.worker_id
                              then clock_timestamp() else a.received_at end,
           published_at = coalesce(a.published_at, clock_timestamp()),
           started_at = case when ${kind}::text = 'started' then coalesce(a.started_at, clock_timestamp()) else a.started_at end,
           heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => a.lease_seconds),
           worker_id = coalesce(taker.id, a.worker_id)
      from taker
     where a.id = ${id} and a.executor = 'celery' and a.ended_at is null`)
}

async function noteProgress(database: Database, { id, progress, message, errorMessage }: Observation): Promise<void> {
  await database.execute(sql`
    update alyx.job_attempt a
       set started_at = coalesce(a.started_at, clock_timestamp()), heartbeat_at = clock_timestamp(),
           lease_until = clock_timestamp() + make_interval(secs => a.lease_seconds),
           progress = coalesce(${progress ?? null}::real, a.progress), message = coalesce(${message ?? errorMessage ?? null}::text, a.message)
     where a.id = ${id} and a.executor = 'celery' and a.ended_at is null`)
}

async function noteEnd(database: Database, seen: Observation): Promise<boolean> {
  return database.transaction(
    async (db) => {
      const held = await lockAttempt(db, seen.id)
      if (!held || held.outcome !== null || held.polled) return false
      const ending =
        seen.kind === 'succeeded' ? await endingOfReturn(db, seen.id) : endingOf(seen, held.cancel_requested)
      await db.execute(sql`
        update alyx.job_attempt set started_at = coalesce(started_at, received_at, claimed_at), published_at = coalesce(published_at, clock_timestamp())
         where id = ${seen.id}`)
      await endAttempt(db, held, ending)
      return true
    },
    { context: { source: 'server', reason: 'heard from a worker of Celery' } },
  )
}

/** Errors that say something about the machine and nothing about the task. */
const LOST = new Set(['WorkerLostError', 'Terminated'])

function endingOf({ kind, errorType = 'Exception', errorMessage = '' }: Observation, cancelAsked: boolean): Ending {
  if (kind === 'revoked') {
    const why = cancelAsked
      ? 'It was cancelled.'
      : `It was revoked at the broker, not by this server. ${errorMessage}`.trim()
    return { outcome: 'cancelled', detail: 'Abandoned', errorType: 'Revoked', errorMessage: why }
  }
  if (kind === 'rejected')
    return {
      outcome: 'failed',
      detail: 'Errored',
      errorType: 'Rejected',
      errorMessage: 'A worker refused the message.',
    }
  if (LOST.has(errorType)) return { outcome: 'lost', errorType: 'WorkerLost', errorMessage }
  if (errorType === 'NotRegistered') {
    // As an answer tells it, and as an event does.
    const [line = ''] = errorMessage.split('\n')
    const name = /^NotRegistered\(['"](.+)['"]\)$/.exec(line)?.[1] ?? line
    const told = `No worker that takes from this queue knows the step ${name}: start a worker that has its pipeline, or correct the name.`
    return { outcome: 'failed', detail: 'Errored', errorType, errorMessage: told }
  }
  return { outcome: 'failed', detail: 'Errored', errorType, errorMessage }
}

/** How pypelines names the file that it writes the log of a step to. */
const LOG_FILE = 'task_log.'

/**
 * A task that returned while its attempt is open. Workers of pypelines write the record before they return, and swallow
 * every error: one that wrote the name of its log and no outcome could not reach us in the end. Any other task says by
 * returning that it succeeded.
 */
async function endingOfReturn(db: Db, attempt: string): Promise<Ending> {
  const [[silent] = []] = await db.rows(sql`
    select starts_with(coalesce(t.log, ''), ${LOG_FILE}::text) and t.datetime >= a.claimed_at
      from alyx.job_attempt a join jobs_task t on t.id = a.task_id where a.id = ${attempt}`)
  if (silent !== 't') return { outcome: 'succeeded', detail: 'Complete' }
  return {
    outcome: 'failed',
    detail: 'Errored',
    errorType: 'OutcomeNotWritten',
    errorMessage: 'Its worker ended the step and could not write how it went: look at its log.',
    transient: true,
  }
}
