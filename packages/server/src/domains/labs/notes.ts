import { sql } from 'kysely'
import type { Fragment, Scope } from '../../query/index.ts'

/** Notes of a row. A note names its row by id alone, and ids are unique in the whole laboratory. */
export const hangsOn = (note: Scope, row: Scope): Fragment => sql`${note.own('object_id')} = ${row.key}`
