import type { Database } from '../../database/index.ts'
import { readEvents, readResult, type WorkerEvent } from './answers.ts'
import { noteQueues, type QueueState, STATE_EVERY_MS } from './broker-state.ts'
import { cancelWanted } from './cancelling.ts'
import { Control, declareExchange } from './control.ts'
import { readBody, Unreadable } from './dialect.ts'
import { discover } from './discovery.ts'
import type { Live } from './link.ts'
import { LostWorkers } from './lost-workers.ts'
import { noteObservation } from './observed.ts'
import { fillOutbox, markKept, markSent, noteConsumers, placesOf, unsent } from './outbox.ts'
import { Publisher } from './publisher.ts'
import type { Routes } from './routes.ts'
import { ServiceTasks } from './service-tasks.ts'
import { Signs } from './signs.ts'

export interface CeleryFacts {
  readonly app: string
  readonly routes: Routes
  /** Queue in which answers are kept for us. */
  readonly replyQueue: string
  /** Attempts in a queue beyond what its workers can run at once. */
  readonly margin: number
}

/** Answers and events are kept this long for a server that is away. */
const KEPT_MS = 7 * 24 * 3600 * 1000
const PREFETCH = 100
const MOST_EVENTS = 50_000
/** Events that nobody reads meanwhile are old news. */
const EVENT_TTL_MS = 60_000
const EVENTS = 'celeryev'

/** All that is done over one connection to the broker, from its beginning to its end. */
export class Session {
  readonly #database: Database
  readonly #facts: CeleryFacts
  readonly #live: Live
  readonly #publisher: Publisher
  readonly #control: Control
  readonly #services: ServiceTasks
  readonly #failed: (what: string, error: unknown) => void
  readonly #signs: Signs
  readonly #lost: LostWorkers
  /** A worker has come: what it can run is asked. */
  onWorker: () => void = () => undefined
  /** An attempt has ended: there is room for another. */
  onEnd: () => void = () => undefined

