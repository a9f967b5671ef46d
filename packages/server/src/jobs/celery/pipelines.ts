import { type Database, type Db, sql } from '../../database/index.ts'
import { isoMoment } from '../queue/moments.ts'

/** A step that workers told of; points of time in ISO 8601. */
export interface StepView {
  readonly name: string
  readonly pipeline: string
  readonly pipe: string
  readonly step: string
  readonly level: number
  readonly signature: Readonly<Record<string, unknown>>
  readonly docstring: string | null
  readonly requires: readonly string[]
  readonly workers: readonly string[]
  readonly seen_at: string
  readonly seconds_ago: number
}

/** Every step of an application that workers ever told of. One statement. */
export function listSteps(db: Db, app: string): Promise<StepView[]> {
  return db.objects<StepView>(sql`
    select name, pipeline, pipe, step, level, signature, docstring, requires, workers, ${isoMoment('seen_at')} as seen_at,
           extract(epoch from clock_timestamp() - seen_at)::float8 as seconds_ago
      from alyx.pipeline_step where app = ${app}::text order by pipeline, pipe, level, name`)
}

/** A worker of Celery, and what can be said of it from here. */
export interface CeleryWorkerView {
  readonly name: string
  readonly pool: string | null
  readonly slots: number
  readonly running: number
  readonly last_seen: string
  /** `silent` is busy or gone: one of the pool solo cannot be heard while it works. */
  readonly lamp: 'ready' | 'busy' | 'silent' | 'gone'
}

/** Seconds without a sign of life after which a worker is not ready; signs are written down every ten. */
const QUIET_SECONDS = 25

/** Workers with their lamps. One statement, which asks the database alone. */
export function listCeleryWorkers(db: Db): Promise<CeleryWorkerView[]> {
  return db.objects<CeleryWorkerView>(sql`
    select w.name, w.info ->> 'pool' as pool, w.slots, r.running, ${isoMoment('w.last_seen')} as last_seen,
           case when w.info ->> 'state' = 'offline' then 'gone'
                when w.last_seen > clock_timestamp() - make_interval(secs => ${QUIET_SECONDS}::integer)
                  then case when r.running >= w.slots then 'busy' else 'ready' end
                when w.info ->> 'pool' = 'solo' and r.running > 0 then 'busy'
                when w.last_seen > clock_timestamp() - interval '10 minutes' then 'silent' else 'gone' end as lamp
      from alyx.worker w
      cross join lateral (select count(*)::integer as running from alyx.job_attempt a
                           where a.worker_id = w.id and a.ended_at is null and a.started_at is not null) r
     where w.kind = 'celery' order by w.last_seen desc, w.name limit 500`)
}

/** On this channel whoever holds the connection is asked to look what workers can run. */
export const DISCOVERY_CHANNEL = 'alyx_celery'

/** Asks for a discovery, without waiting for it. */
export async function askForDiscovery(database: Database): Promise<void> {
  await database.execute(sql`select pg_notify(${DISCOVERY_CHANNEL}, 'discover')`)
}
