import type { FilePlace, SessionPath } from '../alf-path.ts'
import {
  FilesRefused,
  fileNames,
  parseSessionPath,
  placeInSession,
  placeOfAggregate,
  relativePath,
} from '../alf-path.ts'
import { type Given, perFile, textList } from './lists.ts'

/** Who registers files, and where they lie now. */
export interface AskedPlace {
  /** Name of the person in whose name they are registered; whoever calls when undefined. */
  readonly created_by: string | undefined
  /** The repository that they lie in, by its name or the name of its machine. */
  readonly repository: { readonly by: 'name' | 'hostname'; readonly value: string } | undefined
  /** Labs whose repositories get records; that of the subject when empty. */
  readonly labs: readonly string[]
  /** Only repositories that everybody reaches, and the files are in all of them. */
  readonly server_only: boolean
  /** Whether the files are in the repository already. */
  readonly exists: boolean
}

/** One file to be registered. */
export interface AskedFile extends FilePlace {
  /** Where it lies below the root of a repository. */
  readonly relative_path: string
  /** '' when nothing was said. */
  readonly hash: string
  readonly version: string
  /** Bytes; null when nothing was said. */
  readonly file_size: number | bigint | null
  /** Quality as it was written; null when nothing was said. */
  readonly qc: string | null
}

/** What datasets are to belong to: a session named by the path, or another record. */
export type AskedOwner =
  | { readonly session: SessionPath }
  | { readonly content_type: string; readonly object_id: string }

/** What is to be registered. */
export interface AskedRegistration {
  readonly owner: AskedOwner
  readonly files: readonly AskedFile[]
  /** Whether the files become those that programs get who name no revision. */
  readonly default: boolean
  /** Refuse everything when any revision of any file is protected. */
  readonly check_protected: boolean
}

/** @throws FilesRefused `malformed_value` or `malformed_list` */
export function readPlace(given: Given): AskedPlace {
  const name = text(given, 'name')
  const hostname = text(given, 'hostname')
  return {
    created_by: text(given, 'created_by'),
    repository:
      name !== undefined
        ? { by: 'name', value: name }
        : hostname === undefined
          ? undefined
          : { by: 'hostname', value: hostname },
    // Older clients say "projects" and mean labs too.
    labs: [...textList(given, 'labs'), ...textList(given, 'projects')],
    server_only: flag(given, 'server_only', false),
    exists: flag(given, 'exists', true),
  }
}

/**
 * @throws FilesRefused for the first thing that is wrong with path, lists or names of files, in the order in which
 *   clients know it
 */
export function readRegistration(given: Given): AskedRegistration {
  // A rig may write its path with slashes around; one in front of a file's own name is refused.
  const path = (text(given, 'path') ?? '').replace(/^[\\/]+/, '')
  if (path === '') throw new FilesRefused('no_path', 'The path argument is required.')
  const names = fileNames(given.get('filenames'))
  const total = names.length
  const said = {
    hash: perFile(given, 'hashes', total, textOf),
    file_size: perFile(given, 'filesizes', total, bytesOf, { single: 'number' }),
    version: perFile(given, 'versions', total, textOf, { single: 'text' }),
    qc: perFile(given, 'qc', total, textOf, { single: 'both' }),
  }
  const owner = readOwner(given, path)
  const root = 'session' in owner ? owner.session.root : ''
  const files = names.map((name, at): AskedFile => {
    const place = 'session' in owner ? placeInSession(owner.session, name) : placeOfAggregate(path, name)
    return {
      ...place,
      relative_path: relativePath(root, place),
      hash: said.hash[at] ?? '',
      version: said.version[at] ?? '',
      file_size: said.file_size[at] ?? null,
      qc: said.qc[at] ?? null,
    }
  })
  return {
    owner,
    files,
    default: flag(given, 'default', true),
    check_protected: flag(given, 'check_protected', false),
  }
}

function readOwner(given: Given, path: string): AskedOwner {
  const content_type = text(given, 'content_type')
  const object_id = text(given, 'object_id')
  if (content_type !== undefined && object_id !== undefined) return { content_type, object_id }
  if (content_type !== undefined || object_id !== undefined)
    throw new FilesRefused('half_owner', 'Both content_type and object_id should be provided together.')
  return { session: parseSessionPath(path) }
}

function text(given: Given, key: string): string | undefined {
  const value = given.get(key) ?? ''
  if (typeof value !== 'string') throw new FilesRefused('malformed_value', `${key} must be a text.`)
  return value === '' ? undefined : value
}

/** A flag as JSON, or as the text that Python writes for it: every other text means no. */
function flag(given: Given, key: string, otherwise: boolean): boolean {
  const value = given.get(key)
  if (value === undefined) return otherwise
  if (typeof value === 'boolean') return value
  if (value === null) return false
  if (typeof value === 'string') return value === 'True'
  if (typeof value === 'number') return value !== 0
  throw new FilesRefused('malformed_value', `${key} must be true or false.`)
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined

const WHOLE = /^\s*[+-]?\d{1,30}(?:\.0*)?\s*$/

function bytesOf(value: unknown): number | bigint | undefined {
  const said = textOf(value)
  if (said === undefined || !WHOLE.test(said)) return undefined
  const bytes = BigInt(said.trim().replace(/\.0*$|^\+/g, ''))
  return bytes <= Number.MAX_SAFE_INTEGER && bytes >= -Number.MAX_SAFE_INTEGER ? Number(bytes) : bytes
}
