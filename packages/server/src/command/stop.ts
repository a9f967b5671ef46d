import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A terminal and the programs in between may each pass on the same Ctrl-C. */
const SAME_WISH_MS = 1_000

/**
 * Until a signal asks for it, and then orderly: each step in its order. Patience has an end: whatever is not done by
 * then is left to the operating system. A second signal a moment later ends the process at once.
 */
export async function untilStopped(steps: readonly (() => Promise<unknown>)[], patienceMs: number): Promise<void> {
  const first = await new Promise<number>((resolve) => {
    let asked = 0
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        asked ||= Date.now()
        if (Date.now() - asked > SAME_WISH_MS) process.exit(codeFor(signal))
        resolve(asked)
      })
    }
  })
  const late = pause(patienceMs - (Date.now() - first), 'late', { ref: false })
  for (const step of steps) if ((await Promise.race([step(), late])) === 'late') break
}

/**
 * Makes signals end the process through `process.exit`, which lets go of what it holds, such as our own PostgreSQL; by
 * default they end it without a word.
 *
 * @returns what takes this back
 */
export function exitOnSignals(): () => void {
  const handlers = SIGNALS.map((signal) => [signal, () => process.exit(codeFor(signal))] as const)
  for (const [signal, handler] of handlers) process.once(signal, handler)
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler)
  }
}

/** As a shell reports it. */
const codeFor = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]
