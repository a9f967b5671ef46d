import { randomUUID } from 'node:crypto'
import { sql } from '../../database/index.ts'
import type { Recorder } from '../../records/index.ts'
import { FilesRefused } from './alf-path.ts'
import { type Given, textList } from './registration/lists.ts'

/** How often somebody has downloaded a dataset by now. */
export interface CountedDownload {
  /** Key of what counts the downloads of this person and dataset. */
  readonly id: string
  readonly count: number
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/**
 * Counts downloads of datasets by whoever calls, and adds the projects they were for. At most three statements; people
 * who download at the same time are all counted.
 *
 * @param given  `datasets`, identifiers, and `projects`, names: lists, or texts with commas between
 * @returns in the order of the datasets; one that comes twice is counted twice
 * @throws FilesRefused `malformed_list`, `malformed_value` or `unknown_owner`
 */
export async function countDownloads({ db, actor, now }: Recorder, given: Given): Promise<CountedDownload[]> {
  const asked = askedDatasets(given)
  const projects = [...new Set(textList(given, 'projects'))]
  if (asked.length === 0) return []
  const times = new Map<string, number>()
  for (const dataset of asked) times.set(dataset, (times.get(dataset) ?? 0) + 1)
  // In one order for everybody, so that two who count the same datasets never wait for each other.
  const datasets = [...times.keys()].sort()
  requireAll(await missing(db, datasets, projects))
  const rows = await db.objects<{ id: string; dataset_id: string; count: number }>(sql`
    insert into data_download (id, name, user_id, dataset_id, first_download, last_download, count)
    select id, '', ${actor!.id}::uuid, dataset_id, ${now}, ${now}, times
    from unnest(${datasets.map(() => randomUUID())}::uuid[], ${datasets}::uuid[], ${datasets.map((one) => times.get(one))}::integer[])
      as given(id, dataset_id, times)
    on conflict (user_id, dataset_id)
      do update set count = data_download.count + excluded.count, last_download = excluded.last_download
    returning id, dataset_id, count`)
  const counted = new Map(rows.map(({ dataset_id, ...download }) => [dataset_id, download]))
  if (projects.length > 0)
    await db.execute(sql`
      insert into data_download_projects (download_id, project_id)
      select d.id, p.id from unnest(${rows.map(({ id }) => id)}::uuid[]) as d(id)
      cross join (select id from subjects_project where name = any(${projects}::text[])) as p
      where not exists (
        select 1 from data_download_projects l where l.download_id = d.id and l.project_id = p.id
      )
      on conflict do nothing`)
  return asked.map((dataset) => {
    const { id, count } = counted.get(dataset)!
    const later = times.get(dataset)! - 1
    times.set(dataset, later)
    return { id, count: count - later }
  })
}

function askedDatasets(given: Given): string[] {
  const value = given.get('datasets')
  if (value === undefined || value === null)
    throw new FilesRefused('malformed_list', 'datasets is required: a list of identifiers, or one text with commas.')
  return textList(given, 'datasets').map((text) => {
    const trimmed = text.trim()
    if (!UUID.test(trimmed)) throw new FilesRefused('malformed_value', `“${text}” is not a valid UUID.`)
    const digits = trimmed.toLowerCase().replaceAll('-', '')
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  })
}

/** What was asked for and does not exist: `[what, name]`. */
const missing = (db: Recorder['db'], datasets: readonly string[], projects: readonly string[]) =>
  db.rows(sql`
    select 'dataset', id::text from unnest(${[...datasets]}::uuid[]) as given(id)
    where not exists (select 1 from data_dataset d where d.id = given.id)
    union all
    select 'project', name from unnest(${[...projects]}::text[]) as given(name)
    where not exists (select 1 from subjects_project p where p.name = given.name)`)

function requireAll(rows: readonly (readonly (string | null)[])[]): void {
  const [first] = rows
  if (first) throw new FilesRefused('unknown_owner', `There is no ${first[0]} "${first[1]}".`)
}
