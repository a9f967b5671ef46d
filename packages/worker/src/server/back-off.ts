import { setTimeout as wait } from 'node:timers/promises'

const FIRST_MS = 500
const LONGEST_MS = 60_000

/** Pauses between tries: doubled each time up to a minute, and drawn at random, so that machines do not come back together. */
export class BackOff {
  #tries = 0
  readonly #firstMs: number
  readonly #longestMs: number

  constructor(firstMs = FIRST_MS, longestMs = LONGEST_MS) {
    this.#firstMs = firstMs
    this.#longestMs = longestMs
  }

  /** @param atLeastSeconds what the server asked for */
  nextMs(atLeastSeconds = 0): number {
    const ceilingMs = Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(this.#tries, 30))
    this.#tries += 1
    return Math.max(ceilingMs * (0.5 + Math.random() / 2), Math.min(atLeastSeconds * 1000, this.#longestMs))
  }

  reset(): void {
    this.#tries = 0
  }
}

/** Waits, or until the signal comes; never throws. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined)
}
