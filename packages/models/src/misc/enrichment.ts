import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Enrichment = defineModel({
  app: 'misc',
  name: 'Enrichment',
  label: 'enrichment',
  plural: 'enrichments',
  help: 'Something put into a cage to keep its animals busy.',
  fields: {
    ...unnamedRecord,
    name: text('What it is, as in wheel or cardboard tunnel.', 255, { unique: true }),
    description: text('Material, supplier, and what to mind.', 1023, { blank: true, personal: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name'] },
})
