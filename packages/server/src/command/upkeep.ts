import type { Logger } from 'pino'
import type { Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import { recorded } from './recorded.ts'

const MINUTE_MS = 60 * 1000
const DAY_MS = 24 * 60 * MINUTE_MS
const SECOND_MS = 1000
/** A worker that fell silent is noticed at most so long after its lease. */
const REAP_EVERY_MS = 10 * SECOND_MS
const WAKE_EVERY_MS = 2 * SECOND_MS
const CALL_EVERY_MS = 5 * SECOND_MS
const TELL_EVERY_MS = 5 * MINUTE_MS
/** Newer changes of the history are without a seal for at most two of these. */
const SEAL_EVERY_MS = 5 * MINUTE_MS

/** Work that a running server does by itself. */
export interface Upkeep {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

interface Chore {
  readonly name: string
  readonly everyMs: number
  readonly run: () => Promise<unknown>
}

/** What has to be done again and again for as long as a server runs; several servers may do so at the same time. */
export async function startUpkeep(database: Database, settings: Settings, log: Logger): Promise<Upkeep> {
  const [{ sealHistory }, { purgeAnswers }, { tellFailures }, { openHooks }, jobs] = await Promise.all([
    import('../history/index.ts'),
    import('../records/index.ts'),
    import('../domains/actions/index.ts'),
    import('../web-hooks/index.ts'),
    import('../jobs/index.ts'),
  ])
  const hook = openHooks({ privateAddresses: settings.webHookPrivateAddresses })
  const begun = performance.now()
  const upSeconds = () => (performance.now() - begun) / SECOND_MS
  return doing(
    [
      { name: 'seal the history', everyMs: SEAL_EVERY_MS, run: () => sealHistory(database) },
      { name: 'forget old answers', everyMs: DAY_MS, run: () => purgeAnswers(database) },
      { name: 'give up lost workers', everyMs: REAP_EVERY_MS, run: () => jobs.reapLostAttempts(database, upSeconds()) },
      { name: 'wake delayed tasks', everyMs: WAKE_EVERY_MS, run: jobs.wakingDelayedTasks(database) },
      { name: 'tell of failed tasks', everyMs: TELL_EVERY_MS, run: () => recorded(database, settings, tellFailures) },
      { name: 'call web hooks', everyMs: CALL_EVERY_MS, run: () => jobs.makeFailureCalls(database, hook) },
      { name: 'forget old calls', everyMs: DAY_MS, run: () => jobs.forgetOldCalls(database) },
      { name: 'forget old attempts', everyMs: DAY_MS, run: () => jobs.forgetOldAttempts(database) },
    ],
    (name, error) => {
      if (error === undefined) log.info({ chore: name }, 'upkeep works again')
      else log.warn({ err: error, chore: name }, 'upkeep failed, and is tried again')
    },
  )
}

/**
 * Does chores again and again, each for the first time at once, never one of them twice at the same time.
 *
 * @param told hears of a chore that begins to fail, with the error, and of one that works again, without
 */
export function doing(chores: readonly Chore[], told: (name: string, error: unknown) => void): Upkeep {
  const failing = new Set<string>()
  const running = new Map<string, Promise<void>>()
  const once = async ({ name, run }: Chore): Promise<void> => {
    try {
      await run()
      if (failing.delete(name)) told(name, undefined)
    } catch (error) {
      if (!failing.has(name)) told(name, error)
      failing.add(name)
    }
  }
  const begin = (chore: Chore): void => {
    if (running.has(chore.name)) return
    running.set(
      chore.name,
      once(chore).finally(() => running.delete(chore.name)),
    )
  }
  const timers = chores.map((chore) => setInterval(() => begin(chore), chore.everyMs).unref())
  for (const chore of chores) begin(chore)
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(running.values())
    },
  }
}
