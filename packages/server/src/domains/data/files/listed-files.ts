import { FileRecord } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Recorder, Refused } from '../../../records/index.ts'
import { inBatches } from './batches.ts'
import { requireNamed } from './named.ts'

/** Where the files of a repository begin on its machine. */
interface Root {
  readonly id: string
  /** With one slash at its end. */
  readonly folder: string
}

/** A place of a repository that a file on its machine may be known by. */
export interface PossiblePlace {
  readonly repository: string
  readonly relative_path: string
  /** The dataset that the name of the file says; null when it says none. */
  readonly dataset_id: string | null
}

const DATASET_IN_NAME = /^(.*)\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(\.[^./]+)?$/i
/** A disk that old records begin with although it is no part of the path. */
const OLD_DISK = 'Data2/'

/**
 * What a file may be known by: its path below the root of each repository that it lies in, and, where its name carries
 * the key of its dataset before the extension, the path without it.
 */
export function possiblePlaces(path: string, roots: readonly Root[]): PossiblePlace[] {
  return roots.flatMap(({ id, folder }) => {
    if (!path.startsWith(folder)) return []
    const relative = path.slice(folder.length)
    const [, stem, dataset, extension = ''] = DATASET_IN_NAME.exec(relative) ?? []
    const known = [
      { relative_path: relative, dataset_id: null },
      ...(stem === undefined ? [] : [{ relative_path: `${stem}${extension}`, dataset_id: dataset!.toLowerCase() }]),
    ]
    return known.flatMap(({ relative_path, dataset_id }) => [
      { repository: id, relative_path, dataset_id },
      { repository: id, relative_path: `${OLD_DISK}${relative_path}`, dataset_id },
    ])
  })
}

/**
 * Notes that files are where they should be: records of files that were missing and that a listing of the machine names.
 *
 * @param paths  absolute paths on the machine of the repositories, as `find` lists them
 * @param repository  name of the only repository meant; all whose folder is known when absent
 * @returns how many records were changed
 * @throws Refused `missing` for a repository that does not exist, `invalid` for one whose folder nobody wrote down
 *
 * Source: Alyx 3.6.1, data/management/commands/files.py, syncfast.
 */
export async function markListedFiles(
  recorder: Recorder,
  paths: readonly string[],
  { repository }: { readonly repository?: string } = {},
): Promise<number> {
  await requireNamed(recorder.db, { repository })
  const roots = await rootsOf(recorder, repository)
  let changed = 0
  await inBatches(paths, async (some) => {
    const places = some.flatMap((path) => possiblePlaces(path, roots))
    const keys = await missingAt(recorder, places)
    await recorder.change(
      FileRecord,
      keys.map((key) => ({ key, values: { exists: true } })),
    )
    changed += keys.length
  })
  return changed
}

async function rootsOf({ db }: Recorder, repository: string | undefined): Promise<Root[]> {
  const found = await db.rows(sql`
    select id, globus_path from data_datarepository
    where trim('/' from globus_path) <> '' ${repository === undefined ? sql`` : sql`and name = ${repository}`}`)
  if (repository !== undefined && found.length === 0)
    throw new Refused(
      'invalid',
      `Nobody wrote down in which folder the files of "${repository}" begin: its globus_path is empty.`,
    )
  return found.map(([id, path]) => ({ id: id!, folder: `${path!.replace(/\/+$/, '')}/` }))
}

async function missingAt({ db }: Recorder, places: readonly PossiblePlace[]): Promise<string[]> {
  const found = await db.rows(sql`
    select distinct f.id from unnest(
      ${places.map(({ repository }) => repository)}::uuid[], ${places.map(({ relative_path }) => relative_path)}::text[],
      ${places.map(({ dataset_id }) => dataset_id)}::uuid[]
    ) as place(repository, relative_path, dataset_id)
    join data_filerecord f on f.data_repository_id = place.repository and f.relative_path = place.relative_path
    where not f."exists" and (place.dataset_id is null or place.dataset_id = f.dataset_id)`)
  return found.map(([key]) => key!)
}
