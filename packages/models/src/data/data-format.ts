import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DataFormat = defineModel({
  app: 'data',
  name: 'DataFormat',
  label: 'data format',
  plural: 'data formats',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
    description: text('HELP', 255, { blank: true }),
    file_extension: text('HELP with leading dot', 255, { pattern: '\\.[^\\.]+' }),
    matlab_loader_function: text('HELP', 255, { blank: true }),
    python_loader_function: text('HELP', 255, { blank: true }),
  },
  ordering: ['name'],
})
