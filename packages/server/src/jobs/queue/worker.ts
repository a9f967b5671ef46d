import { type Database, type Db, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'
import { isoMoment } from './moments.ts'

/** What a machine says of itself. */
export interface Registration {
  readonly name: string
  readonly host: string
  readonly versions: Readonly<Record<string, unknown>>
  /** Names of labs and repositories whose tasks it runs; all when empty. */
  readonly labs: readonly string[]
  readonly repositories: readonly string[]
  /** Programs that it runs, whole or, with `*` at the end, their beginning. */
  readonly executables: readonly string[]
  readonly labels: readonly string[]
  /** Cores and memory that tasks may use; without limit when absent. */
  readonly cpu: number | undefined
  readonly gpu: number
  readonly ramGb: number | undefined
  /** Tasks at the same time. */
  readonly slots: number
}

/** Registers a worker of a person, or brings what is known of it up to date. @returns its key */
export async function registerWorker(db: Db, actor: Actor, own: Registration): Promise<string> {
  const [[key] = []] = await db.rows(sql`
    insert into alyx.worker (name, kind, host, user_id, versions, labs, repositories, executables, labels, cpu, gpu, ram_gb, slots)
    values (${own.name}, 'worker', ${own.host}, ${actor.id}, ${JSON.stringify(own.versions)}::jsonb, ${own.labs}::text[],
            ${own.repositories}::text[], ${own.executables}::text[], ${own.labels}::text[], ${own.cpu ?? null}::integer,
            ${own.gpu}::integer, ${own.ramGb ?? null}::integer, ${own.slots}::integer)
    on conflict (kind, user_id, name) do update
      set host = excluded.host, versions = excluded.versions, labs = excluded.labs, repositories = excluded.repositories,
          executables = excluded.executables, labels = excluded.labels, cpu = excluded.cpu, gpu = excluded.gpu,
          ram_gb = excluded.ram_gb, slots = excluded.slots, last_seen = clock_timestamp()
    returning id`)
  return key!
}

/** A worker as pages show it; points of time in ISO 8601. */
export interface WorkerView {
  readonly id: string
  readonly name: string
  readonly kind: 'worker' | 'celery' | 'poller'
  readonly host: string
  readonly user: string | null
  readonly versions: unknown
  readonly labs: readonly string[]
  readonly repositories: readonly string[]
  readonly executables: readonly string[]
  readonly labels: readonly string[]
  readonly cpu: number | null
  readonly gpu: number | null
  readonly ram_gb: number | null
  readonly slots: number
  readonly first_seen: string
  readonly last_seen: string
  readonly seconds_silent: number
  readonly drained: boolean
  readonly running: number
  readonly info: unknown
}

/** Every worker that ever came, the last one seen first. One statement. */
export function listWorkers(db: Db): Promise<WorkerView[]> {
  return db.objects<WorkerView>(sql`
    select w.id, w.name, w.kind, w.host, u.username as "user", w.versions, w.labs, w.repositories, w.executables, w.labels,
           w.cpu, w.gpu, w.ram_gb, w.slots, ${isoMoment('w.first_seen')} as first_seen, ${isoMoment('w.last_seen')} as last_seen,
           extract(epoch from clock_timestamp() - w.last_seen)::float8 as seconds_silent,
           w.drained_at is not null as drained, w.info,
           (select count(*)::integer from alyx.job_attempt a where a.worker_id = w.id and a.ended_at is null) as running
      from alyx.worker w left join misc_labmember u on u.id = w.user_id
     order by w.last_seen desc, w.name limit 1000`)
}

/** Who says what happens to a worker. */
interface Drainer {
  readonly actor: Actor
  /** Whether the workers of everybody are theirs to drain. */
  readonly all: boolean
}

/**
 * Lets a worker finish what it has and gives it nothing more, or takes that back.
 *
 * @throws Refused `missing`, or `forbidden` for the worker of somebody else
 */
export async function drainWorker(database: Database, by: Drainer, key: string, drained: boolean): Promise<void> {
  const changed = await database.execute(sql`
    update alyx.worker set drained_at = ${drained ? sql`coalesce(drained_at, clock_timestamp())` : sql`null`},
           drained_by = ${drained ? by.actor.id : null}::uuid
     where id = ${key} and (user_id = ${by.actor.id} or ${by.all}::boolean)`)
  if (changed === 0) {
    const known = await database.rows(sql`select from alyx.worker where id = ${key}`)
    throw known.length > 0
      ? new Refused('forbidden', 'Only the person who runs a worker, and superusers, may drain it.')
      : new Refused('missing', `No worker has the key "${key}".`)
  }
  if (!drained) await database.execute(sql`select pg_notify('alyx_jobs', 'ready')`)
}
