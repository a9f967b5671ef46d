import { type Database, SerializationFailure } from '../database/index.ts'
import type { Moment } from '../query/index.ts'
import {
  type Actor,
  type Recorder,
  type RecordingSettings,
  type RuleBook,
  refusalOf,
  type Source,
  TransactionRecorder,
  wallMicroseconds,
} from '../records/index.ts'
import { ruleBook } from './rule-book.ts'

export interface RecordOptions {
  readonly actor: Actor | undefined
  readonly source: Source
  readonly settings: RecordingSettings
  readonly moment: Moment
  /** When the request arrived; this moment when absent. */
  readonly now?: string
  /** Identifier of the request, kept in the history. */
  readonly request?: string
  /** Why the change is made, in the words of whoever makes it; kept in the history. */
  readonly reason?: string
  /** Hears of work after the end that failed. */
  readonly failed?: (error: unknown) => void
  readonly book?: RuleBook
}

/** Two transactions that stand in each other's way are run again so often; neither had written anything. */
const MOST_TRIES = 4
const MICROSECONDS = 1000

/** This instant with microseconds, in UTC: `2026-03-02 09:30:00.123456+00`. */
export function instantNow(): string {
  const microseconds = wallMicroseconds()
  const whole = new Date(Math.floor(microseconds / MICROSECONDS)).toISOString()
  const rest = String(microseconds % MICROSECONDS).padStart(3, '0')
  return `${whole.slice(0, 10)} ${whole.slice(11, 23)}${rest}+00`
}

/**
 * Runs `work` in one transaction with a recorder: everything it writes is kept, or nothing. What it asked to be done
 * after the end is done then.
 *
 * @throws Refused for what rules and constraints do not allow; the database's typed errors
 */
export async function record<T>(
  database: Database,
  options: RecordOptions,
  work: (recorder: Recorder) => Promise<T>,
): Promise<T> {
  // Before the wait for a connection: rules compare what others did since with the moment of asking.
  const now = options.now ?? instantNow()
  for (let tries = 1; ; tries += 1) {
    let recorder: TransactionRecorder | undefined
    try {
      const result = await database.transaction(
        async (db) => {
          recorder = new TransactionRecorder({
            db,
            book: options.book ?? ruleBook,
            moment: options.moment,
            now,
            actor: options.actor,
            source: options.source,
            settings: options.settings,
          })
          return work(recorder)
        },
        { context: contextOf(options) },
      )
      await afterwards(recorder?.committed, options)
      return result
    } catch (error) {
      await afterwards(recorder?.rolledBack, options)
      if (!(error instanceof SerializationFailure) || tries === MOST_TRIES) throw refusalOf(error)
    }
  }
}

const contextOf = ({ actor, request, source, reason }: RecordOptions) => ({
  source,
  ...(actor && { user: actor.id, username: actor.username }),
  ...(request !== undefined && { request }),
  ...(reason !== undefined && { reason }),
})

async function afterwards(works: TransactionRecorder['committed'] = [], { failed }: RecordOptions): Promise<void> {
  for (const work of works) await work().catch((error: unknown) => failed?.(error))
}
