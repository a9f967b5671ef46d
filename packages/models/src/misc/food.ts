import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Food = defineModel({
  app: 'misc',
  name: 'Food',
  label: 'food',
  plural: 'foods',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
    description: text('HELP', 1023, { blank: true }),
  },
})
