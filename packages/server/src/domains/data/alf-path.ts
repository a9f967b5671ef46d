/**
 * Where a file lies among a laboratory's files, read from its path.
 *
 * Words: the files of a session lie under `subject/YYYY-MM-DD/number`; the folders below are the *collection*; a last
 * folder between pound signs, `#2024-05-06#`, is the *revision*. Source: Alyx 3.6.1, data/transfers.py.
 */

/** What is wrong with a request about files. */
export type FilesProblem =
  | 'no_path'
  | 'malformed_path'
  | 'malformed_list'
  | 'invalid_alf_path'
  | 'unknown_user'
  | 'unknown_subject'
  | 'unknown_session'
  | 'half_owner'
  | 'unknown_owner'
  | 'unknown_repository'
  | 'no_repository'
  | 'unknown_lab'
  | 'malformed_value'
  | 'unequal_lists'
  | 'unknown_type'
  | 'unknown_format'
  | 'invalid_qc'
  | 'invalid_dataset'
  | 'invalid_record'
  | 'protected_files'
  | 'protected_dataset'

/** A request about files that cannot be answered; the message is meant for whoever sent it. */
export class FilesRefused extends Error {
  override name = 'FilesRefused'
  readonly problem: FilesProblem
  /** For `protected_files` what `FileProtection` says of each file; for `unknown_owner` the model that has no such record. */
  readonly details: unknown

  constructor(problem: FilesProblem, message: string, details?: unknown) {
    super(message)
    this.problem = problem
    this.details = details
  }
}

/** The session that a path names, and the folders that follow. */
export interface SessionPath {
  readonly subject: string
  /** YYYY-MM-DD, a day of the calendar. */
  readonly date: string
  readonly number: number
  /** The folder of its files as it was written: `001` and `1` are one session in two folders. */
  readonly root: string
  readonly folders: readonly string[]
}

/** Where a file lies below its session, or below the root for a file of no session. */
export interface FilePlace {
  /** The file as the client wrote it. */
  readonly file: string
  readonly name: string
  /** Folders joined by `/`; '' for none. */
  readonly collection: string
  /** Without the pound signs; '' for none. */
  readonly revision: string
}

// Letters and digits of any alphabet, as Python understands them.
const FOLDER = /^[\p{L}\p{N}_.-]+$/u
const REVISION = /^#([\p{L}\p{N}_.-]+)#$/u
const SESSION = /^([\p{L}\p{N}_.-]+)\/((?!0000)\d{4}-\d{2}-\d{2})\/(\d{1,3})(?:\/(.*))?$/u

const POUND_SIGNS = 'A revision folder must be surrounded by pound signs (#).'

// Both texts are known to clients, the missing blank of the second included.
const invalidCharacters = (naming = '') =>
  new FilesRefused(
    'invalid_alf_path',
    `Invalid ALF path. Only letters, numbers, hyphen and underscores allowed. ${POUND_SIGNS}${naming}`,
  )
const invalidRevision = () =>
  new FilesRefused(
    'invalid_alf_path',
    `Invalid ALF path. There must be only 1 revision and it cannot containsub folders. ${POUND_SIGNS}`,
  )

/** The path with `/` between folders, once, and none at the end: rigs write it with backslashes too. */
const tidied = (path: string): string => path.replace(/[\\/]+/g, '/').replace(/\/$/, '')

/**
 * The session named by a path, which has to begin with it: `KS014/2020-03-01/001/alf/probe00`.
 *
 * @throws FilesRefused `no_path` or `malformed_path`
 */
export function parseSessionPath(path: string): SessionPath {
  const text = requirePath(path)
  const [, subject, date, number, rest = ''] = SESSION.exec(text) ?? []
  if (subject === undefined || date === undefined || !isDayOfCalendar(date))
    throw new FilesRefused('malformed_path', `The path ${text} should be \`nickname/YYYY-MM-DD/n/...`)
  return { subject, date, number: Number(number), root: `${subject}/${date}/${number}`, folders: foldersOf(rest) }
}

/**
 * Where a file of a session lies.
 *
 * @param file  its name, with folders in front: `alf/probe00/#2024-05-06#/spikes.times.npy`
 * @throws FilesRefused `invalid_alf_path`
 */
export function placeInSession({ folders }: SessionPath, file: string): FilePlace {
  if (file.startsWith('/')) throw invalidCharacters()
  const at = splitFile(file)
  const all = [...folders, ...at.folders]
  const revision = all.findIndex((folder) => REVISION.test(folder))
  if (revision >= 0 && revision < all.length - 1) throw invalidRevision()
  return placed(file, at.name, all, () => invalidCharacters(named(file)))
}

/**
 * Where a file of no session lies: below `path`, whatever it says.
 *
 * @throws FilesRefused `no_path` or `invalid_alf_path`
 */
export function placeOfAggregate(path: string, file: string): FilePlace {
  const text = requirePath(path)
  if (text.startsWith('/') || file.startsWith('/')) throw invalidCharacters()
  const at = splitFile(file)
  return placed(file, at.name, [...foldersOf(text), ...at.folders], invalidCharacters)
}

/** Path of a file below `root`, which is '' for a file of no session: `KS014/2020-03-01/001/alf/#v1#/a.b.npy`. */
export const relativePath = (root: string, { collection, revision, name }: FilePlace): string =>
  [root, collection, revision === '' ? '' : `#${revision}#`, name].filter((part) => part !== '').join('/')

/**
 * Names of files as clients send them: a list, or a text with commas between. Empty names are dropped.
 *
 * @throws FilesRefused `malformed_list` for anything else
 */
export function fileNames(given: unknown): string[] {
  const names: unknown = typeof given === 'string' ? given.split(',') : given === undefined ? [] : given
  if (!Array.isArray(names) || !names.every((name): name is string => typeof name === 'string'))
    throw new FilesRefused('malformed_list', 'filenames must be a list of texts, or one text with commas in between.')
  return names.filter((name) => name !== '')
}

function requirePath(path: string): string {
  const text = tidied(path)
  if (text === '') throw new FilesRefused('no_path', 'The path argument is required.')
  return text
}

const foldersOf = (path: string): string[] => path.split('/').filter((folder) => folder !== '')

function splitFile(file: string): { name: string; folders: string[] } {
  const slash = file.lastIndexOf('/')
  return { name: file.slice(slash + 1), folders: foldersOf(file.slice(0, slash + 1)) }
}

const named = (file: string): string => ` The file is "${file}".`

function placed(file: string, name: string, folders: readonly string[], refused: () => FilesRefused): FilePlace {
  const revision = REVISION.exec(folders.at(-1) ?? '')?.[1]
  const collection = revision === undefined ? folders : folders.slice(0, -1)
  // A step to the folder above would lead out of the session's own folder.
  if (collection.some((folder) => folder === '.' || folder === '..')) throw invalidCharacters(named(file))
  if (!collection.every((folder) => FOLDER.test(folder))) throw refused()
  return { file, name, collection: collection.join('/'), revision: revision ?? '' }
}

function isDayOfCalendar(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)
}
