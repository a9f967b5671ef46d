import { setTimeout as pause } from 'node:timers/promises'
import type { Laboratory } from './laboratory.ts'

/** What people look at, with and without a broker. */
const LOOKED_AT = ['/api/v1/jobs/broker', '/api/v1/jobs/sessions', '/docs/', '/sessions?limit=1', '/health/ready']

export interface Watched {
  /** Of all requests, in milliseconds, and which one it was. */
  readonly longestMs: number
  readonly longest: string
  readonly requests: number
  /** Answers that were none, each kind once. */
  readonly failures: readonly string[]
}

/** Beyond this a page is looked at once more: one that waits for a broker waits again, a machine that was busy does not. */
const ONCE_MORE_MS = 500

/** Looks at pages again and again until it is told to stop; what it sees first, of a server that has just begun, does not count. */
export async function watch(lab: Laboratory): Promise<() => Promise<Watched>> {
  const stopping = new AbortController()
  const seen = { longestMs: 0, longest: '', requests: 0, failures: new Set<string>() }
  const look = async (path: string): Promise<number> => {
    const begun = performance.now()
    const answer = await fetch(`${lab.address}${path}`, { headers: { authorization: `Token ${lab.token}` } })
    await answer.arrayBuffer()
    seen.requests += 1
    if (answer.status >= 400) seen.failures.add(`${path}: ${answer.status}`)
    return performance.now() - begun
  }
  for (const path of LOOKED_AT) await look(path)
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      for (const path of LOOKED_AT) {
        const first = await look(path)
        const ms = first > ONCE_MORE_MS ? Math.min(first, await look(path)) : first
        if (ms > seen.longestMs) Object.assign(seen, { longestMs: ms, longest: path })
      }
      await pause(100, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return async () => {
    stopping.abort()
    await watching
    return { ...seen, failures: [...seen.failures] }
  }
}
