import { datetime, integer, many, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Download = defineModel({
  app: 'data',
  name: 'Download',
  label: 'download',
  plural: 'downloads',
  help: 'How often one person has downloaded one dataset.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Who downloaded it.', 'cascade'),
    dataset: reference('data.dataset', 'What was downloaded.', 'cascade'),
    first_download: datetime('When it was downloaded first.', {
      readOnly: true,
      blank: true,
      default: { make: 'now' },
    }),
    last_download: datetime('When it was downloaded last.', { readOnly: true, blank: true, touched: true }),
    count: integer('How many times it was downloaded.', { default: { value: 0 } }),
    projects: many('subjects.project', 'Projects it was downloaded for.', { blank: true }),
  },
  unique: [{ fields: ['user', 'dataset'] }],
  title: '{dataset.name} by {user.username}',
  admin: {
    list: [
      'dataset.dataset_type',
      'dataset',
      'dataset.session.subject',
      'dataset.created_by',
      'user',
      'first_download',
      'last_download',
      'count',
    ],
    search: ['dataset.name', 'dataset.dataset_type.name', 'user.username'],
    filters: ['user', 'projects', 'last_download'],
  },
})
