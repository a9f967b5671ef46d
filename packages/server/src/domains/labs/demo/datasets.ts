import { DataFormat, Dataset, DatasetType, FileRecord, Revision, Subject, Tag } from '@alyx/models'
import { addDays, at, clock, daysBetween, later } from './calendar.ts'
import {
  BEHAVIOUR,
  EPHYS,
  type FileKind,
  fieldOfViewFiles,
  IMAGING,
  OWN_TYPES,
  probeFiles,
  RESORTED,
  tracedFiles,
} from './files.ts'
import type { DemoRepository } from './people.ts'
import type { Random } from './random.ts'
import type { DemoSession } from './sessions.ts'
import type { Stage } from './stage.ts'

/** Datasets of the whole demo. */
const TOTAL = 900
export const PROBES = ['probe00', 'probe01'] as const
export const FIELDS_OF_VIEW = ['FOV_00', 'FOV_01'] as const
/** Raw recordings stay on the rig's server for so long. */
const LOCAL_DAYS = 60
const LARGE = 1024 ** 3
const PUBLICATION_DAYS = 150
const [NOT_SET, PASS, WARNING] = [0, 10, 30]

export interface DemoDataset {
  readonly id: string
  readonly session: DemoSession | undefined
  readonly collection: string
  readonly name: string
  readonly day: string
}

/** Whether the probes of a session have been traced in the histology: the brain must have been sliced. */
export const isTraced = ({ kind, experiment }: DemoSession): boolean =>
  kind === 'ephys' && experiment.perfused !== undefined

/** 900 datasets with a copy in each repository where they should be; what could not be copied yet is marked so. */
export function addDatasets(stage: Stage, sessions: readonly DemoSession[]): DemoDataset[] {
  const shelf = new Shelf(stage)
  const files = new Map(
    sessions.filter(({ kind }) => kind !== 'training').map((session) => [session, filesOf(session)]),
  )
  const training = sessions.filter(({ kind }) => kind === 'training')
  const resorted = [...files].filter(([session]) => shelf.isResorted(session))
  const recorded = [...files.values()].flat().length + resorted.length * RESORTED.length * PROBES.length
  const aggregates = [...new Set(sessions.filter(isPublished).map(({ experiment }) => experiment))]
  const left = TOTAL - recorded - aggregates.length
  for (const [nth, session] of training.entries()) {
    // The files of training sessions fill up the number: every session has the first ones of the list.
    const count = Math.floor(left / training.length) + Number(nth < left % training.length)
    files.set(session, BEHAVIOUR.slice(0, count))
  }
  for (const session of sessions) for (const one of files.get(session) ?? []) shelf.add(session, one)
  for (const { animal } of aggregates) shelf.addAggregate(animal.nickname, animal.id, animal.line.lab)
  return shelf.datasets
}

function filesOf(session: DemoSession): readonly FileKind[] {
  if (session.kind === 'imaging')
    return [...BEHAVIOUR, ...IMAGING, ...FIELDS_OF_VIEW.flatMap((name) => fieldOfViewFiles(name))]
  const probes = PROBES.flatMap((name, nth) => [
    ...probeFiles(name, nth),
    ...(isTraced(session) ? tracedFiles(name) : []),
  ])
  return [...BEHAVIOUR.slice(0, 9), ...EPHYS, ...probes]
}

/** Sessions whose data went into the publication. */
const isPublished = ({ experiment }: DemoSession) => experiment.perfused !== undefined

class Shelf {
  readonly datasets: DemoDataset[] = []
  readonly #stage: Stage
  readonly #random: Random
  readonly #revision: { readonly id: string; readonly name: string }
  readonly #tags: { readonly publication: string; readonly benchmark: string; readonly review: string }

