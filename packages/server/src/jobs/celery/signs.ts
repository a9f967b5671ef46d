import { type Database, sql } from '../../database/index.ts'
import type { Sign } from './answers.ts'

/** Heartbeats come every two seconds from each worker: written down this seldom. */
const WRITE_EVERY_MS = 10_000

/** Keeps the registry of workers by their own signs of life, and the leases of what they run. */
export class Signs {
  readonly #database: Database
  readonly #written = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  async note(sign: Sign): Promise<void> {
    const { worker, kind, version, pid } = sign
    const last = this.#written.get(worker) ?? Number.NEGATIVE_INFINITY
    if (kind === 'heartbeat' && performance.now() - last < WRITE_EVERY_MS) return
    if (kind === 'online') await this.#forgetBefore(worker, pid)
    this.#written.set(worker, performance.now())
    if (kind === 'offline') this.#written.delete(worker)
    const state = kind === 'offline' ? 'offline' : 'online'
    const [, host = ''] = /@(.*)$/.exec(worker) ?? []
    const versions = JSON.stringify(version === undefined ? {} : { celery: version })
    const info = JSON.stringify({ state, ...(pid !== undefined && { pid }) })
    await this.#database.execute(sql`
      with seen as (
        insert into alyx.worker (name, kind, host, versions, info)
        values (${worker}::text, 'celery', ${host}::text, ${versions}::jsonb, ${info}::jsonb)
        on conflict (kind, user_id, name) do update
          set last_seen = clock_timestamp(), versions = worker.versions || excluded.versions,
              info = worker.info || excluded.info
        returning id
      )
      update alyx.job_attempt a
         set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => a.lease_seconds)
        from seen
       where ${kind}::text = 'heartbeat' and a.worker_id = seen.id and a.ended_at is null and a.executor = 'celery'`)
  }

  /** A program that has just begun runs nothing of what one of its name ran before; one that has found the broker again does. */
  async #forgetBefore(worker: string, pid: number | undefined): Promise<void> {
    await this.#database.execute(sql`
      update alyx.job_attempt a set lease_until = clock_timestamp()
        from alyx.worker w
       where w.kind = 'celery' and w.name = ${worker}::text and w.info ->> 'pid' <> ${pid ?? null}::text
         and a.worker_id = w.id and a.executor = 'celery' and a.ended_at is null and a.started_at < clock_timestamp() - interval '2 seconds'`)
  }
}

/**
 * Renews what workers run that cannot be heard: one of the pool solo is silent while it works. As long as a queue has as
 * many consumers as workers that are heard or work in silence, none of them has gone; when it has no more than those that
 * are heard, the silent ones have. In between nobody knows which, and all of them are given time.
 */
export async function renewSilent(database: Database, queue: string, consumers: number): Promise<void> {
  await database.execute(sql`
    with heard as (
      select count(*) as number from alyx.worker w
       where w.kind = 'celery' and w.info -> 'queues' ? ${queue}::text and w.last_seen > clock_timestamp() - interval '25 seconds'
         and coalesce(w.info ->> 'state', '') <> 'offline'
    )
    update alyx.job_attempt a
       set lease_until = clock_timestamp() + make_interval(secs => a.lease_seconds)
      from alyx.worker w, heard
     where a.worker_id = w.id and a.queue = ${queue}::text and a.executor = 'celery' and a.ended_at is null and a.started_at is not null
       and w.info ->> 'pool' = 'solo' and w.last_seen <= clock_timestamp() - interval '25 seconds' and ${consumers}::integer > heard.number
       and a.lease_until > clock_timestamp()`)
}
