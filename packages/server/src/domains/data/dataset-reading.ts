import { sql } from 'kysely'
import type { Fragment, Scope } from '../../query/index.ts'

/**
 * How many of a dataset's tags protect it, and how many make it public, as `1 0`.
 * Source: Alyx 3.6.1, annotations `protected` and `public` of the dataset list.
 */
export const tagCounts = (dataset: Scope): Fragment =>
  sql`(select count(*) filter (where tag.protected) || ' ' || count(*) filter (where tag.public) from data_dataset_tags dt join data_tag tag on tag.id = dt.tag_id where dt.dataset_id = ${dataset.key})`

/** The first number in what `tagCounts` selects. */
export const protectingTags = (counts: string | null): number => Number(counts?.split(' ')[0])
/** The second number in what `tagCounts` selects. */
export const publicTags = (counts: string | null): number => Number(counts?.split(' ')[1])

/**
 * True for a dataset with a file on a repository that everybody reaches. A database without any such repository shows
 * all its datasets: a lab that keeps files only on its own machines still wants to see them.
 */
export const isOnServer = (dataset: Scope): Fragment<boolean> =>
  sql<boolean>`(not exists (select 1 from data_datarepository where globus_is_personal = false) or exists (select 1 from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = ${dataset.key} and f."exists" and r.globus_is_personal = false))`

/**
 * Base address, relative path and dataset id of the preferred copy of a dataset, one per line; null when no existing
 * copy has an address. Repositories open to everybody come first, then the last name in the alphabet.
 */
export const preferredCopy = (dataset: Scope): Fragment =>
  sql`(select concat_ws(chr(10), r.data_url, f.relative_path, f.dataset_id) from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = ${dataset.key} and f."exists" and r.data_url is not null order by r.globus_is_personal, r.name desc limit 1)`

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/**
 * Address of a file: the repository's base, then the path with the dataset's id before the extension.
 *
 * @param base  the repository's `data_url`; null gives null
 * @returns `https://host/lab/Subjects/…/spikes.times.<id>.npy`, not percent-encoded: clients do that themselves
 */
export function fileAddress(base: string | null, relativePath: string, datasetId: string): string | null {
  if (!base) return null
  const slash = relativePath.lastIndexOf('/')
  const name = relativePath.slice(slash + 1)
  const dot = name.lastIndexOf('.')
  const stem = dot > 0 ? name.slice(0, dot) : name
  const extension = dot > 0 ? name.slice(dot) : ''
  const parts = stem.split('.')
  if (parts.length > 1 && UUID.test(parts.at(-1)!)) parts.pop()
  return `${base}${relativePath.slice(0, slash + 1)}${[...parts, datasetId].join('.')}${extension}`
}

/** The address in what `preferredCopy` selects. */
export function preferredAddress(copy: string | null): string | null {
  if (copy === null) return null
  const [base, path, id] = copy.split('\n')
  return fileAddress(base!, path!, id!)
}
