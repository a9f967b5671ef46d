import type { Database } from '../database/index.ts'
import { type ChildRun, startChild } from './child.ts'
import {
  ALIVE_SECONDS,
  type ClaimedRun,
  changedState,
  claimRun,
  dueSchedules,
  type Ending,
  endRun,
  loseDeadRuns,
  renewRuns,
} from './claims.ts'

/** What whoever looks after the server should hear. */
export interface Told {
  readonly name: string
  readonly command: readonly string[]
  /** Set when the state of the schedule is another one than before. */
  readonly change: 'fails' | 'works' | undefined
  readonly outcome: Ending['outcome'] | 'lost'
  readonly output: string
}

export interface RunnerOptions {
  /** Of schedules that name none. */
  readonly timeZone: string
  readonly told: (told: Told) => unknown
  /** The program that is run with the words of a command; `alyx` when absent. */
  readonly program?: readonly string[]
}

const SECOND_MS = 1000

/** Runs what is due for as long as a server runs; any number of servers may do so on one database. */
export class ScheduleRunner {
  readonly #database: Database
  readonly #options: RunnerOptions
  readonly #running = new Map<number, { child: ChildRun; done: Promise<void> }>()
  #renewed = 0
  #stopping = false

  constructor(database: Database, options: RunnerOptions) {
    this.#database = database
    this.#options = options
  }

  /** Begins what is due now. To be called every few seconds. */
  async tick(now: Date = new Date()): Promise<void> {
    if (this.#stopping) return
    await this.#renew(now)
    for (const name of new Set(await loseDeadRuns(this.#database, now))) {
      const change = await changedState(this.#database, name, true)
      await this.#options.told({ name, command: [], change, outcome: 'lost', output: '' })
    }
    for (const name of await dueSchedules(this.#database, now)) {
      const run = await claimRun(this.#database, name, now, this.#options.timeZone)
      if (run) this.#begin(run)
    }
  }

  /** Runs a claimed run to its end. */
  async run(run: ClaimedRun): Promise<Ending> {
    const child = startChild(run.command, run.timeoutSeconds, this.#options.program)
    const done = this.#finish(run, child)
    this.#running.set(run.id, { child, done: done.then(() => undefined) })
    try {
      return await done
    } finally {
      this.#running.delete(run.id)
    }
  }

  /** Says that what runs here lives. To be called every few seconds where `tick` is not. */
  async keepAlive(now: Date = new Date()): Promise<void> {
    await this.#renew(now)
  }

  /** Stops what runs, with everything it has started. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const { child } of this.#running.values()) child.stop()
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done))
  }

  #begin(run: ClaimedRun): void {
    this.run(run).catch((error: unknown) =>
      this.#options.told({
        name: run.name,
        command: run.command,
        change: undefined,
        outcome: 'failed',
        output: String(error),
      }),
    )
  }

  async #finish(run: ClaimedRun, child: ChildRun): Promise<Ending> {
    const ending = await child.ended
    const change = await endRun(this.#database, run, ending, new Date())
    const { name, command } = run
    await this.#options.told({ name, command, change, outcome: ending.outcome, output: ending.output })
    return ending
  }

  async #renew(now: Date): Promise<void> {
    if (this.#running.size === 0 || now.getTime() - this.#renewed < (ALIVE_SECONDS / 3) * SECOND_MS) return
    this.#renewed = now.getTime()
    await renewRuns(this.#database, [...this.#running.keys()], now)
  }
}
