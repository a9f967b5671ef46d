import type { Channel } from 'rabbitmq-client'
import { readBody } from './dialect.ts'
import type { Live } from './link.ts'
import { taskMessage } from './message.ts'

/** Answers to what is published on the same channel; nothing is declared and nothing left behind. */
const DIRECT_REPLY = 'amq.rabbitmq.reply-to'

/** Tasks that every worker of the application has, to be asked and answered at once. */
export class ServiceTasks {
  readonly #channel: Channel
  readonly #queue: string
  readonly #waiting = new Map<string, (result: unknown) => void>()

  private constructor(channel: Channel, queue: string) {
    this.#channel = channel
    this.#queue = queue
  }

  static async open(live: Live, queue: string): Promise<ServiceTasks> {
    const channel = await live.lasting()
    const tasks = new ServiceTasks(channel, queue)
    await channel.basicConsume({ queue: DIRECT_REPLY, noAck: true }, ({ correlationId, contentType, body }) => {
      tasks.#hear(correlationId, contentType, body)
    })
    return tasks
  }

  /**
   * Runs a service task on whichever worker is free.
   *
   * @returns what it answered; undefined when nobody did in time, or it failed
   */
  async call(task: string, kwargs: Readonly<Record<string, unknown>>, patienceMs: number): Promise<unknown> {
    const id = crypto.randomUUID()
    const { envelope, body } = taskMessage({ id, task, kwargs, replyTo: DIRECT_REPLY })
    return new Promise<unknown>((resolve) => {
      const done = (result: unknown): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        resolve(result)
      }
      const timer = setTimeout(() => done(undefined), patienceMs)
      this.#waiting.set(id, done)
      // Nobody wants the answer later: a message that still lies there then is thrown away.
      const sent = this.#channel.basicPublish(
        { ...envelope, durable: false, routingKey: this.#queue, expiration: String(patienceMs) },
        body,
      )
      sent.catch(() => done(undefined))
    })
  }

  #hear(id: string | undefined, contentType: string | undefined, body: unknown): void {
    const waiting = this.#waiting.get(id ?? '')
    if (waiting === undefined) return
    try {
      const { status, result } = readBody(contentType, body) as { status?: unknown; result?: unknown }
      waiting(status === 'SUCCESS' ? result : undefined)
    } catch {
      waiting(undefined)
    }
  }
}
