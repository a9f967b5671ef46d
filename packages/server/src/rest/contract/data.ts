import {
  DataFormat,
  DataNotice,
  DataRepository,
  DataRepositoryType,
  Dataset,
  DatasetType,
  Download,
  FileRecord,
  Revision,
  Subject,
  Tag,
} from '@alyx/models'
import {
  datasetsExisting,
  datasetsOfInsertion,
  datasetsTagged,
  FilesRefused,
  fileAddress,
  markdownHtml,
  noticesWithTag,
  parseSessionPath,
  preferredAddress,
  preferredCopy,
  protectingTags,
  publicTags,
  requireSession,
  tagCounts,
} from '../../domains/data/index.ts'
import {
  column,
  columns,
  computed,
  derived,
  everyField,
  label,
  link,
  rows,
  type Shape,
  values,
} from '../../query/index.ts'
import { invalid, Refused } from '../../records/index.ts'
import {
  anyOf,
  bool,
  custom,
  django,
  existing,
  fieldFilter,
  fieldFilters,
  labelled,
  lenientDatetime,
  text,
} from '../filters/index.ts'
import type { Writing } from '../writing/writing.ts'
import { byId, byText, resource } from './resource.ts'

/** A dataset as the records that hold it mention it. */
export const datasetMention = {
  id: column('id'),
  name: column('name'),
  dataset_type: column('dataset_type.name'),
  data_url: computed('text', preferredCopy, { make: preferredAddress }),
  url: link('/datasets', 'id'),
  file_size: column('file_size'),
  hash: column('hash'),
  version: column('version'),
  collection: column('collection'),
} satisfies Shape

export const repositoryTypes = resource('/data-repository-type', {
  model: DataRepositoryType,
  lookup: byText('name'),
  shape: { url: link('/data-repository-type', 'name', { readOnly: true }), ...columns('json', 'name') },
})

export const repositories = resource('/data-repository', {
  model: DataRepository,
  lookup: byText('name'),
  shape: {
    ...columns('name', 'timezone', 'globus_path', 'hostname', 'data_url'),
    repository_type: column('repository_type.name'),
    ...columns('globus_endpoint_id', 'globus_is_personal', 'json'),
  },
  filters: fieldFilters(DataRepository, { only: ['name', 'globus_is_personal', 'globus_endpoint_id'] }),
})

export const formats = resource('/data-formats', {
  model: DataFormat,
  lookup: byText('name'),
  shape: everyField(DataFormat),
})

export const datasetTypes = resource('/dataset-types', {
  model: DatasetType,
  lookup: byText('name'),
  shape: {
    ...columns('id', 'name'),
    created_by: column('created_by.username'),
    description: column('description'),
    filename_pattern: column('filename_pattern', { whenNull: '""' }),
  },
  writes: { caller: ['created_by'] },
})

export const revisions = resource('/revisions', {
  model: Revision,
  lookup: byText('name'),
  shape: everyField(Revision),
  filters: fieldFilters(Revision, { only: ['name'] }),
})

export const tags = resource('/tags', {
  model: Tag,
  lookup: byText('name'),
  shape: everyField(Tag),
  filters: fieldFilters(Tag, { only: ['name'] }),
})

export const notices = resource('/data-notices', {
  model: DataNotice,
  lookup: byId,
  shape: {
    id: column('id'),
    created_by: column('created_by.username'),
    datasets: values('datasets.id', { named: 'pk' }),
    description_html: derived('text', ['description'], ([markdown]) => markdownHtml(markdown ?? '')),
    ...columns('name', 'json', 'description', 'importance'),
    created_datetime: column('created_datetime', { readOnly: true }),
    ...columns('version_affected', 'affected_date_start', 'affected_date_end'),
  },
  filters: {
    ...fieldFilters(DataNotice, {
      only: ['name', 'importance', 'created_by', 'version_affected', 'affected_date_start', 'affected_date_end'],
    }),
    datasets: anyOf('datasets__id'),
    dataset_tag: custom(noticesWithTag),
    django: django(),
  },
})

/** The session of a new dataset that names subject, day and number instead of its address. */
async function findSessionOfDataset({ recorder, method, written }: Writing): Promise<void> {
  const { asides, values } = written
  const day = asides.get('date')?.value
  const subject = asides.get('subject')?.given
  if (method !== 'POST' || values.session_id !== undefined || subject === undefined || day === undefined) return
  const number = asides.get('number')?.value
  if (number === undefined) throw invalid({ number: ['This field is required.'] })
  const session = parseSessionPath(`${String(subject)}/${day}/${number}`)
  const owner = await requireSession(recorder.db, session).catch((error: unknown) => {
    throw error instanceof FilesRefused ? new Refused('invalid', error.message) : error
  })
  if ('session_id' in owner) values.session_id = owner.session_id
}

