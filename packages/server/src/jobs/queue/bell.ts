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
/** Words may be lost with a connection, and a task may become ready by the clock alone. */
const LOOK_AGAIN_MS = 5_000

/**
 * Wakes those who wait for work when there may be some. Workers that ask for the same are woken one at a time, the next one
 * when the first has found something: fifty idle machines do not all ask about a single task.
 */
export class Bell {
  readonly #database: Database
  readonly #waiting = new Map<string, Set<Waiter>>()
  #listening: Promise<() => Promise<void>> | undefined
  #timer: NodeJS.Timeout | undefined
  #rung = 0
  #turn: Promise<unknown> = Promise.resolve()
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

  /**
   * Looks for work after all who came before: claims that run at the same time only get in each other's way, and are slower
   * together than one after the other.
   */
  inTurn<T>(look: () => Promise<T>): Promise<T> {
    const found = this.#turn.then(look)
    this.#turn = found.catch(() => undefined)
    return found
  }

  /** There was work of this kind: there may be more. */
  pass(kind: string): void {
    const [first] = this.#waiting.get(kind) ?? []
    first?.()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    for (const waiters of [...this.#waiting.values()]) for (const wake of [...waiters]) wake()
    const stop = await this.#listening?.catch(() => undefined)
    await stop?.()
  }

  /** Begins to hear; without it only the clock rings. */
  listen(): Promise<unknown> {
    this.#timer ??= setInterval(() => this.#ring(), LOOK_AGAIN_MS).unref()
    if (this.#listening === undefined) {
      this.#listening = this.#database.listen(CHANNEL, () => this.#ring())
      // Without ears the clock rings alone, and the next who waits tries again.
      this.#listening.catch(() => {
        this.#listening = undefined
      })
    }
    return this.#listening.catch(() => undefined)
  }

  #ring(): void {
    this.#rung += 1
    for (const kind of [...this.#waiting.keys()]) this.pass(kind)
  }
}
