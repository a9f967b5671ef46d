import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel } from 'rabbitmq-client'
import type { Live } from './link.ts'
import { taskMessage } from './message.ts'
import type { Unsent } from './outbox.ts'

/** Publishes with confirmation: what the broker has said it has is in its hands, and nothing else. */
export class Publisher {
  readonly #channel: Channel
  readonly #replyTo: string
  readonly #returned = new Set<string>()

  private constructor(channel: Channel, replyTo: string) {
    this.#channel = channel
    this.#replyTo = replyTo
  }

  /** @param replyTo  queue in which answers are waited for */
  static async open(live: Live, replyTo: string): Promise<Publisher> {
    const channel = await live.lasting()
    await channel.confirmSelect()
    const publisher = new Publisher(channel, replyTo)
    channel.on('basic.return', ({ correlationId }) => publisher.#returned.add(correlationId ?? ''))
    return publisher
  }

  /**
   * Hands attempts to the broker.
   *
   * @returns keys of those that it took; the others stay with us, with the reason
   */
  async send(unsent: readonly Unsent[]): Promise<{ readonly sent: string[]; readonly kept: Map<string, string[]> }> {
    const answers = await Promise.allSettled(
      unsent.map(({ attempt, number, task, step, queue, extra }) => {
        const kwargs = { task_id: task, extra }
        const { envelope, body } = taskMessage({ id: attempt, task: step, kwargs, replyTo: this.#replyTo, number })
        return this.#channel.basicPublish({ ...envelope, routingKey: queue, mandatory: true }, body)
      }),
    )
    // What came back is told by the library a turn after the confirmation.
    await nextTurn()
    await nextTurn()
    const sent: string[] = []
    const kept = new Map<string, string[]>()
    for (const [at, { attempt, queue }] of unsent.entries()) {
      const confirmed = answers[at]!.status === 'fulfilled'
      if (confirmed && !this.#returned.delete(attempt)) {
        sent.push(attempt)
        continue
      }
      const why = confirmed
        ? `The broker has no queue "${queue}": no worker has ever listened to it.`
        : 'The broker did not take the message; it is sent again.'
      kept.set(why, [...(kept.get(why) ?? []), attempt])
    }
    return { sent, kept }
  }
}
