import { type Database, sql } from '../../database/index.ts'
import type { Broadcast, Replies } from './control.ts'
import { noteObservation } from './observed.ts'
import { ofThisProcess } from './process-identity.ts'

/** What is asked of the broker and its workers; Control is one. */
export interface Inquiry {
  ask(method: string, broadcast?: Broadcast): Promise<Replies>
  connected(worker: string): Promise<boolean | undefined>
  /** When a worker was last heard over this connection, by `performance.now()`. */
  heardAtMs(worker: string): number | undefined
  /** How often the broker wants to hear from everybody; 0: never. */
  readonly heartbeatSeconds: number | undefined
}

/** An attempt whose message the broker has given away or still has. */
interface Open {
  readonly id: string
  readonly begun: boolean
  readonly worker: string | null
  /** Whether the process that took it has its worker's name no more, and for long enough to believe it. */
  readonly replaced: boolean
  /** Whether the name was taken over so lately that two of them may share it. */
  readonly doubtful: boolean
}

/** What a worker says of an attempt. */
interface Held {
  readonly worker: string
  readonly runs: boolean
}

interface Known {
  readonly name: string
  readonly pool: string | null
  /** How often it promised the broker to be heard; 0: never; null when it did not say. */
  readonly heartbeat_seconds: number | null
}

/** Why an attempt is lost, in words for people. */
const WHY = {
  replaced: 'Another process has the name of its worker now, which does not run it.',
  denied: 'Its worker answers, and does not run it.',
  gone: 'The connection of its worker to the broker ended, and nothing was heard of it any more.',
} as const
type Loss = keyof typeof WHY

/** So often in a row the same must be found before it is believed: answers and ends may cross. */
const ROUNDS = 3
/** A worker that was heard so lately is there. */
const HEARD_MS = 8_000
/** Two processes of one name, which nobody should start, are heard in turn within this time. */
const TAKEN_OVER_SECONDS = 10
/** Beyond this nobody is believed to be busy. */
const LONGEST_DAYS = 2
const MOST = 5_000

/**
 * Finds out whether workers still run what they took. A worker that hears is asked; the process behind a name is compared;
 * and the broker knows whose connection ended. None of this is believed of a worker of the pool solo that is merely busy: it
 * answers nothing while it works, and when it promised the broker to be heard, the broker closes its connection for that.
 */
export class LostWorkers {
  readonly #database: Database
  readonly #inquiry: Inquiry
  readonly #now: () => number
  /** When each worker was there, over this connection to the broker. */
  readonly #thereAtMs = new Map<string, number>()
  /** Since when a worker that was there is not connected, and how often that was found. */
  readonly #gone = new Map<string, { readonly sinceMs: number; readonly rounds: number }>()
  #suspected = new Map<string, { readonly loss: Loss; readonly rounds: number }>()

  constructor(database: Database, inquiry: Inquiry, now: () => number = () => performance.now()) {
    this.#database = database
    this.#inquiry = inquiry
    this.#now = now
  }

