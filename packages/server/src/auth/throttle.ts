/**
 * How many requests one person or machine may send: a sliding window over the times of the requests that were let in.
 * The memory is this process's own, as in the reference.
 *
 * Source: spec of the contract, "Throttling"; Django REST framework 3.16, SimpleRateThrottle.
 */

export type Rate = { requests: number; periodSeconds: number }

const PERIODS: Record<string, number> = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60 }

/**
 * `550/minute`; only the first letter of the period counts.
 *
 * @throws RangeError saying what a rate looks like
 */
export function parseRate(text: string): Rate {
  const [, requests, letter = ''] = /^\s*(\d+)\s*\/([a-z])[^/]*$/.exec(text) ?? []
  const periodSeconds = PERIODS[letter]
  if (requests === undefined || periodSeconds === undefined)
    throw new RangeError(`"${text}" is not a rate. Write <requests>/<second|minute|hour|day>, for example 550/minute.`)
  return { requests: Number(requests), periodSeconds }
}

/** Whose budget a request is taken from: the person's wherever they are, or the machine's whoever uses it. */
export type ThrottleMode = 'user-based' | 'anonymous'

/** @throws RangeError naming the modes: a server that guesses would limit the wrong people */
export function parseThrottleMode(text: string): ThrottleMode {
  if (text === 'user-based' || text === 'anonymous') return text
  throw new RangeError(`"${text}" is not a throttle mode. Use user-based or anonymous.`)
}

/** @param userId undefined when nobody is logged in */
export function throttleKey(mode: ThrottleMode, userId: string | undefined, address: string): string {
  return mode === 'user-based' && userId !== undefined ? `user ${userId}` : `address ${address}`
}

/** Times of the requests let in, oldest first from `start`. */
type History = { times: number[]; start: number }

/** The clock never goes back, unlike the time of day. */
const monotonicSeconds = (): number => performance.now() / 1000

/** Enough for every rig and person of many labs; beyond it whoever was silent longest starts afresh. */
const MAX_KEYS = 10_000

export class Throttle {
  readonly #rate: Rate
  readonly #maxKeys: number
  readonly #now: () => number
  /** In the order of the last request. */
  readonly #histories = new Map<string, History>()

  /** @param now seconds; any clock that never goes back */
  constructor(rate: Rate, { maxKeys = MAX_KEYS, now = monotonicSeconds } = {}) {
    this.#rate = rate
    this.#maxKeys = maxKeys
    this.#now = now
  }

  /**
   * Lets a request in and remembers it, or refuses it. Refused requests do not prolong the wait.
   *
   * @returns undefined when it is let in, else the seconds until the next one would be
   */
  admit(key: string): number | undefined {
    const now = this.#now()
    const history = this.#touch(key)
    const wait = this.#waitOf(history, now)
    if (wait !== undefined) return wait
    const { times } = history
    // Forgotten times are dropped in bulk, so that each request costs the same.
    if (history.start > this.#rate.requests) {
      times.splice(0, history.start)
      history.start = 0
    }
    times.push(now)
    return undefined
  }

  /** What `admit` would say, without counting a request. */
  waitOf(key: string): number | undefined {
    const history = this.#histories.get(key)
    return history && this.#waitOf(history, this.#now())
  }

  #waitOf(history: History, now: number): number | undefined {
    const { requests, periodSeconds } = this.#rate
    const { times } = history
    while (history.start < times.length && times[history.start]! <= now - periodSeconds) history.start++
    const inWindow = times.length - history.start
    if (inWindow < requests) return undefined
    return inWindow === 0 ? periodSeconds : periodSeconds - (now - times[history.start]!)
  }

  /** Keys in memory. */
  get size(): number {
    return this.#histories.size
  }

  #touch(key: string): History {
    const known = this.#histories.get(key)
    const history = known ?? { times: [], start: 0 }
    if (known !== undefined) this.#histories.delete(key)
    else if (this.#histories.size >= this.#maxKeys) {
      const [silentLongest] = this.#histories.keys()
      if (silentLongest !== undefined) this.#histories.delete(silentLongest)
    }
    this.#histories.set(key, history)
    return history
  }
}

/**
 * Asks every throttle, as each keeps its own count.
 *
 * @returns undefined when all let the request in, else the longest wait in whole seconds: the value of Retry-After
 */
export function admitAll(throttles: readonly Throttle[], key: string): number | undefined {
  const waits = throttles.map((throttle) => throttle.admit(key)).filter((wait) => wait !== undefined)
  return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits))
}
