import { Dataset, FileRecord } from '@alyx/models'
import { FilesRefused } from '../alf-path.ts'
import { qcLevel } from '../dataset-filters.ts'
import type { AskedFile } from './asked.ts'

const BLANK = 'This field cannot be blank.'
const LARGEST_SIZE = 2n ** 63n - 1n

/**
 * The number of a file's quality; that of `NOT_SET` when nothing was said.
 * @throws FilesRefused `invalid_qc`
 */
export function qcOf({ qc, relative_path }: Pick<AskedFile, 'qc' | 'relative_path'>): number {
  try {
    return qc === null ? Dataset.fields.qc.default.value : qcLevel(qc)
  } catch {
    throw new FilesRefused('invalid_qc', `Invalid QC value "${qc}" for dataset "${relative_path}"`)
  }
}

/**
 * Judges what a dataset is to hold, as its declaration says.
 * @throws FilesRefused `invalid_dataset`
 */
export function requireValidDataset(file: AskedFile): void {
  const { name, hash, version, collection } = file
  const faults = {
    name: [...(name === '' ? [BLANK] : []), ...tooLong(name, Dataset.fields.name.maxLength)],
    file_size: outOfRange(file.file_size),
    hash: tooLong(hash, Dataset.fields.hash.maxLength),
    version: tooLong(version, Dataset.fields.version.maxLength),
    collection: tooLong(collection, Dataset.fields.collection.maxLength),
  }
  refuseFaults('invalid_dataset', 'dataset', file.relative_path, faults)
}

const PATH = new RegExp(`^(?:${FileRecord.fields.relative_path.pattern})$`, 'su')

/**
 * Judges a path below the root of a repository.
 * @throws FilesRefused `invalid_record`
 */
export function requireValidPath(path: string): void {
  const faults = {
    relative_path: [
      ...(PATH.test(path) ? [] : [FileRecord.fields.relative_path.patternMessage]),
      ...tooLong(path, FileRecord.fields.relative_path.maxLength),
    ],
  }
  refuseFaults('invalid_record', 'file record', path, faults)
}

function tooLong(text: string, most: number): string[] {
  // Characters, as PostgreSQL counts them.
  const length = text.length <= most ? 0 : [...text].length
  return length <= most ? [] : [`Ensure this value has at most ${most} characters (it has ${length}).`]
}

function outOfRange(bytes: number | bigint | null): string[] {
  if (bytes === null) return []
  if (bytes > LARGEST_SIZE) return [`Ensure this value is less than or equal to ${LARGEST_SIZE}.`]
  return bytes < -LARGEST_SIZE - 1n ? [`Ensure this value is greater than or equal to ${-LARGEST_SIZE - 1n}.`] : []
}

/** Faults by field in the form that clients know, which is Python's. */
function refuseFaults(
  problem: 'invalid_dataset' | 'invalid_record',
  what: string,
  path: string,
  faults: Readonly<Record<string, readonly string[]>>,
): void {
  const said = Object.entries(faults).flatMap(([field, texts]) =>
    texts.length === 0 ? [] : [`'${field}': [${texts.map((text) => `'${text}'`).join(', ')}]`],
  )
  if (said.length > 0) throw new FilesRefused(problem, `Invalid ${what} "${path}": {${said.join(', ')}}`)
}
