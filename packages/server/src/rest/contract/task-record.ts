import { noteWorkerRecord } from '../../jobs/index.ts'
import type { BodyView } from '../writing/body-view.ts'
import type { Writing } from '../writing/writing.ts'

/** A change that says all of these repeats the whole record, as workers of pypelines do. */
const WHOLE = ['name', 'executable', 'arguments', 'priority', 'level', 'graph', 'status', 'log']
/** What a worker knows better than we do. */
const OF_WORKERS = new Set(['status', 'log', 'version', 'time_elapsed_secs'])

const isWhole = (body: BodyView): boolean => WHOLE.every((name) => body.extra(name) !== undefined)

/** A task without a repository is shown with null there, and so comes back. */
export const nullsOfWorkers = (body: BodyView): readonly string[] => (isWhole(body) ? ['data_repository'] : [])

/**
 * A worker that writes back the whole record which it once read must not undo what people changed meanwhile: of a task that
 * was sent to Celery, only the outcome is taken.
 */
export async function takeWorkerRecord({ recorder, method, body, written, before, key }: Writing): Promise<void> {
  if (method !== 'PATCH' || before === undefined || key === undefined) return
  if (!isWhole(body)) return
  const { values, links } = written
  const status = values.status === undefined ? undefined : Number(values.status)
  const taken = await noteWorkerRecord(recorder.db, {
    task: key,
    before: Number(before.status),
    status,
    word: String(body.extra('status')).slice(0, 64),
    log: typeof values.log === 'string' ? values.log : undefined,
  })
  if (taken === undefined) return
  for (const column of Object.keys(values))
    if (!OF_WORKERS.has(column) || (column === 'status' && taken === 'report')) delete values[column]
  for (const field of Object.keys(links)) delete links[field]
}
