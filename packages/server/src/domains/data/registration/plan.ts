import { randomUUID } from 'node:crypto'
import { Dataset, type FileRecord } from '@alyx/models'
import type { Change, NewRow } from '../../../records/index.ts'
import { FilesRefused } from '../alf-path.ts'
import { type DatasetAt, type Place, placeKey } from '../datasets-at.ts'
import type { DatasetOwner } from '../protection-owner.ts'
import type { AskedFile } from './asked.ts'
import { qcOf, requireValidDataset, requireValidPath } from './judged.ts'
import type { Recognised } from './recognition.ts'
import { type RecordAt, recordKey } from './records-at.ts'
import type { Target } from './targets.ts'

/** What is there before files are registered, and what the laboratory says about them. */
export interface Before {
  readonly owner: DatasetOwner
  /** In whose name they are registered. */
  readonly person: string | undefined
  readonly targets: readonly Target[]
  readonly recognise: (name: string) => Recognised
  /** Keys of the revisions by name. */
  readonly revisions: ReadonlyMap<string, string>
  /** By `placeKey`. */
  readonly datasets: ReadonlyMap<string, readonly DatasetAt[]>
  /** By `recordKey`. */
  readonly records: ReadonlyMap<string, RecordAt>
}

/** Everything that has to be written. */
export interface Plan {
  /** Key of the dataset of each file, in the order of the files. */
  readonly keys: readonly string[]
  readonly newDatasets: readonly NewRow<typeof Dataset>[]
  readonly changedDatasets: readonly Change<typeof Dataset>[]
  readonly newRecords: readonly NewRow<typeof FileRecord>[]
  readonly changedRecords: readonly Change<typeof FileRecord>[]
}

/** A dataset of a place while the files are gone through one by one. */
interface OpenDataset {
  readonly id: string
  readonly identity: string
  readonly isNew: boolean
  readonly isProtected: boolean
  hash: string
  isDefault: boolean
  /** What is to be written; undefined while nothing is. */
  values: NewRow<typeof Dataset> | undefined
}

interface OpenRecord {
  readonly id: string | undefined
  readonly dataset_id: string
  readonly repository: string
  readonly relative_path: string
  /** Undefined while it stays as it is. */
  exists: boolean | undefined
}

/**
 * What registering files means, worked out in memory, file after file in the order of the request: what is written at
 * the end is what would be there had each been registered by itself.
 *
 * @throws FilesRefused for the first file that cannot be registered, for its first fault
 *
 * Source: Alyx 3.6.1, data/views.py, RegisterFileViewSet.create, except that it judges everything before it writes.
 */
export function planRegistration(files: readonly AskedFile[], before: Before, isDefault: boolean): Plan {
  const registration = new OpenRegistration(before)
  const keys = files.map((file) => registration.add(file, isDefault))
  return registration.plan(keys)
}

class OpenRegistration {
  readonly #before: Before
  readonly #datasets = new Map<string, OpenDataset[]>()
  readonly #records = new Map<string, OpenRecord>()

  constructor(before: Before) {
    this.#before = before
  }

