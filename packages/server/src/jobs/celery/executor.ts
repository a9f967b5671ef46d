import { setTimeout as pause } from 'node:timers/promises'
import { type Database, sql } from '../../database/index.ts'
import { noteBroker, replyQueueOf } from './broker-state.ts'
import { type BrokerStatus, Link } from './link.ts'
import { DISCOVERY_CHANNEL } from './pipelines.ts'
import type { Routes } from './routes.ts'
import { Session } from './session.ts'

interface CeleryOptions {
  readonly brokerUrl: string
  /** Name of the application of Celery, which tasks have as their program. */
  readonly app: string
  readonly routes: Routes
  readonly margin?: number
}

/** Where the executor says what happens; a pino logger is one. */
interface CeleryLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** Tells our lock from those of others; any number will do. */
const LOCK = 20_261_126
const TRY_AGAIN_MS = 5_000
const PROVE_EVERY_MS = 5_000
/** When nothing rings, work is looked for this often. */
const LOOK_MS = 5_000
const CANCEL_EVERY_MS = 2_000
const DISCOVER_EVERY_MS = 5 * 60_000
/** Several workers come at once when a machine starts, and say so before they hear. */
const DISCOVER_SETTLE_MS = 1_500
/** The few that wait at the door of the workers, so that none of them stands idle while the next one travels. */
const MARGIN = 4

/**
 * Sends tasks to the workers of Celery for as long as a server runs. Of several servers one does, the others stand by and
 * take over when it ends. Nothing of it is ever waited for: not by a start, not by a request.
 */
export class CeleryExecutor {
  readonly #database: Database
  readonly #options: CeleryOptions
  readonly #log: CeleryLog
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>
  #state: BrokerStatus['state'] | undefined
  readonly #failing = new Set<string>()

  constructor(database: Database, options: CeleryOptions, log: CeleryLog) {
    this.#database = database
    this.#options = options
    this.#log = log
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.#database.transaction(async (db) => {
          const [[held] = []] = await db.rows(sql`select pg_try_advisory_xact_lock(${LOCK})`)
          if (held !== 't') return
          const link = await this.#begin()
          try {
            while (!signal.aborted) {
              await pause(PROVE_EVERY_MS, undefined, { signal }).catch(() => undefined)
              // The lock is ours as long as its connection lives.
              await db.rows(sql`select 1`)
            }
          } finally {
            await link.stop()
          }
        })
        this.#works('hold the connection to the broker')
      } catch (error) {
        this.#fails('hold the connection to the broker', error)
      }
      await pause(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  async #begin(): Promise<{ stop(): Promise<void> }> {
    const { app, routes, brokerUrl: url, margin = MARGIN } = this.#options
    const facts = { app, routes, margin, replyQueue: await replyQueueOf(this.#database) }
    let work: Work | undefined
    let ends: Promise<unknown> = Promise.resolve()
    const link = new Link({
      url,
      told: (status) => {
        if (status.state === 'down') {
          ends = work?.stop() ?? ends
          work = undefined
        }
        this.#tell(status)
      },
      begin: async (live) => {
        await ends
        const session = await Session.open(this.#database, facts, live, (what, error) => this.#fails(what, error))
        work = new Work(this.#database, session, {
          fails: (what, error) => this.#fails(what, error),
          works: (what) => this.#works(what),
        })
      },
    })
    return {
      stop: async () => {
        await link.stop()
        await work?.stop()
        await ends
      },
    }
  }

  /** One line for each change, however often the same is found. */
  #tell(status: BrokerStatus): void {
    noteBroker(this.#database, status).then(
      () => this.#works('write how it is with the broker'),
      (error) => this.#fails('write how it is with the broker', error),
    )
    if (status.state === this.#state) return
    this.#state = status.state
    if (status.state === 'up') this.#log.info({ broker_version: status.version }, 'the broker is there')
    if (status.state === 'down')
      this.#log.warn({ reason: status.reason }, 'the broker is not there, and is tried again')
  }

  #fails(what: string, error: unknown): void {
    if (this.#failing.has(what) || this.#stopping.signal.aborted) return
    this.#failing.add(what)
    this.#log.warn({ err: error, celery: what }, 'Celery: failed, and is tried again')
  }

  #works(what: string): void {
    if (this.#failing.delete(what)) this.#log.info({ celery: what }, 'Celery: works again')
  }
}

interface Told {
  fails(what: string, error: unknown): void
  works(what: string): void
}

/** What goes on while there is a connection. */
class Work {
  readonly #database: Database
  readonly #told: Told
  readonly #stopping = new AbortController()
  readonly #loops: Promise<unknown>
  #wakes = new Set<() => void>()

  constructor(database: Database, session: Session, told: Told) {
    this.#database = database
    this.#told = told
    const rings: Record<'dispatch' | 'discover', () => void> = { dispatch: () => undefined, discover: () => undefined }
    session.onEnd = () => rings.dispatch()
    session.onWorker = () => rings.discover()
    this.#loops = Promise.all([
      this.#loop(
        'send tasks',
        LOOK_MS,
        async () => {
          while (!this.#stopping.signal.aborted && (await session.dispatch()));
        },
        (ring) => (rings.dispatch = ring),
      ),
      this.#loop('cancel tasks', CANCEL_EVERY_MS, () => session.cancel()),
      this.#loop('look at the queues', Session.LOOK_EVERY_MS, () => session.look()),
      this.#loop(
        'ask workers what they can run',
        DISCOVER_EVERY_MS,
        async () => {
          await this.#pause(DISCOVER_SETTLE_MS)
          if (this.#stopping.signal.aborted) return
          await session.discover()
          rings.dispatch()
        },
        (ring) => (rings.discover = ring),
      ),
      this.#listen('alyx_jobs', () => rings.dispatch()),
      this.#listen(DISCOVERY_CHANNEL, () => rings.discover()),
    ])
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const wake of this.#wakes) wake()
    await this.#loops
  }

  /** Does something again and again, at once when it is rung for. */
  async #loop(
    what: string,
    everyMs: number,
    run: () => Promise<void>,
    bell: (ring: () => void) => void = () => undefined,
  ): Promise<void> {
    let rung = false
    let wake: () => void = () => undefined
    const ring = (): void => {
      rung = true
      wake()
    }
    bell(ring)
    this.#wakes.add(ring)
    while (!this.#stopping.signal.aborted) {
      rung = false
      try {
        await run()
        this.#told.works(what)
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        this.#told.fails(what, error)
      }
      if (rung) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (this.#stopping.signal.aborted) wake()
      })
    }
  }

  async #listen(channel: string, heard: () => void): Promise<void> {
    try {
      const stop = await this.#database.listen(channel, heard)
      await this.#pause(undefined)
      await stop()
    } catch (error) {
      this.#told.fails(`hear ${channel}`, error)
    }
  }

  /** Until it is over, or nothing goes on any more. */
  async #pause(ms: number | undefined): Promise<void> {
    const { signal } = this.#stopping
    if (ms !== undefined) await pause(ms, undefined, { signal }).catch(() => undefined)
    else if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }
}
