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

/** Looks at pages again and again until it is told to stop. */
export function watch(lab: Laboratory): () => Promise<Watched> {
  const stopping = new AbortController()
  const seen = { longestMs: 0, longest: '', requests: 0, failures: new Set<string>() }
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      for (const path of LOOKED_AT) {
        const begun = performance.now()
        const answer = await fetch(`${lab.address}${path}`, { headers: { authorization: `Token ${lab.token}` } })
        await answer.arrayBuffer()
        const ms = performance.now() - begun
        seen.requests += 1
        if (answer.status >= 400) seen.failures.add(`${path}: ${answer.status}`)
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
