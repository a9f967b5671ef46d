import { datetime, integer, many, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Download = defineModel({
  app: 'data',
  name: 'Download',
  label: 'download',
  plural: 'downloads',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP', 'cascade'),
    dataset: reference('data.dataset', 'HELP', 'cascade'),
    first_download: datetime('HELP not editable in forms', { blank: true, touched: true }),
    last_download: datetime('HELP not editable in forms', { blank: true, touched: true }),
    count: integer('HELP number of downloads', { default: { value: 0 } }),
    projects: many('subjects.project', 'HELP', { blank: true }),
  },
  unique: [{ fields: ['user', 'dataset'] }],
})
