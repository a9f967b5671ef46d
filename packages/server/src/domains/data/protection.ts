import { type Db, sql } from '../../database/index.ts'
import { findAccount } from '../labs/index.ts'
import {
  type FilePlace,
  FilesRefused,
  fileNames,
  parseSessionPath,
  placeInSession,
  placeOfAggregate,
} from './alf-path.ts'
import { type DatasetOwner, requireObject, requireSession } from './protection-owner.ts'

/** Files that somebody asks about, as they were sent. */
export interface AskedFiles {
  /** Folder that all files lie in; a session's has to begin with `subject/YYYY-MM-DD/number`. */
  readonly path: string | undefined
  /** A list of names, or one text with commas between them. */
  readonly filenames: unknown
  /** Who would register the files. */
  readonly created_by: string | undefined
  /** `model` or `app.model` of what the files belong to instead of a session; with `object_id`, or neither. */
  readonly content_type: string | undefined
  readonly object_id: string | undefined
}

/** The datasets that a file has already. */
export interface FileProtection {
  /** The file as it was sent. */
  readonly file: string
  /** Newest revision first, the original, '', last; none for a file that was never registered. */
  readonly revisions: readonly { readonly revision: string; readonly isProtected: boolean }[]
}

/**
 * Which of the files exist as datasets, in the order in which they were sent, and which of these must not be
 * overwritten. At most three statements, however many files. Writes nothing.
 *
 * @throws FilesRefused for the first thing that is wrong
 */
export async function protectionOfFiles(db: Db, asked: AskedFiles): Promise<FileProtection[]> {
  const { path = '', created_by, content_type, object_id } = asked
  if (created_by !== undefined && !(await findAccount(db, created_by)))
    throw new FilesRefused('unknown_user', `A user with username "${created_by}" does not exist.`)
  if (path === '') throw new FilesRefused('no_path', 'The path argument is required.')
  const files = fileNames(asked.filenames)
  if (content_type !== undefined && object_id !== undefined) {
    const owner = await requireObject(db, content_type, object_id)
    return protectionOfPlaces(
      db,
      owner,
      files.map((file) => placeOfAggregate(path, file)),
    )
  }
  if (content_type !== undefined || object_id !== undefined)
    throw new FilesRefused('half_owner', 'Both content_type and object_id should be provided together.')
  const session = parseSessionPath(path)
  const owner = await requireSession(db, session)
  return protectionOfPlaces(
    db,
    owner,
    files.map((file) => placeInSession(session, file)),
  )
}

/** The datasets of each place, whichever their revision: one statement, and none for no places. */
async function protectionOfPlaces(
  db: Db,
  owner: DatasetOwner,
  places: readonly FilePlace[],
): Promise<FileProtection[]> {
  if (places.length === 0) return []
  const rows = await db.objects<{ collection: string; name: string; revision: string; is_protected: boolean }>(sql`
    select d.collection, d.name, coalesce(r.name, '') as revision,
      exists (
        select 1 from data_dataset_tags dt join data_tag t on t.id = dt.tag_id
        where dt.dataset_id = d.id and t.protected
      ) as is_protected
    from data_dataset d
    left join data_revision r on r.id = d.revision_id
    where ${ownedBy(owner)}
      and (d.collection, d.name) in (
        select * from unnest(${places.map(({ collection }) => collection)}::text[], ${places.map(({ name }) => name)}::text[])
      )
    order by d.revision_id is null, r.created_datetime desc nulls last, r.name desc, d.id`)
  const found = Map.groupBy(rows, keyOf)
  return places.map((place) => ({
    file: place.file,
    revisions: (found.get(keyOf(place)) ?? []).map(({ revision, is_protected }) => ({
      revision,
      isProtected: is_protected,
    })),
  }))
}

const ownedBy = (owner: DatasetOwner) =>
  'session_id' in owner
    ? sql`d.session_id = ${owner.session_id}`
    : sql`d.session_id is null and d.content_type_id = ${owner.content_type_id} and d.object_id = ${owner.object_id}`

// A name has no slash: two places never share a key.
const keyOf = ({ collection, name }: { collection: string; name: string }): string => `${collection}/${name}`