  /** @returns how many attempts were found to be lost */
  async look(): Promise<number> {
    // First what is asked about: whatever is begun later is not missed in an answer.
    const open = await this.#open()
    const held = new Map<string, Held>()
    const answered = new Set<string>()
    if (open.length > 0) await this.#askForWork(held, answered)
    const workers = new Map((await this.#workers()).map((worker) => [worker.name, worker]))
    for (const name of workers.keys()) await this.#lookFor(name, answered.has(name))
    await this.#adopt(open, held)
    const suspected = new Map<string, { loss: Loss; rounds: number }>()
    const spared: string[] = []
    for (const one of open) {
      if (!one.begun || held.has(one.id)) continue
      const holder = one.worker === null ? undefined : workers.get(one.worker)
      const loss = this.#lossOf(one, holder, answered)
      const before = this.#suspected.get(one.id)
      if (loss) suspected.set(one.id, { loss, rounds: before?.loss === loss ? before.rounds + 1 : 1 })
      else if (one.worker === null || (holder !== undefined && isDeaf(holder))) spared.push(one.id)
    }
    this.#suspected = suspected
    await this.#renew([...held.keys(), ...spared])
    await this.#sayGoodbye([...workers.values()])
    return this.#giveUp()
  }

  /** Attempts that were sent, with who took them. */
  #open(): Promise<Open[]> {
    return this.#database.objects<Open>(sql`
      select a.id, a.started_at is not null as begun, w.name as worker,
             coalesce(not (${ofThisProcess}) and (w.info ->> 'since')::timestamptz < clock_timestamp() - make_interval(secs => ${TAKEN_OVER_SECONDS}::integer), false) as replaced,
             coalesce((w.info ->> 'since')::timestamptz > clock_timestamp() - make_interval(secs => ${TAKEN_OVER_SECONDS}::integer), false) as doubtful
        from alyx.job_attempt a left join alyx.worker w on w.id = a.worker_id
       where a.executor = 'celery' and a.ended_at is null and a.published_at is not null
       order by a.started_at nulls last limit ${MOST}::integer`)
  }

  async #workers(): Promise<Known[]> {
    return this.#database.objects<Known>(sql`
      select name, info ->> 'pool' as pool, (info ->> 'heartbeat_seconds')::float8 as heartbeat_seconds
        from alyx.worker
       where kind = 'celery' and coalesce(info ->> 'state', '') <> 'offline'
         and last_seen > clock_timestamp() - make_interval(days => ${LONGEST_DAYS}::integer)`)
  }

  /** Fills in which worker has which attempt, and who answered completely. */
  async #askForWork(held: Map<string, Held>, answered: Set<string>): Promise<void> {
    const [active, reserved, scheduled] = await Promise.all(
      ['active', 'reserved', 'scheduled'].map((method) => this.#inquiry.ask(method)),
    )
    for (const replies of [scheduled!, reserved!, active!])
      for (const [worker, said] of replies)
        for (const id of requestsIn(said)) held.set(id, { worker, runs: replies === active })
    for (const [worker, said] of active!)
      if (Array.isArray(said) && [reserved!, scheduled!].every((replies) => Array.isArray(replies.get(worker))))
        answered.add(worker)
  }

  async #lookFor(worker: string, answers: boolean): Promise<void> {
    const heardAtMs = this.#inquiry.heardAtMs(worker)
    const lastMs = answers ? this.#now() : heardAtMs
    if (lastMs !== undefined) this.#thereAtMs.set(worker, Math.max(lastMs, this.#thereAtMs.get(worker) ?? 0))
    if (lastMs !== undefined && this.#now() - lastMs < HEARD_MS) {
      this.#gone.delete(worker)
      return
    }
    const connected = await this.#inquiry.connected(worker)
    if (connected === true) {
      this.#gone.delete(worker)
      // It may be busy since long before: from when on it is silent is not known.
      if (!this.#thereAtMs.has(worker)) this.#thereAtMs.set(worker, Number.NEGATIVE_INFINITY)
    }
    if (connected === false) {
      const before = this.#gone.get(worker)
      this.#gone.set(worker, { sinceMs: before?.sinceMs ?? this.#now(), rounds: (before?.rounds ?? 0) + 1 })
    }
  }

  #lossOf(one: Open, holder: Known | undefined, answered: ReadonlySet<string>): Loss | undefined {
    if (one.replaced) return 'replaced'
    if (one.worker === null) return undefined
    if (answered.has(one.worker)) return one.doubtful ? undefined : 'denied'
    return holder !== undefined && this.#isGone(holder) ? 'gone' : undefined
  }

  /** Whether a worker whose connection ended during ours has gone, and was not shut out because it was busy. */
  #isGone(worker: Known): boolean {
    const gone = this.#gone.get(worker.name)
    const thereAtMs = this.#thereAtMs.get(worker.name)
    if (gone === undefined || thereAtMs === undefined) return false
    if (!isDeaf(worker) || worker.heartbeat_seconds === 0) return true
    const { heartbeatSeconds } = this.#inquiry
    if (worker.heartbeat_seconds === null || heartbeatSeconds === undefined) return false
    // The smaller of the two is agreed on, unless the broker asks for none.
    const agreed =
      heartbeatSeconds === 0 ? worker.heartbeat_seconds : Math.min(heartbeatSeconds, worker.heartbeat_seconds)
    return gone.sinceMs - thereAtMs < agreed * 1000
  }

  /** Notes what workers say they have, of which no event was heard: not all of them send any. */
  async #adopt(open: readonly Open[], held: ReadonlyMap<string, Held>): Promise<void> {
    for (const { id, begun, worker } of open) {
      const holder = held.get(id)
      if (holder === undefined || (holder.worker === worker && (begun || !holder.runs))) continue
      const kind = holder.runs ? 'started' : 'received'
      await noteObservation(this.#database, { id, kind, worker: holder.worker })
    }
  }

  async #renew(attempts: readonly string[]): Promise<void> {
    if (attempts.length === 0) return
    await this.#database.execute(sql`
      update alyx.job_attempt a set lease_until = clock_timestamp() + make_interval(secs => a.lease_seconds)
       where a.id = any(${attempts}::uuid[]) and a.ended_at is null
         and greatest(a.published_at, a.started_at, a.heartbeat_at) > clock_timestamp() - make_interval(days => ${LONGEST_DAYS}::integer)`)
  }

  /** Those that have gone take nothing more. */
  async #sayGoodbye(workers: readonly Known[]): Promise<void> {
    const gone = workers.filter((one) => (this.#gone.get(one.name)?.rounds ?? 0) >= ROUNDS && this.#isGone(one))
    if (gone.length === 0) return
    await this.#database.execute(sql`
      update alyx.worker set info = info || '{"state": "offline"}'
       where kind = 'celery' and name = any(${gone.map(({ name }) => name)}::text[])`)
  }

  async #giveUp(): Promise<number> {
    let lost = 0
    for (const [id, { loss, rounds }] of this.#suspected) {
      if (rounds < ROUNDS) continue
      this.#suspected.delete(id)
      const lossOfWorker = { id, kind: 'failed', errorType: 'WorkerLostError', errorMessage: WHY[loss] } as const
      if (await noteObservation(this.#database, lossOfWorker)) lost += 1
    }
    return lost
  }
}

/** Whether a worker hears nothing while it works, as far as is known. */
const isDeaf = ({ pool }: Known): boolean => pool === null || pool === 'solo' || pool === 'unknown'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Identifiers in the answer to `active` or `reserved`, and in that to `scheduled`. */
function requestsIn(said: unknown): string[] {
  if (!Array.isArray(said)) return []
  return said.flatMap((one: { id?: unknown; request?: { id?: unknown } } | null) => {
    const id = one?.id ?? one?.request?.id
    return typeof id === 'string' && UUID.test(id) ? [id] : []
  })
}
