import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DataRepositoryType = defineModel({
  app: 'data',
  name: 'DataRepositoryType',
  label: 'data repository type',
  plural: 'data repository types',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
  },
  ordering: ['name'],
})
