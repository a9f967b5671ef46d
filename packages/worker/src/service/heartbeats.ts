import type { StopReason } from '../attempt/folder.ts'
import { pause } from '../server/back-off.ts'
import { type ClaimedAttempt, type Progress, renew, tellProgress } from '../server/calls.ts'
import { CallRefused } from '../server/failures.ts'
import type { Transport } from '../server/transport.ts'

/** At least so often, so that a wish to cancel is heard soon. */
const LONGEST_PAUSE_MS = 15_000
/** Progress is told no more often. */
const SHORTEST_PAUSE_MS = 2_000

/** An attempt that the server believes to be here, running or waiting for room. */
export interface Kept {
  readonly claimed: ClaimedAttempt
  readonly progress: Progress
  stop(reason: StopReason): void
}

export interface HeartbeatOptions {
  readonly transport: Transport
  /** What is to be kept alive now. */
  readonly kept: () => readonly Kept[]
  readonly troubled: (error: Error) => void
  readonly reached: () => void
}

/** Renews the leases of all that runs here with one call, tells how far it is, and hears what is to be stopped. */
export class Heartbeats {
  readonly #options: HeartbeatOptions
  readonly #stopped = new AbortController()
  #news = new AbortController()
  /** What the server knows of each, as JSON. */
  #told = new Map<string, string>()
  readonly #beating: Promise<void>

  constructor(options: HeartbeatOptions) {
    this.#options = options
    this.#beating = this.#beat()
  }

  /** Something began, or has got on. */
  tell(): void {
    this.#news.abort()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.tell()
    await this.#beating
  }

  async #beat(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await pause(SHORTEST_PAUSE_MS, this.#stopped.signal)
      const kept = this.#options.kept()
      // Nothing runs: nobody is called until something does.
      await pause(kept.length === 0 ? 2 ** 31 - 1 : this.#pauseMs(kept) - SHORTEST_PAUSE_MS, this.#news.signal)
      this.#news = new AbortController()
      if (!this.#stopped.signal.aborted) await this.#renew()
    }
  }

  /** A third of the shortest lease. */
  #pauseMs(kept: readonly Kept[]): number {
    const lease = Math.min(...kept.map(({ claimed }) => claimed.lease_seconds))
    return Math.max(SHORTEST_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, (lease * 1000) / 3))
  }

  /** One call for all, and one for each that has got on since it was told. */
  async #renew(): Promise<void> {
    const { transport, kept, reached, troubled } = this.#options
    const all = new Map(kept().map((one) => [one.claimed.attempt, one]))
    if (all.size === 0) return
    const news = [...all].filter(([, { progress }]) => Object.keys(progress).length > 0)
    const moved = news.filter(([attempt, { progress }]) => this.#told.get(attempt) !== JSON.stringify(progress))
    const others = [...all.keys()].filter((attempt) => !moved.some(([one]) => one === attempt))
    this.#told = new Map(news.map(([attempt, { progress }]) => [attempt, JSON.stringify(progress)]))
    try {
      const renewals = await Promise.all([
        others.length > 0 ? renew(transport, others) : [],
        ...moved.map(async ([attempt, { progress }]) => [await tellProgress(transport, attempt, progress)]),
      ])
      for (const { attempt, cancelRequested, lost } of renewals.flat()) {
        const one = all.get(attempt)
        if (lost) one?.stop('superseded')
        else if (cancelRequested) one?.stop('cancelled')
      }
      reached()
    } catch (error) {
      this.#told.clear()
      if (!(error instanceof Error)) throw error
      troubled(error instanceof CallRefused ? new Error(`The server refuses our heartbeats: ${error.message}`) : error)
    }
  }
}
