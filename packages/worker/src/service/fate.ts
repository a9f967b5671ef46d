import type { Ended } from '../attempt/run.ts'

/** What became of an attempt, for the worker's own log: `Complete`, or `failed (…), to be tried again after …`. */
export function sentenceOf(ended: Ended): string {
  if (ended === undefined) return 'ended, and is reported with the next start'
  if (ended === 'superseded') return 'was stopped: the server had given it to somebody else'
  const { finish: how, answer } = ended
  const result = how.outcome === 'succeeded' ? (how.detail ?? how.outcome) : how.outcome
  const why = how.error_message === undefined ? '' : ` (${how.error_message})`
  if (answer.status === undefined) return `${result}${why}, too late: the server had given it up`
  return `${result}${why}${answer.retryAt === undefined ? '' : `, to be tried again after ${answer.retryAt}`}`
}
