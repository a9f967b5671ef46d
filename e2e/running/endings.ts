import { constants } from 'node:os'

type Ending = () => Promise<unknown>

const endings: Ending[] = []

/** Has something undone when `withEndings` is over, the last thing begun first. */
export function atTheEnd(ending: Ending): void {
  endings.push(ending)
}

/**
 * Runs a whole program and then ends all that it has started, also when it fails or is asked to stop.
 *
 * @param work returns the exit code
 */
export async function withEndings(work: () => Promise<number>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void endAll().finally(() => process.exit(128 + constants.signals[signal])))
  }
  let code = 1
  try {
    code = await work()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
  } finally {
    await endAll()
  }
  process.exit(code)
}

async function endAll(): Promise<void> {
  for (let ending = endings.pop(); ending; ending = endings.pop()) {
    await ending().catch((error) => process.stderr.write(`could not clean up: ${error}\n`))
  }
}