  /** @returns the key of the file's dataset */
  add(file: AskedFile, isDefault: boolean): string {
    // A name longer than any dataset may have is compared with no pattern: that would take for ever.
    if (file.name.length > Dataset.fields.name.maxLength) requireValidDataset(file)
    const recognised = this.#before.recognise(file.name)
    const qc = qcOf(file)
    const there = this.#at(file)
    const dataset = this.#datasetOf(file, recognised, there)
    if (dataset.isProtected)
      throw new FilesRefused('protected_dataset', `Dataset ${dataset.id} is protected, cannot patch`)
    requireValidDataset(file)
    // The same hash means the same file: records that say where it is stay as they are.
    const isPatched = file.hash === '' || dataset.hash !== file.hash
    if (isDefault) for (const other of there) this.#demote(other)
    this.#write(dataset, file, { recognised, qc, isDefault })
    for (const target of this.#before.targets) this.#addRecord(file, dataset.id, target, isPatched)
    return dataset.id
  }

  /** Datasets of the place of a file, as they are by now. */
  #at(place: Place): OpenDataset[] {
    const key = placeKey(place)
    let open = this.#datasets.get(key)
    if (!open) {
      open = (this.#before.datasets.get(key) ?? []).map((dataset) => ({
        id: dataset.id,
        identity: identityOf(dataset.revision, dataset),
        isNew: false,
        isProtected: dataset.is_protected,
        hash: dataset.hash,
        isDefault: dataset.default_dataset,
        values: undefined,
      }))
      this.#datasets.set(key, open)
    }
    return open
  }

  #datasetOf(file: AskedFile, recognised: Recognised, there: OpenDataset[]): OpenDataset {
    const identity = identityOf(file.revision, recognised)
    const [found, ...more] = there.filter((dataset) => dataset.identity === identity)
    if (more.length > 0) {
      const ids = [found!, ...more].map(({ id }) => id).join(', ')
      throw new FilesRefused(
        'invalid_dataset',
        `There are ${more.length + 1} datasets "${file.relative_path}": ${ids}.`,
      )
    }
    if (found) return found
    const fresh: OpenDataset = {
      id: randomUUID(),
      identity,
      isNew: true,
      isProtected: false,
      hash: '',
      isDefault: false,
      values: undefined,
    }
    there.push(fresh)
    return fresh
  }

  #demote(dataset: OpenDataset): void {
    if (!dataset.isDefault) return
    dataset.isDefault = false
    dataset.values = { ...dataset.values, default_dataset: false }
  }

  #write(
    dataset: OpenDataset,
    { name, collection, revision, hash, version, file_size }: AskedFile,
    { recognised, qc, isDefault }: { recognised: Recognised; qc: number; isDefault: boolean },
  ): void {
    dataset.isDefault = isDefault
    if (hash !== '') dataset.hash = hash
    dataset.values = {
      ...(dataset.isNew && {
        id: dataset.id,
        name,
        collection,
        ...recognised,
        ...this.#belonging(),
        revision_id: revision === '' ? null : this.#before.revisions.get(revision)!,
      }),
      ...dataset.values,
      default_dataset: isDefault,
      qc,
      created_by_id: this.#before.person ?? null,
      ...(version !== '' && { version }),
      ...(hash !== '' && { hash }),
      // The rows' type knows no bigints; the column and the writer do.
      ...(file_size !== null && { file_size: file_size as number }),
    }
  }

  #belonging(): NewRow<typeof Dataset> {
    const { owner } = this.#before
    return 'session_id' in owner
      ? { session_id: owner.session_id }
      : { content_type_id: String(owner.content_type_id), object_id: owner.object_id }
  }

  #addRecord(
    { relative_path }: AskedFile,
    dataset_id: string,
    { repository, exists }: Target,
    isPatched: boolean,
  ): void {
    const key = recordKey(repository.id, relative_path)
    let record = this.#records.get(key)
    if (!record) {
      const found = this.#before.records.get(key)
      record = {
        id: found?.id,
        dataset_id: found?.dataset_id ?? dataset_id,
        repository: repository.id,
        relative_path,
        exists: undefined,
      }
      this.#records.set(key, record)
    }
    if (record.dataset_id !== dataset_id)
      throw new FilesRefused(
        'invalid_record',
        `A file record for "${relative_path}" already exists on repository "${repository.name}" for a different dataset.`,
      )
    requireValidPath(relative_path)
    if (isPatched || (record.id === undefined && record.exists === undefined)) record.exists = exists
  }

  plan(keys: readonly string[]): Plan {
    const datasets = [...this.#datasets.values()].flat().filter(({ values }) => values !== undefined)
    const records = [...this.#records.values()]
    return {
      keys,
      newDatasets: datasets.flatMap(({ isNew, values }) => (isNew ? [values!] : [])),
      changedDatasets: datasets.flatMap(({ isNew, id, values }) => (isNew ? [] : [{ key: id, values: values! }])),
      newRecords: records.flatMap(({ id, dataset_id, repository, relative_path, exists }) =>
        id === undefined ? [{ dataset_id, data_repository_id: repository, relative_path, exists: exists! }] : [],
      ),
      changedRecords: records.flatMap(({ id, exists }) =>
        id === undefined || exists === undefined ? [] : [{ key: id, values: { exists, json: null } }],
      ),
    }
  }
}

/** Tells datasets of one place and one owner apart. */
const identityOf = (
  revision: string,
  { dataset_type_id, data_format_id }: Pick<DatasetAt, 'dataset_type_id' | 'data_format_id'>,
): string => `${dataset_type_id} ${data_format_id} ${revision}`