const fileRecordShape = {
  id: column('id'),
  data_repository: column('data_repository.name'),
  data_repository_path: column('data_repository.globus_path'),
  relative_path: column('relative_path'),
  data_url: derived('text', ['data_repository.data_url', 'relative_path', 'dataset'], ([base, path, dataset]) =>
    fileAddress(base!, path!, dataset!),
  ),
  exists: column('exists'),
} satisfies Shape

const beforeTags = {
  url: link('/datasets', 'id', { readOnly: true }),
  name: column('name'),
  created_by: column('created_by.username'),
  created_datetime: column('created_datetime'),
  dataset_type: column('dataset_type.name', { required: true }),
  data_format: column('data_format.name'),
  collection: column('collection'),
  session: link('/sessions', 'session'),
  file_size: column('file_size'),
  hash: column('hash'),
  version: column('version'),
  experiment_number: column('session.number', { readOnly: true }),
  file_records: rows('file_records', fileRecordShape),
  auto_datetime: column('auto_datetime'),
  revision: column('revision.name', { whenNull: '""' }),
  default_dataset: column('default_dataset'),
} satisfies Shape
const fromTags = { tags: values('tags.name'), qc: label('qc'), json: column('json') } satisfies Shape

export const datasets = resource('/datasets', {
  model: Dataset,
  lookup: byId,
  shape: {
    ...beforeTags,
    protected: computed('integer', tagCounts, { make: protectingTags }),
    public: computed('integer', tagCounts, { make: publicTags }),
    ...fromTags,
  },
  detailShape: { ...beforeTags, ...fromTags },
  writes: {
    caller: ['created_by'],
    asides: {
      subject: { kind: 'name', model: Subject, by: 'nickname' },
      date: { kind: 'date', help: 'Day of the session.' },
      number: { kind: 'integer', size: 'normal', help: 'Number of the session on that day.' },
    },
    complete: findSessionOfDataset,
  },
  filters: {
    ...fieldFilters(Dataset, {
      except: ['json'],
      replace: {
        created_by: text('created_by__username'),
        dataset_type: text('dataset_type__name'),
        revision: text('revision__name'),
        qc: labelled(Dataset, 'qc'),
      },
    }),
    django: django(),
    subject: text('session__subject__nickname'),
    lab: text('session__lab__name'),
    created_date: text('created_datetime__date'),
    date: text('session__start_time__date'),
    experiment_number: text('session__number'),
    created_date_gte: lenientDatetime('created_datetime__date__gte'),
    created_date_lte: lenientDatetime('created_datetime__date__lte'),
    exists: bool(datasetsExisting),
    probe_insertion: existing('experiments.probeinsertion', datasetsOfInsertion),
    public: bool((dataset, wanted) => datasetsTagged(dataset, 'public', wanted)),
    protected: bool((dataset, wanted) => datasetsTagged(dataset, 'protected', wanted)),
    tag: text('tags__name'),
  },
})

export const files = resource('/files', {
  model: FileRecord,
  lookup: byId,
  shape: {
    url: link('/files', 'id', { readOnly: true }),
    dataset: link('/datasets', 'dataset'),
    data_repository: column('data_repository.name'),
    ...columns('name', 'json', 'relative_path', 'exists'),
  },
  filters: {
    ...fieldFilters(FileRecord, { except: ['json'], replace: { data_repository: text('data_repository__name') } }),
    django: django(),
    lab: text('dataset__session__lab__name'),
    globus_is_personal: bool('data_repository__globus_is_personal'),
  },
})

export const downloads = resource('/downloads', {
  model: Download,
  lookup: byId,
  methods: ['GET'],
  detailMethods: ['GET', 'PUT', 'PATCH'],
  shape: {
    id: column('id'),
    user: column('user.username'),
    dataset: column('dataset', { readOnly: true }),
    ...columns('count', 'json'),
  },
  filters: {
    count: fieldFilter(Download, 'count'),
    django: django(),
    json: text('json__icontains'),
    dataset: text('dataset__name'),
    user: text('user__username'),
    dataset_type: text('dataset__dataset_type__name__icontains'),
  },
})
