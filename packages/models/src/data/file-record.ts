import { boolean, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const FileRecord = defineModel({
  app: 'data',
  name: 'FileRecord',
  label: 'file record',
  plural: 'file records',
  help: 'One copy of a dataset in one repository.',
  fields: {
    ...record,
    dataset: reference('data.dataset', 'Dataset that the file holds.', 'cascade', { related: 'file_records' }),
    data_repository: reference('data.datarepository', 'Repository that the file lies in, or should.', 'cascade'),
    relative_path: text('Path of the file below the root of the repository.', 1000, {
      patternMessage: 'Invalid path',
      pattern: '[a-zA-Z0-9_][^\\\\:]+',
    }),
    exists: boolean('The file is really there.', { default: { value: false } }),
  },
  unique: [{ fields: ['data_repository', 'relative_path'] }],
  title: '{relative_path}',
  admin: {
    list: ['relative_path', 'data_repository', 'dataset', 'dataset.created_by', 'dataset.created_datetime', 'exists'],
    search: ['dataset.created_by.username', 'dataset.name', 'relative_path', 'data_repository.name'],
    filters: ['exists', 'data_repository'],
  },
})
