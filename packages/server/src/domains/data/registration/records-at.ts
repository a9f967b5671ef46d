import { type Db, sql } from '../../../database/index.ts'

/** A file record that is there already. */
export interface RecordAt {
  readonly id: string
  readonly dataset_id: string
}

/** The same text for the same path in the same repository. */
export const recordKey = (repository: string, relativePath: string): string => `${repository} ${relativePath}`

/**
 * The records of some paths in some repositories, whichever their dataset: one statement, none when there is nothing to
 * look for. Both together are unique, so each pair is looked up in an index.
 *
 * @returns by `recordKey`
 */
export async function recordsAt(
  db: Db,
  repositories: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, RecordAt>> {
  if (repositories.length === 0 || paths.length === 0) return new Map()
  const rows = await db.rows(sql`
    select f.data_repository_id, f.relative_path, f.id, f.dataset_id
    from unnest(${[...new Set(paths)]}::text[]) as p(relative_path)
    cross join unnest(${[...repositories]}::uuid[]) as r(id)
    join data_filerecord f on f.data_repository_id = r.id and f.relative_path = p.relative_path`)
  return new Map(
    rows.map(([repository, path, id, dataset_id]) => [
      recordKey(repository!, path!),
      { id: id!, dataset_id: dataset_id! },
    ]),
  )
}
