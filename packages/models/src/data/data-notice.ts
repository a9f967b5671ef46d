import { date, datetime, level, longText, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const DataNotice = defineModel({
  app: 'data',
  name: 'DataNotice',
  label: 'data notice',
  plural: 'data notices',
  help: 'A warning about the quality of datasets, for whoever uses them.',
  fields: {
    ...record,
    description: longText('What is wrong and what to do about it, in Markdown.', { blank: true, markdown: true }),
    importance: level(
      'How much it matters to an analysis.',
      [
        [50, 'Critical'],
        [40, 'Major'],
        [30, 'Minor'],
        [20, 'Insignificant'],
      ],
      { default: { value: 20 } },
    ),
    created_by: reference('misc.labmember', 'Who wrote the notice.', 'clear', {
      nullable: true,
      blank: true,
      related: 'data_notices',
    }),
    created_datetime: datetime('When the notice was written.', {
      label: 'Created',
      readOnly: true,
      blank: true,
      default: { make: 'now' },
    }),
    version_affected: text('Versions of the software whose data are concerned.', 64, { blank: true }),
    affected_date_start: date('First day whose data are concerned.', {
      label: 'Affected from',
      nullable: true,
      blank: true,
    }),
    affected_date_end: date('Last day whose data are concerned.', {
      label: 'Affected to',
      nullable: true,
      blank: true,
    }),
    datasets: many('data.dataset', 'Datasets that are concerned.', { related: 'data_notices', blank: true }),
  },
  ordering: ['-importance', '-created_datetime', 'name'],
  title: '{name}',
  admin: {
    list: [
      'name',
      'importance',
      'version_affected',
      'affected_date_start',
      'affected_date_end',
      'created_by',
      'created_datetime',
    ],
    search: ['name', 'description', 'version_affected', 'created_by.username'],
    filters: ['importance', 'datasets.tags', 'datasets.session.projects', 'created_by'],
  },
})
