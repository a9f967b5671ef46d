import { randomUUID } from 'node:crypto'
import { sql } from '../../../database/index.ts'
import type { Recorder } from '../../../records/index.ts'

/**
 * Keys of revisions by name; those that do not exist are made, also when somebody else makes them at this moment. One
 * statement when all exist, two otherwise, none for no names.
 *
 * @param names  without the pound signs
 */
export async function requireRevisions(
  { db, now }: Recorder,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(names)]
  if (wanted.length === 0) return new Map()
  const found = new Map(
    (await db.rows(sql`select name, id from data_revision where name = any(${wanted}::text[])`)) as [string, string][],
  )
  const missing = wanted.filter((name) => !found.has(name)).sort()
  if (missing.length === 0) return found
  // An update that changes nothing gives the key of a row that another transaction has made meanwhile.
  const made = await db.rows(sql`
    insert into data_revision (id, name, description, created_datetime)
    select id, name, '', ${now} from unnest(${missing.map(() => randomUUID())}::uuid[], ${missing}::text[]) as given(id, name)
    on conflict (name) do update set name = excluded.name
    returning name, id`)
  return new Map([...found, ...(made as [string, string][])])
}