  private constructor(
    database: Database,
    facts: CeleryFacts,
    live: Live,
    opened: { publisher: Publisher; control: Control; services: ServiceTasks },
    failed: (what: string, error: unknown) => void,
  ) {
    this.#database = database
    this.#facts = facts
    this.#live = live
    this.#publisher = opened.publisher
    this.#control = opened.control
    this.#services = opened.services
    this.#failed = failed
    this.#signs = new Signs(database)
    this.#lost = new LostWorkers(database, {
      ask: (method, broadcast) => this.#control.ask(method, broadcast),
      connected: (worker) => this.#control.connected(worker),
      heardAtMs: (worker) => this.#signs.heardAtMs(worker),
      heartbeatSeconds: live.heartbeatSeconds,
    })
  }

  /** @param failed  told of messages and answers that could not be dealt with */
  static async open(
    database: Database,
    facts: CeleryFacts,
    live: Live,
    failed: (what: string, error: unknown) => void,
  ): Promise<Session> {
    const publisher = await Publisher.open(live, facts.replyQueue)
    const control = await Control.open(live)
    const services = await ServiceTasks.open(live, facts.routes.queueOf)
    const session = new Session(database, facts, live, { publisher, control, services }, failed)
    for (const queue of facts.routes.queues) await session.#ensureQueue(queue)
    await session.#hearAnswers()
    await session.#hearEvents()
    return session
  }

  /** Sends what may be sent. @returns whether there may be more */
  async dispatch(): Promise<boolean> {
    const { app, routes, margin } = this.#facts
    let taken = 0
    for (const [queue, places] of await placesOf(this.#database, routes, margin))
      taken += await fillOutbox(this.#database, { app, routes, queue, places })
    const waiting = await unsent(this.#database)
    if (waiting.length === 0) return false
    const { sent, kept } = await this.#publisher.send(waiting)
    // When we end between these two, the same message goes out again: its identifier is the same, and what is observed
    // of either is observed of one attempt.
    if (sent.length > 0) await markSent(this.#database, sent)
    for (const [why, attempts] of kept) await markKept(this.#database, attempts, why)
    if (kept.size > 0) for (const queue of routes.queues) await this.#ensureQueue(queue)
    return taken > 0 && sent.length > 0
  }

  cancel(): Promise<void> {
    return cancelWanted(this.#database, this.#control)
  }

  discover(): Promise<void> {
    return discover(this.#database, { app: this.#facts.app, control: this.#control, services: this.#services })
  }

  /** Counts messages and consumers, and finds out which workers have gone with what they ran. */
  async look(): Promise<void> {
    const states: Record<string, QueueState> = {}
    for (const queue of this.#facts.routes.queues) {
      const state = await this.#stateOf(queue)
      if (state === undefined) continue
      states[queue] = state
      await noteConsumers(this.#database, queue, state.consumers)
    }
    await noteQueues(this.#database, states)
    if ((await this.#lost.look()) > 0) this.onEnd()
  }

  /** How often `look` is wanted, in milliseconds. */
  static readonly LOOK_EVERY_MS = STATE_EVERY_MS

  async #stateOf(queue: string): Promise<QueueState | undefined> {
    const channel = await this.#live.passing()
    try {
      const { messageCount, consumerCount } = await channel.queueDeclare({ queue, passive: true })
      return { ready: messageCount, consumers: consumerCount }
    } catch {
      return undefined
    } finally {
      await channel.close().catch(() => undefined)
    }
  }

  /** A queue that workers have made stays as they made it; one that is missing is made as they would make it. */
  async #ensureQueue(queue: string): Promise<void> {
    if ((await this.#stateOf(queue)) !== undefined) return
    const channel = await this.#live.passing()
    try {
      await channel.queueDeclare({ queue, durable: true })
    } catch (error) {
      // A user that may not make queues: what is sent comes back, and says so.
      this.#failed(`make the queue ${queue}`, error)
    } finally {
      await channel.close().catch(() => undefined)
    }
  }

  async #hearAnswers(): Promise<void> {
    const channel = await this.#live.lasting()
    const queue = this.#facts.replyQueue
    await channel.queueDeclare({ queue, durable: true, arguments: { 'x-expires': KEPT_MS } })
    await channel.basicQos({ prefetchCount: PREFETCH })
    await channel.basicConsume({ queue }, (message) => {
      const { deliveryTag } = message
      void this.#take(async () => {
        if (await noteObservation(this.#database, readResult(readBody(message.contentType, message.body)))) this.onEnd()
      }).then((done) => {
        if (!channel.active) return
        if (done) channel.basicAck({ deliveryTag })
        else setTimeout(() => channel.active && channel.basicNack({ deliveryTag, requeue: true }), 1_000).unref()
      })
    })
  }

  async #hearEvents(): Promise<void> {
    await declareExchange(this.#live, { exchange: EVENTS, type: 'topic', durable: true })
    const channel = await this.#live.lasting()
    const { queue } = await channel.queueDeclare({
      exclusive: true,
      autoDelete: true,
      arguments: { 'x-message-ttl': EVENT_TTL_MS, 'x-max-length': MOST_EVENTS },
    })
    await channel.queueBind({ queue, exchange: EVENTS, routingKey: '#' })
    await channel.basicQos({ prefetchCount: PREFETCH })
    // One after the other: what began is written before what ended.
    let last = Promise.resolve()
    await channel.basicConsume({ queue }, ({ contentType, body, deliveryTag }) => {
      last = last
        .then(() => this.#take(async () => this.#hear(readEvents(readBody(contentType, body)))))
        .then(() => {
          if (channel.active) channel.basicAck({ deliveryTag })
        })
    })
  }

  async #hear(events: readonly WorkerEvent[]): Promise<void> {
    for (const event of events) {
      if ('observation' in event) {
        if (await noteObservation(this.#database, event.observation)) this.onEnd()
      } else {
        await this.#signs.note(event.sign)
        if (event.sign.kind === 'online') this.onWorker()
      }
    }
  }

  /** @returns false when it should be tried again: the database was not there */
  async #take(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.#failed('read a message', error)
      return error instanceof Unreadable
    }
  }
}
