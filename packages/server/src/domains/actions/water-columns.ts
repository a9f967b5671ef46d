import type { Batch } from '../../query/index.ts'
import { waterSummaries } from './water-control/index.ts'

/** Water figures of all subjects of a page at once. */
export const waterOfSubjects: Batch = (db, keys, { instant }) =>
  waterSummaries(db, keys, instant) as unknown as ReturnType<Batch>
