import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Food = defineModel({
  app: 'misc',
  name: 'Food',
  label: 'food',
  plural: 'foods',
  help: 'A diet given to animals.',
  fields: {
    ...unnamedRecord,
    name: text('Name of the diet, as on the bag.', 255, { unique: true }),
    description: text('Composition, supplier, and what to mind.', 1023, { blank: true, personal: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name'] },
})
