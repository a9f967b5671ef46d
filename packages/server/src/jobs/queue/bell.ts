import type { Database } from '../../database/index.ts'

/** Somebody who waits for work. */
type Waiter = () => void

export interface Wait {
  /** What `rung` was before the last look for work. */
  readonly rung: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** The channel on which PostgreSQL tells that a task has become ready. */
const CHANNEL = 'alyx_jobs'

/**
 * Wakes those who wait for work when there may be some. Workers that ask for the same are woken one at a time, two more
 * when the first has found something: fifty idle machines do not all ask about a single task.
 */
export class Bell {
  readonly #database: Database
  readonly #waiting = new Map<string, Set<Waiter>>()
  #listening: Promise<() => Promise<void>> | undefined
  #rung = 0
  #closed = false

  constructor(database: Database) {
    this.#database = database
  }

  /** How often it has rung: whoever looked for work before the last time may have missed some. */
  get rung(): number {
    return this.#rung
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * Until there may be work.
   *
   * @param kind of work; waiters of one kind are woken one after the other
   */
  async wait(kind: string, { rung, timeoutMs, signal }: Wait): Promise<void> {
    if (signal.aborted || this.#closed || rung !== this.#rung) return
    await new Promise<void>((resolve) => {
      const waiters = this.#waiting.get(kind) ?? new Set()
      this.#waiting.set(kind, waiters)
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        waiters.delete(done)
        if (waiters.size === 0) this.#waiting.delete(kind)
        resolve()
      }
      const timer = setTimeout(done, timeoutMs)
      signal.addEventListener('abort', done)
      waiters.add(done)
    })
  }

  /** There was work of this kind: there may be more. Each who found some wakes two, so that many are soon awake. */
  pass(kind: string): void {
    for (const wake of [...(this.#waiting.get(kind) ?? [])].slice(0, 2)) wake()
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const waiters of [...this.#waiting.values()]) for (const wake of [...waiters]) wake()
    const stop = await this.#listening?.catch(() => undefined)
    await stop?.()
  }

  /** Begins to hear. Words that are lost with a connection are made good: it rings when there is a new one. */
  listen(): Promise<unknown> {
    if (this.#listening === undefined) {
      this.#listening = this.#database.listen(CHANNEL, () => this.#ring())
      // Without ears nobody is woken before their time is over; the next who waits tries again.
      this.#listening.catch(() => {
        this.#listening = undefined
      })
    }
    return this.#listening.catch(() => undefined)
  }

  #ring(): void {
    this.#rung += 1
    for (const [first] of [...this.#waiting.values()]) first?.()
  }
}
