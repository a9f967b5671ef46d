import { boolean, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const FileRecord = defineModel({
  app: 'data',
  name: 'FileRecord',
  label: 'file record',
  plural: 'file records',
  help: 'HELP',
  fields: {
    ...record,
    dataset: reference('data.dataset', 'HELP', 'cascade', { related: 'file_records' }),
    data_repository: reference('data.datarepository', 'HELP', 'cascade'),
    relative_path: text('HELP path below the repository root', 1000, { pattern: '[a-zA-Z0-9\\_][^\\\\\\:]+' }),
    exists: boolean('HELP file is present in that repository', { default: { value: false } }),
  },
  unique: [{ fields: ['data_repository', 'relative_path'] }],
})
