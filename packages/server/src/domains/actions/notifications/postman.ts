import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../../database/index.ts'
import { WAKE_CHANNEL } from './kinds.ts'
import { type Sending, type SendingReport, sendDue } from './sending.ts'

export interface PostmanOptions extends Omit<Sending, 'pauseSeconds' | 'graceSeconds' | 'stopped'> {
  /** Hears of a round in which something happened. */
  worked?(report: SendingReport): void
  /** Hears of a round that could not be made, as when the database is away. The next one is made all the same. */
  stumbled(error: unknown): void
  /** Milliseconds between rounds when nobody calls: for messages with a time, and for those that failed. */
  everyMs?: number
  /** Seconds to leave a message alone after a failed attempt. */
  pauseSeconds?: number
}

export interface Postman {
  /** Begins no other message, and waits two seconds for the one under way. */
  stop(): Promise<void>
}

const MINUTE_MS = 60_000
/** A mail server that is being restarted is back by then. */
const PAUSE_SECONDS = 15 * 60
/** Longer than Django needs to send what it made, which it does in the same request. */
const GRACE_SECONDS = 2 * 60
/** How long a stop waits for the mail that is just being handed over; it would be sent again later otherwise. */
const STOP_PATIENCE_MS = 2_000

/**
 * Sends notifications in the background, as soon as the transaction that made them is committed, whichever process that
 * was: PostgreSQL tells. Nobody who records anything waits for a mail server.
 */
export async function startPostman(database: Database, options: PostmanOptions): Promise<Postman> {
  const { everyMs = MINUTE_MS, pauseSeconds = PAUSE_SECONDS, worked, stumbled, ...sending } = options
  let stopped = false
  let called = false
  let woken = false
  let round: Promise<void> | undefined

  const rounds = async () => {
    while (called && !stopped) {
      const graceSeconds = woken ? 0 : GRACE_SECONDS
      called = false
      woken = false
      try {
        const report = await sendDue(database, { ...sending, pauseSeconds, graceSeconds, stopped: () => stopped })
        if (report.sent + report.failed + report.abandoned > 0) worked?.(report)
      } catch (error) {
        stumbled(error)
      }
    }
    round = undefined
  }
  const call = () => {
    called = true
    if (!stopped) round ??= rounds()
  }

  const unlisten = await database.listen(WAKE_CHANNEL, () => {
    woken = true
    call()
  })
  const timer = setInterval(call, everyMs)
  timer.unref()
  call()
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await unlisten()
      await Promise.race([round, pause(STOP_PATIENCE_MS, undefined, { ref: false })])
    },
  }
}
