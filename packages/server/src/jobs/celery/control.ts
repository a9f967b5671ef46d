import type { Channel } from 'rabbitmq-client'
import { readBody } from './dialect.ts'
import type { Live } from './link.ts'

const REQUESTS = 'celery.pidbox'
const REPLIES = 'reply.celery.pidbox'
const PATIENCE_MS = 1_500
/** No laboratory has more workers than this. */
const MOST_REPLIES = 1_000

/** What each worker that answered said, by its name. */
export type Replies = ReadonlyMap<string, unknown>

export interface Broadcast {
  readonly arguments?: Readonly<Record<string, unknown>>
  /** Names of workers; all when absent. */
  readonly to?: readonly string[]
  readonly patienceMs?: number
}

/**
 * Remote control of workers: requests that all of them hear, answers by name. Silence proves nothing: a worker of the
 * pool solo hears only between two tasks.
 */
export class Control {
  readonly #live: Live
  readonly #channel: Channel
  readonly #address = crypto.randomUUID()
  readonly #asked = new Map<string, Map<string, unknown>>()
  readonly #complete = new Map<string, () => void>()

  private constructor(live: Live, channel: Channel) {
    this.#live = live
    this.#channel = channel
  }

  static async open(live: Live): Promise<Control> {
    const channel = await live.lasting()
    const control = new Control(live, channel)
    await declareExchange(live, { exchange: REPLIES, type: 'direct', durable: false })
    const { queue } = await channel.queueDeclare({ exclusive: true, autoDelete: true })
    await channel.queueBind({ queue, exchange: REPLIES, routingKey: control.#address })
    await channel.basicConsume({ queue, noAck: true }, ({ contentType, headers, body }) => {
      control.#hear(String(headers?.ticket ?? ''), contentType, body)
    })
    return control
  }

  /** Asks and waits for answers, for all of `to` or until the time is over. */
  async ask(method: string, { arguments: given = {}, to, patienceMs = PATIENCE_MS }: Broadcast = {}): Promise<Replies> {
    if (!(await exists(this.#live, REQUESTS))) return new Map()
    const ticket = crypto.randomUUID()
    const replies = new Map<string, unknown>()
    this.#asked.set(ticket, replies)
    const over = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs)
      this.#complete.set(ticket, () => {
        if (to === undefined || replies.size < to.length) return
        clearTimeout(timer)
        resolve()
      })
    })
    try {
      await this.#channel.basicPublish(
        {
          exchange: REQUESTS,
          contentType: 'application/json',
          contentEncoding: 'utf-8',
          headers: { clock: 1, expires: Date.now() / 1000 + patienceMs / 1000 },
        },
        Buffer.from(
          JSON.stringify({
            method,
            arguments: given,
            destination: to ?? null,
            pattern: null,
            matcher: null,
            ticket,
            reply_to: { exchange: REPLIES, routing_key: this.#address },
          }),
        ),
      )
      await over
      return replies
    } finally {
      this.#asked.delete(ticket)
      this.#complete.delete(ticket)
    }
  }

  /**
   * Whether a worker is connected to the broker: its mailbox is there as long as its connection is.
   *
   * @returns undefined when the broker does not tell
   */
  async connected(worker: string): Promise<boolean | undefined> {
    const channel = await this.#live.passing()
    try {
      await channel.queueDeclare({ queue: `${worker}.${REQUESTS}`, passive: true })
      return true
    } catch (error) {
      const { code } = error as { code?: string }
      // Since Celery 5.7 it belongs to the worker alone: to be kept out of it is to know that it is there.
      if (code === 'RESOURCE_LOCKED') return true
      return code === 'NOT_FOUND' ? false : undefined
    } finally {
      await channel.close().catch(() => undefined)
    }
  }

  #hear(ticket: string, contentType: string | undefined, body: unknown): void {
    const replies = this.#asked.get(ticket)
    if (replies === undefined || replies.size >= MOST_REPLIES) return
    try {
      for (const [worker, said] of Object.entries(readBody(contentType, body) as object)) replies.set(worker, said)
    } catch {
      // An answer that cannot be read is none.
    }
    this.#complete.get(ticket)?.()
  }
}

/** Makes an exchange unless there is one, whatever its properties: those of workers differ between their versions. */
export async function declareExchange(
  live: Live,
  wanted: { readonly exchange: string; readonly type: string; readonly durable: boolean },
): Promise<void> {
  if (await exists(live, wanted.exchange)) return
  const channel = await live.passing()
  try {
    await channel.exchangeDeclare(wanted)
  } finally {
    await channel.close().catch(() => undefined)
  }
}

/** A channel is closed by the broker when what it asks about does not exist. */
async function exists(live: Live, exchange: string): Promise<boolean> {
  const channel = await live.passing()
  try {
    await channel.exchangeDeclare({ exchange, passive: true })
    return true
  } catch {
    return false
  } finally {
    await channel.close().catch(() => undefined)
  }
}
