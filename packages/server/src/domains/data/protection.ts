import type { Recorder } from '../../records/index.ts'
import { findAccount } from '../labs/index.ts'
import {
  type FilePlace,
  FilesRefused,
  fileNames,
  parseSessionPath,
  placeInSession,
  placeOfAggregate,
} from './alf-path.ts'
import { type DatasetAt, datasetsAt, placeKey } from './datasets-at.ts'
import { requireObject, requireSession } from './protection-owner.ts'
import { joinSession } from './registration/join-session.ts'

/** Files that somebody asks about, as they were sent. */
export interface AskedFiles {
  /** Folder that all files lie in; a session's has to begin with `subject/YYYY-MM-DD/number`. */
  readonly path: string | undefined
  /** A list of names, or one text with commas between them. */
  readonly filenames: unknown
  /** Who would register the files; whoever asks when undefined. */
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
 * overwritten. Whoever would register files of a session becomes one of its people, as by registering them.
 *
 * A fixed number of statements, however many files.
 *
 * @throws FilesRefused for the first thing that is wrong
 */
export async function protectionOfFiles(recorder: Recorder, asked: AskedFiles): Promise<FileProtection[]> {
  const { path = '', created_by, content_type, object_id } = asked
  const person = created_by === undefined ? recorder.actor?.id : (await findAccount(recorder.db, created_by))?.id
  if (created_by !== undefined && person === undefined) throw unknownUser(created_by)
  if (path === '') throw new FilesRefused('no_path', 'The path argument is required.')
  const files = fileNames(asked.filenames)
  if (content_type !== undefined && object_id !== undefined) {
    const owner = await requireObject(recorder.db, content_type, object_id)
    const places = files.map((file) => placeOfAggregate(path, file))
    return protectionOf(places, await datasetsAt(recorder.db, owner, places))
  }
  if (content_type !== undefined || object_id !== undefined)
    throw new FilesRefused('half_owner', 'Both content_type and object_id should be provided together.')
  const session = parseSessionPath(path)
  const owner = await requireSession(recorder.db, session)
  const places = files.map((file) => placeInSession(session, file))
  const found = await datasetsAt(recorder.db, owner, places)
  await joinSession(recorder, owner, person)
  return protectionOf(places, found)
}

/** Said of a name that nobody has. */
export const unknownUser = (username: string): FilesRefused =>
  new FilesRefused('unknown_user', `A user with username "${username}" does not exist.`)

/** What is protected of each place, given the datasets that are there. */
export const protectionOf = (
  places: readonly FilePlace[],
  found: ReadonlyMap<string, readonly DatasetAt[]>,
): FileProtection[] =>
  places.map((place) => ({
    file: place.file,
    revisions: (found.get(placeKey(place)) ?? []).map(({ revision, is_protected }) => ({
      revision,
      isProtected: is_protected,
    })),
  }))

/** Whether any revision of any of the files is protected. */
export const anyProtected = (files: readonly FileProtection[]): boolean =>
  files.some(({ revisions }) => revisions.some(({ isProtected }) => isProtected))
