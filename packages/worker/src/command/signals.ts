import type { Worker } from '../service/worker.ts'

const ASKED_THRICE = 130

/** Runs with a worker that stops when asked to, at once when asked again, and is left alone the third time. */
export async function stopOnSignals<T>(worker: Worker, work: () => Promise<T>): Promise<T> {
  let asked = 0
  const stop = (): void => {
    asked += 1
    if (asked > 2) process.exit(ASKED_THRICE)
    worker.stop()
  }
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, stop)
  try {
    return await work()
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
