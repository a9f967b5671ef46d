import { type Database, sql } from '../../database/index.ts'
import { endAttempt, lockAttempt } from '../queue/attempt.ts'
import type { Control } from './control.ts'

interface Wanted {
  id: string
  sent: boolean
  begun: boolean
  pool: string | null
  worker: string | null
}

/** Why a task goes on that somebody wants to end. */
const SOLO_GOES_ON =
  'Its worker runs one step at a time and cannot be interrupted: it is not stopped before this step ends.'
const WAITS_FOR_REVOCATION = 'Told the workers to leave it out: it ends when one of them comes to it.'

/**
 * Carries out what people asked: what the broker does not have yet ends here; what waits is revoked; what runs is killed
 * by its worker, if the worker can. The end is what a worker says then, and is seen by the observers.
 */
export async function cancelWanted(database: Database, control: Control | undefined): Promise<void> {
  const wanted = await database.objects<Wanted>(sql`
    select a.id, a.published_at is not null as sent, a.started_at is not null as begun, w.info ->> 'pool' as pool, w.name as worker
      from alyx.job_attempt a join alyx.job j on j.task_id = a.task_id left join alyx.worker w on w.id = a.worker_id
     where a.executor = 'celery' and a.ended_at is null and j.cancel_requested_at is not null limit 200`)
  for (const { id } of wanted.filter(({ sent }) => !sent)) await endHere(database, id)
  const sent = wanted.filter((one) => one.sent)
  if (sent.length === 0 || control === undefined) return
  const waiting = sent.filter(({ begun }) => !begun).map(({ id }) => id)
  if (waiting.length > 0) {
    await control.ask('revoke', {
      arguments: { task_id: waiting, terminate: false, signal: 'SIGTERM' },
      patienceMs: 500,
    })
    await say(database, waiting, WAITS_FOR_REVOCATION)
  }
  const solo = sent.filter(({ begun, pool }) => begun && pool === 'solo').map(({ id }) => id)
  if (solo.length > 0) await say(database, solo, SOLO_GOES_ON)
  const running = sent.filter(({ begun, pool }) => begun && pool !== 'solo').map(({ id }) => id)
  if (running.length > 0)
    await control.ask('revoke', {
      arguments: { task_id: running, terminate: true, signal: 'SIGTERM' },
      patienceMs: 500,
    })
}

async function endHere(database: Database, attempt: string): Promise<void> {
  await database.transaction(
    async (db) => {
      const held = await lockAttempt(db, attempt)
      const [unsent] = await db.rows(
        sql`select from alyx.job_attempt where id = ${attempt} and ended_at is null and published_at is null for update`,
      )
      if (held && unsent) await endAttempt(db, held, { outcome: 'cancelled', detail: 'Abandoned' })
    },
    { context: { source: 'server', reason: 'cancelled before it was sent' } },
  )
}

const say = (database: Database, attempts: readonly string[], message: string) =>
  database.execute(sql`
    update alyx.job_attempt set message = ${message}::text
     where id = any(${attempts}::uuid[]) and message is distinct from ${message}::text`)
