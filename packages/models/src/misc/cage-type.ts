import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CageType = defineModel({
  app: 'misc',
  name: 'CageType',
  label: 'cage type',
  plural: 'cage types',
  help: 'A make or kind of cage.',
  fields: {
    ...record,
    description: text('Size, maker, and what the cage is used for.', 1023, { blank: true, personal: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name'] },
})
