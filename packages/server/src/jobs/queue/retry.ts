/** How an attempt ended. */
export interface Ending {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'released' | 'lost'
  /** In the words of whoever ran it: Complete, Incomplete, Empty, Errored and the other names of a status. */
  readonly detail?: string
  readonly errorType?: string
  readonly errorMessage?: string
  /** Whether the same may well succeed the next time. */
  readonly transient?: boolean
}

/** What is known of a task when one of its attempts ends. */
export interface Tries {
  /** Attempts since somebody last put it into the queue, this one included. */
  readonly tries: number
  /** Null when nobody said. */
  readonly max_attempts: number | null
  readonly backoff_seconds: number | null
  readonly cancel_requested: boolean
  /** Started by a program that only writes the public record. */
  readonly polled: boolean
}

export interface Decision {
  /** Number of the task's status from now on; 20 means that it waits again. */
  readonly status: number
  readonly outcome: Ending['outcome']
  /** Seconds until it may be tried again. */
  readonly retryInSeconds?: number
  /** Why somebody should look at it. */
  readonly attention?: string
}

const STATUS = { waiting: 20, errored: 40, abandoned: 45, empty: 50, incomplete: 55, complete: 60 } as const

/** Attempts where nobody said how many: a worker that was lost says nothing about the task, an error does. */
const USUAL_ATTEMPTS = { lost: 3, failed: 1 } as const
const FIRST_PAUSE_SECONDS = 30
const LONGEST_PAUSE_SECONDS = 3600

/** Details that count as success and are a status of their own. */
const SUCCESSES: Readonly<Record<string, number>> = { Incomplete: STATUS.incomplete, Empty: STATUS.empty }

/**
 * What becomes of a task whose attempt has ended.
 *
 * @param random from 0 to 1: workers that failed together do not come back together
 */
export function decide(ending: Ending, tries: Tries, random: number = Math.random()): Decision {
  const { outcome, detail = '' } = ending
  if (outcome === 'succeeded') return { outcome, status: SUCCESSES[detail] ?? STATUS.complete }
  if (outcome === 'cancelled' || tries.cancel_requested) return { outcome, status: STATUS.abandoned }
  if (outcome === 'released') return { outcome, status: STATUS.waiting }
  const mayPass = outcome === 'lost' || ending.transient === true
  const most = tries.max_attempts ?? USUAL_ATTEMPTS[outcome]
  if (mayPass && tries.tries < most)
    return { outcome, status: STATUS.waiting, retryInSeconds: tries.polled ? 0 : pauseSeconds(tries, random) }
  return { outcome, status: STATUS.errored, attention: attentionOf(ending, tries) }
}

/** Twice as long after each attempt, up to an hour, half of it by chance. */
function pauseSeconds({ tries, backoff_seconds }: Tries, random: number): number {
  const whole = Math.min(LONGEST_PAUSE_SECONDS, (backoff_seconds ?? FIRST_PAUSE_SECONDS) * 2 ** Math.min(20, tries - 1))
  return (whole / 2) * (1 + random)
}

function attentionOf({ outcome, errorType }: Ending, { tries }: Tries): string {
  const often = tries > 1 ? ` in attempt ${tries}` : ''
  return outcome === 'lost' ? `Its worker was lost${often}.` : `${errorType ?? 'It failed'}${often}.`
}
