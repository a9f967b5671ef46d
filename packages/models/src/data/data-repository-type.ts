import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DataRepositoryType = defineModel({
  app: 'data',
  name: 'DataRepositoryType',
  label: 'data repository type',
  plural: 'data repository types',
  help: 'A kind of place where files are kept.',
  fields: {
    ...unnamedRecord,
    name: text('Name of the kind, as in Fileserver.', 255, { unique: true }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: { list: ['name', 'json'], search: ['name'] },
})
