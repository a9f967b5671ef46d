import { type Db, sql } from '../../database/index.ts'

/** What datasets belong to, as far as it is needed to tell one from another. */
interface Owner {
  readonly session_id?: string | null
  readonly object_id?: string | null
  readonly content_type_id?: string | number | null
}

/**
 * Waits until nobody else makes datasets of the same owners; the turn ends with the transaction. Two who make the same
 * dataset at the same time then do it one after the other, and the second finds what the first made.
 *
 * One statement, however many owners.
 */
export async function waitForTurns(db: Db, owners: readonly Owner[]): Promise<void> {
  // In one order for everybody, so that two who want the same turns never wait for each other.
  const keys = [...new Set(owners.map(turnOf))].sort()
  await db.execute(sql`
    select pg_advisory_xact_lock(hashtextextended(turn, 0)) from unnest(${keys}::text[]) as wanted(turn)`)
}

function turnOf({ session_id, content_type_id, object_id }: Owner): string {
  const key = session_id ?? `${content_type_id ?? ''} ${(object_id ?? '').toLowerCase().replaceAll('-', '')}`
  return `files of ${key}`
}