  constructor(stage: Stage) {
    this.#stage = stage
    this.#random = stage.random('datasets')
    const name = addDays(stage.today, -PUBLICATION_DAYS + 10)
    this.#revision = {
      name,
      id: stage.rows.add(Revision, {
        name,
        description: 'Spikes sorted again with drift correction.',
        created_datetime: at(name, clock('11:00')),
      }),
    }
    const year = Number(stage.today.slice(0, 4)) - 1
    this.#tags = {
      publication: stage.rows.add(Tag, {
        name: `${year}_Q4_Duarte_et_al`,
        description: 'Data of the paper on motor cortex and visual decisions. Do not change.',
        protected: true,
        public: true,
      }),
      benchmark: stage.rows.add(Tag, {
        name: 'spikesorting-benchmark',
        description: 'Recordings to compare sorters on.',
        public: true,
      }),
      review: stage.rows.add(Tag, {
        name: 'needs-review',
        description: 'Somebody should look at these before they are used.',
      }),
    }
  }

  /** The first two recordings were sorted a second time. */
  isResorted(session: DemoSession): boolean {
    return (
      isTraced(session) &&
      session.nth < 2 &&
      session.experiment.sessions.filter(({ kind }) => kind === 'ephys').length > 2
    )
  }

  add(session: DemoSession, file: FileKind): void {
    const replaced = this.isResorted(session) && RESORTED.includes(file.name) && file.collection.includes('probe')
    this.#addVersion(session, file, undefined, !replaced)
    if (replaced) this.#addVersion(session, file, this.#revision, true)
  }

  #addVersion(
    session: DemoSession,
    file: FileKind,
    revision: { id: string; name: string } | undefined,
    isDefault: boolean,
  ): void {
    const created = revision
      ? at(revision.name, clock('11:00') + this.#random.integer(5, 50))
      : later(session.end, this.#random.integer(20, 300))
    const bytes = Math.round(((file.bytes * session.minutes) / 60) * this.#random.between(0.9, 1.1))
    const isRaw = file.collection.startsWith('raw')
    const id = this.#addDataset(file, bytes, {
      session_id: session.id,
      created_by_id: session.experiment.user,
      created_datetime: created,
      auto_datetime: later(created, 3),
      revision_id: revision?.id ?? null,
      default_dataset: isDefault,
      version: isRaw ? '8.24.1' : revision ? '3.3.0' : '2.39.1',
      generating_software: isRaw ? 'iblrig' : 'ibllib',
      qc: isRaw ? NOT_SET : this.#random.pick([PASS, PASS, PASS, WARNING, NOT_SET]),
    })
    const folder = revision ? `${file.collection}/#${revision.name}#` : file.collection
    for (const repository of session.lab.repositories) {
      this.#addRecord(
        id,
        repository,
        `${session.path}/${folder}/${file.name}`,
        this.#placement(session, file, repository),
      )
    }
    this.#tag(id, session, file)
    this.datasets.push({ id, session, collection: file.collection, name: file.name, day: session.day })
  }

  /** Where a file is: on the rig's server from the start, in the archive after the night, in the cloud once published. */
  #placement(
    session: DemoSession,
    file: FileKind,
    repository: DemoRepository,
  ): 'there' | 'waiting' | 'missing' | 'never' {
    const age = daysBetween(session.day, this.#stage.today)
    if (repository.personal) return file.bytes > LARGE && age > LOCAL_DAYS ? 'never' : 'there'
    if (repository.name.startsWith('aws')) return isPublished(session) ? 'there' : 'never'
    return age > 1 ? 'there' : this.#random.chance(0.7) ? 'waiting' : 'missing'
  }

  #addRecord(
    dataset: string,
    repository: DemoRepository,
    path: string,
    placement: 'there' | 'waiting' | 'missing' | 'never',
  ): void {
    if (placement === 'never') return
    this.#stage.rows.add(FileRecord, {
      dataset_id: dataset,
      data_repository_id: repository.id,
      relative_path: path,
      exists: placement === 'there',
      json: placement === 'waiting' ? { transfer_pending: true } : null,
    })
  }

  #tag(dataset: string, session: DemoSession, file: FileKind): void {
    const { rows } = this.#stage
    const tags = [
      ...(isPublished(session) && !file.collection.startsWith('raw') ? [this.#tags.publication] : []),
      ...(isPublished(session) && file.name.endsWith('.ap.cbin') ? [this.#tags.benchmark] : []),
      ...(!isPublished(session) && this.#random.chance(0.02) ? [this.#tags.review] : []),
    ]
    rows.link(Dataset, 'tags', dataset, tags)
  }

  /** A table of one animal's whole training: it belongs to the animal, to no session. */
  addAggregate(nickname: string, subject: string, lab: DemoSession['lab']): void {
    const day = addDays(this.#stage.today, -PUBLICATION_DAYS)
    const name = '_ibl_subjectTraining.table.pqt'
    const collection = `aggregates/Subjects/${lab.name}/${nickname}`
    const id = this.#addDataset(
      { collection, name, type: 'subjectTraining.table', bytes: 0 },
      this.#random.integer(40_000, 90_000),
      {
        content_type_id: this.#stage.catalogue.contentType(Subject),
        object_id: subject,
        created_datetime: at(day, clock('3:00')),
        auto_datetime: at(day, clock('3:00')),
        version: '2.39.1',
        generating_software: 'ibllib',
      },
    )
    for (const repository of lab.repositories.filter(({ personal }) => !personal)) {
      this.#addRecord(id, repository, `${collection}/${name}`, 'there')
    }
    this.#stage.rows.link(Dataset, 'tags', id, [this.#tags.publication])
    this.datasets.push({ id, session: undefined, collection, name, day })
  }

  #addDataset(file: FileKind, bytes: number, values: object): string {
    const { rows, catalogue } = this.#stage
    const own = OWN_TYPES[file.type]
    const extension = file.name.slice(file.name.lastIndexOf('.'))
    return rows.add(Dataset, {
      name: file.name,
      collection: file.collection,
      file_size: bytes,
      hash: this.#random.hex(40),
      dataset_type_id: catalogue.key(
        DatasetType,
        file.type,
        own && { filename_pattern: own.pattern, description: own.description },
      ),
      data_format_id: catalogue.key(DataFormat, extension, { name: extension.slice(1) }),
      ...values,
    })
  }
}
