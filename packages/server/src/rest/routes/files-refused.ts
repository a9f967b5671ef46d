import { type FileProtection, FilesRefused } from '../../domains/data/index.ts'
import { type JsonValue, PythonFloat, pythonStr } from '../python-json-body.ts'
import { Refusal } from '../refusal.ts'

/**
 * The answer to a request about files that is refused. Programs of rigs read some of the texts under `error`, others
 * under `detail`: each stands where Alyx put it.
 */
function refusalOfFiles({ problem, message, details }: FilesRefused): Refusal {
  const status = problem === 'protected_files' || problem === 'protected_dataset' ? 403 : 400
  if (problem === 'protected_files') return new Refusal(status, protectedFiles(details as readonly FileProtection[]))
  const key = UNDER_ERROR.has(problem) ? 'error' : 'detail'
  return new Refusal(status, { status_code: status, [key]: message })
}

const UNDER_ERROR: ReadonlySet<FilesRefused['problem']> = new Set([
  'malformed_path',
  'unknown_subject',
  'unknown_session',
  'half_owner',
])

/** What is said when files must not be overwritten: for each file its revisions, newest first. */
export const protectedFiles = (files: readonly FileProtection[]) => ({
  status_code: 403,
  error: 'One or more datasets is protected',
  details: files.map(({ file, revisions }) => ({
    [file]: revisions.map(({ revision, isProtected }) => ({ [revision]: isProtected })),
  })),
})

/** Runs work whose refusals are about files. */
export async function refusingFiles<T>(
  work: () => Promise<T>,
  refusal: (refused: FilesRefused) => Refusal = refusalOfFiles,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof FilesRefused ? refusal(error) : error
  }
}

/** Values of a body in words that the domains know: numbers with a point become the text that Python writes for them. */
export const plainValues = (fields: ReadonlyMap<string, JsonValue>): ReadonlyMap<string, unknown> =>
  new Map([...fields].map(([name, value]) => [name, plain(value)]))

function plain(value: JsonValue): unknown {
  if (value instanceof PythonFloat) return pythonStr(value)
  return Array.isArray(value) ? value.map(plain) : value
}
