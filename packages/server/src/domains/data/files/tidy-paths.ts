import { FileRecord } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Recorder } from '../../../records/index.ts'
import { inBatches } from './batches.ts'

/** A record whose path is written in a way that no program expects. */
export interface UntidyPath {
  readonly id: string
  readonly relative_path: string
  readonly tidied: string
  /** Another record of the repository has the tidy path already: somebody has to look. */
  readonly is_taken: boolean
}

/** A path with `/` between folders, once. */
export const tidyPath = (path: string): string => path.replace(/[\\/]+/g, '/')

/**
 * Puts paths of file records right that rigs wrote with backslashes or with doubled slashes.
 *
 * @param dry  only tells which
 * @returns all of them; those that are taken stay as they are
 *
 * Source: Alyx 3.6.1, data/management/commands/files.py, normalize_relative_paths.
 */
export async function tidyPaths(
  recorder: Recorder,
  { dry = false }: { readonly dry?: boolean } = {},
): Promise<UntidyPath[]> {
  const untidy = await untidyPaths(recorder)
  if (!dry)
    await inBatches(
      untidy.filter(({ is_taken }) => !is_taken),
      (some) =>
        recorder.change(
          FileRecord,
          some.map(({ id, tidied }) => ({ key: id, values: { relative_path: tidied } })),
        ),
    )
  return untidy
}

/** The first of several records that would get one path may have it. */
const untidyPaths = ({ db }: Recorder): Promise<UntidyPath[]> =>
  db.objects<UntidyPath>(sql`
    with untidy as (
      select f.id, f.data_repository_id, f.relative_path, regexp_replace(f.relative_path, '[\\\\/]+', '/', 'g') as tidied
      from data_filerecord f where position('\\' in f.relative_path) > 0 or position('//' in f.relative_path) > 0
    )
    select u.id, u.relative_path, u.tidied, exists (
      select 1 from data_filerecord f where f.data_repository_id = u.data_repository_id and f.relative_path = u.tidied
    ) or row_number() over (partition by u.data_repository_id, u.tidied order by u.id) > 1 as is_taken
    from untidy u order by u.relative_path, u.id`)
