import { type Database, sql } from '../../database/index.ts'
import type { Sign } from './answers.ts'
import { ofThisProcess, processSeen } from './process-identity.ts'

/** Heartbeats come every two seconds from each worker: written down this seldom. */
const WRITE_EVERY_MS = 10_000

/** Keeps the registry of workers by their own signs of life, and the leases of what they run. */
export class Signs {
  readonly #database: Database
  readonly #written = new Map<string, { readonly atMs: number; readonly pid: number | undefined }>()
  readonly #heardAtMs = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  /** When a worker was last heard over this connection, by `performance.now()`. */
  heardAtMs(worker: string): number | undefined {
    return this.#heardAtMs.get(worker)
  }

  async note({ worker, kind, version, pid }: Sign): Promise<void> {
    const nowMs = performance.now()
    if (kind === 'offline') this.#heardAtMs.delete(worker)
    else this.#heardAtMs.set(worker, nowMs)
    const last = this.#written.get(worker)
    if (kind === 'heartbeat' && last?.pid === pid && nowMs - (last?.atMs ?? 0) < WRITE_EVERY_MS) return
    if (kind === 'offline') this.#written.delete(worker)
    else this.#written.set(worker, { atMs: nowMs, pid })
    const state = kind === 'offline' ? 'offline' : 'online'
    const [, host = ''] = /@(.*)$/.exec(worker) ?? []
    const versions = JSON.stringify(version === undefined ? {} : { celery: version })
    const info = JSON.stringify({ state })
    const seen = processSeen({ pid })
    await this.#database.execute(sql`
      with seen as (
        insert into alyx.worker (name, kind, host, versions, info)
        values (${worker}::text, 'celery', ${host}::text, ${versions}::jsonb, ${info}::jsonb || ${seen.first})
        on conflict (kind, user_id, name) do update
          set last_seen = clock_timestamp(), versions = worker.versions || excluded.versions,
              info = worker.info || ${info}::jsonb || ${seen.again}
        returning id, info
      )
      update alyx.job_attempt a
         set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => a.lease_seconds)
        from seen w
       where ${kind}::text = 'heartbeat' and a.worker_id = w.id and a.ended_at is null and a.executor = 'celery' and ${ofThisProcess}`)
  }
}
