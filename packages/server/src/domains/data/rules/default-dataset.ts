import { Dataset, type RowOf } from '@alyx/models'
import { join, sql } from '../../../database/index.ts'
import { type Draft, type Key, type Recorder, rulesFor } from '../../../records/index.ts'
import { waitForTurns } from '../turns.ts'

type DatasetRow = Pick<
  RowOf<typeof Dataset>,
  'session_id' | 'content_type_id' | 'object_id' | 'collection' | 'name' | 'default_dataset'
>

/** The same text for datasets of one owner, collection and name: programs that name no revision get one of them. */
export const placeOfDataset = ({ session_id, content_type_id, object_id, collection, name }: DatasetRow): string =>
  JSON.stringify(session_id === null ? [content_type_id, object_id, collection, name] : [session_id, collection, name])

/** Which of several new rows keep the flag, by position: of those of one place, the last that has it. */
export function keepingDefault(rows: readonly DatasetRow[]): ReadonlySet<number> {
  const last = new Map<string, number>()
  for (const [at, row] of rows.entries()) if (row.default_dataset) last.set(placeOfDataset(row), at)
  return new Set(last.values())
}

/**
 * A new dataset that is the default takes the flag from the one that had it. A changed one does not, as in Alyx.
 *
 * Two statements, none when no new dataset is the default; those of a change when others lose the flag.
 */
async function takeDefault(drafts: readonly Draft<typeof Dataset>[], recorder: Recorder): Promise<void> {
  const fresh = drafts.filter(({ before, values }) => before === undefined && values.default_dataset)
  if (fresh.length === 0) return
  const rows = fresh.map(({ values }) => values)
  const keeping = keepingDefault(rows)
  for (const [at, row] of rows.entries()) row.default_dataset = keeping.has(at)
  await waitForTurns(recorder.db, rows)
  const others = await defaultsAt(recorder, rows)
  await recorder.change(
    Dataset,
    others.map((key) => ({ key, values: { default_dataset: false } })),
  )
}

/** Keys of the defaults at the places of rows. The sessions are named by themselves: they are what an index finds. */
async function defaultsAt({ db }: Recorder, rows: readonly DatasetRow[]): Promise<Key[]> {
  const [ofSessions, ofOthers] = [
    rows.filter(({ session_id }) => session_id !== null),
    rows.filter(({ session_id }) => session_id === null),
  ]
  const texts = (of: readonly DatasetRow[], column: keyof DatasetRow) => of.map((row) => row[column])
  const branches = [
    ...(ofSessions.length > 0
      ? [
          sql`select d.id from data_dataset d
    where d.default_dataset and d.session_id = any(${[...new Set(texts(ofSessions, 'session_id'))]}::uuid[])
      and (d.session_id, d.collection, d.name) in (
      select * from unnest(${texts(ofSessions, 'session_id')}::uuid[], ${texts(ofSessions, 'collection')}::text[], ${texts(ofSessions, 'name')}::text[])
    )`,
        ]
      : []),
    // Nothing need own a dataset: equality would find none of those.
    ...(ofOthers.length > 0
      ? [
          sql`select d.id from data_dataset d
    join unnest(${texts(ofOthers, 'content_type_id')}::integer[], ${texts(ofOthers, 'object_id')}::uuid[], ${texts(ofOthers, 'collection')}::text[], ${texts(ofOthers, 'name')}::text[])
      as place(content_type_id, object_id, collection, name) on place.name = d.name and place.collection = d.collection
    where d.default_dataset and d.session_id is null
      and d.content_type_id is not distinct from place.content_type_id and d.object_id is not distinct from place.object_id`,
        ]
      : []),
  ]
  const found = await db.rows(join(branches, ' union '))
  return found.map(([key]) => key!)
}

export const defaultDatasetRules = rulesFor(Dataset, { prepare: takeDefault })
