import { identifier, raw } from '../../database/index.ts'
import type { Key, Recorder } from '../../records/index.ts'
import { type FaultsByName, Problem, problemOf } from '../problem.ts'

/** What became of one row of a request: its key, or why it was refused. */
export type Outcome = { readonly key: Key } | { readonly problem: Problem }

export const isRefused = (outcome: Outcome): outcome is { readonly problem: Problem } => 'problem' in outcome

export const invalidRow = (fields: FaultsByName): Outcome => ({
  problem: new Problem(400, 'invalid', Object.values(fields).flat().join(' '), { fields }),
})

/** Rows by place that passed so far, written all together. */
export type WriteRows = (places: readonly number[]) => Promise<readonly Key[]>

/**
 * Writes all rows that were not refused yet. They are tried together; when that is refused, one by one, to find out which
 * of them is to blame.
 */
export async function writtenOrRefused(
  recorder: Recorder,
  outcomes: (Outcome | undefined)[],
  write: WriteRows,
): Promise<Outcome[]> {
  const places = outcomes.flatMap((outcome, at) => (outcome ? [] : [at]))
  if (places.length > 0) {
    const together = await attempt(recorder, () => write(places))
    if (!(together instanceof Problem))
      for (const [at, place] of places.entries()) outcomes[place] = { key: together[at]! }
    else if (places.length === 1) outcomes[places[0]!] = { problem: together }
    else
      for (const place of places) {
        const alone = await attempt(recorder, () => write([place]))
        outcomes[place] = alone instanceof Problem ? { problem: alone } : { key: alone[0]! }
      }
  }
  return outcomes as Outcome[]
}

const SAVEPOINT = identifier('alyx_row').text

/** Runs work that leaves nothing behind when it is refused, while the transaction goes on. */
async function attempt<T>({ db }: Recorder, work: () => Promise<T>): Promise<T | Problem> {
  await db.execute(raw(`savepoint ${SAVEPOINT}`))
  try {
    const result = await work()
    await db.execute(raw(`release savepoint ${SAVEPOINT}`))
    return result
  } catch (error) {
    const problem = problemOf(error)
    if (!problem || problem.status >= 500) throw error
    await db.execute(raw(`rollback to savepoint ${SAVEPOINT}`))
    return problem
  }
}
