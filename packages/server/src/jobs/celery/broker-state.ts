import { type Database, type Db, sql } from '../../database/index.ts'
import { isoMoment } from '../queue/moments.ts'
import type { BrokerStatus } from './link.ts'

/** A queue of the broker. */
export interface QueueState {
  /** Messages that no worker has taken yet. */
  readonly ready: number
  readonly consumers: number
}

/** What pages show of the broker; points of time in ISO 8601. */
export interface BrokerView {
  readonly state: 'off' | 'connecting' | 'up' | 'down'
  readonly since: string | null
  readonly reason: string | null
  readonly broker_version: string | null
  readonly queues: Readonly<Record<string, QueueState>>
  readonly changed: string | null
  /** Attempts that the broker does not have yet, those it has, and those that run. */
  readonly unsent: number
  readonly queued: number
  readonly running: number
}

/** The server that holds the connection writes at least so often; older than three of these, nobody holds it. */
export const STATE_EVERY_MS = 10_000
const STALE_SECONDS = (3 * STATE_EVERY_MS) / 1000

/**
 * What is known of the broker. One statement, which asks the database alone.
 *
 * @param configured  whether this server has a broker
 */
export async function brokerView(db: Db, configured: boolean): Promise<BrokerView> {
  const [row] = await db.objects<BrokerView & { stale: boolean | null }>(sql`
    select b.state, ${isoMoment('b.since')} as since, b.reason, b.broker_version, coalesce(b.queues -> 'queues', '{}') as queues,
           ${isoMoment('b.changed')} as changed, b.changed < clock_timestamp() - make_interval(secs => ${STALE_SECONDS}::integer) as stale,
           c.unsent, c.queued, c.running
      from (select count(*) filter (where published_at is null)::integer as unsent,
                   count(*) filter (where published_at is not null and started_at is null)::integer as queued,
                   count(*) filter (where started_at is not null)::integer as running
              from alyx.job_attempt where executor = 'celery' and ended_at is null) c
      left join alyx.broker_state b on true`)
  const { stale, ...view } = row!
  if (!configured) return { ...view, state: 'off', reason: 'No broker is configured (ALYX_BROKER_URL).', since: null }
  if (view.state === null || view.state === undefined || (stale && view.state !== 'off'))
    return { ...view, state: 'connecting', reason: 'No server holds the connection at this moment.' }
  return view
}

/** Writes how it is with the broker; `since` moves only when the state does. */
export async function noteBroker(database: Database, status: BrokerStatus): Promise<void> {
  const reason = status.state === 'down' ? status.reason : null
  const version = status.state === 'up' ? (status.version ?? null) : null
  await database.execute(sql`
    insert into alyx.broker_state (state, reason, broker_version) values (${status.state}::text, ${reason}::text, ${version}::text)
    on conflict (only_row) do update
      set since = case when broker_state.state = excluded.state then broker_state.since else clock_timestamp() end,
          state = excluded.state, reason = excluded.reason, changed = clock_timestamp(),
          broker_version = coalesce(excluded.broker_version, broker_state.broker_version)`)
}

export async function noteQueues(database: Database, queues: Readonly<Record<string, QueueState>>): Promise<void> {
  await database.execute(sql`
    update alyx.broker_state set queues = jsonb_set(queues, '{queues}', ${JSON.stringify(queues)}::jsonb), changed = clock_timestamp()`)
}

/** Name of the queue in which answers wait for us while no server runs; made up once for this database. */
export async function replyQueueOf(database: Database): Promise<string> {
  const fresh = `alyx.results.${crypto.randomUUID()}`
  const [[name] = []] = await database.rows(sql`
    insert into alyx.broker_state (state, queues) values ('connecting', jsonb_build_object('reply_queue', ${fresh}::text))
    on conflict (only_row) do update
      set queues = jsonb_build_object('reply_queue', ${fresh}::text) || broker_state.queues
    returning queues ->> 'reply_queue'`)
  return name!
}
