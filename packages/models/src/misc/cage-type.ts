import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CageType = defineModel({
  app: 'misc',
  name: 'CageType',
  label: 'cage type',
  plural: 'cage types',
  help: 'HELP',
  fields: {
    ...record,
    description: text('HELP', 1023, { blank: true }),
  },
})
