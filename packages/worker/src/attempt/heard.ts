import { BackOff, pause } from '../server/back-off.ts'
import { CallRefused, ServerAway } from '../server/failures.ts'

/** Nobody waits for the server any more. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp'
}

/**
 * Calls until the server has answered, for hours if need be.
 *
 * @param troubled hears each time why it has not
 * @throws CallRefused when it says no, GivenUp when the signal comes first
 */
export async function heard<T>(
  call: () => Promise<T>,
  {
    until,
    troubled,
    longestPauseMs,
  }: { until?: AbortSignal; troubled?: (error: Error) => void; longestPauseMs?: number } = {},
): Promise<T> {
  const backOff = new BackOff(undefined, longestPauseMs)
  for (;;) {
    if (until?.aborted) throw new GivenUp()
    try {
      return await call()
    } catch (error) {
      if (error instanceof CallRefused || !(error instanceof Error)) throw error
      troubled?.(error)
      await pause(backOff.nextMs(error instanceof ServerAway ? error.retryAfterSeconds : undefined), until)
    }
  }
}
