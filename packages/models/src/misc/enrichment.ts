import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Enrichment = defineModel({
  app: 'misc',
  name: 'Enrichment',
  label: 'enrichment',
  plural: 'enrichments',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
    description: text('HELP', 1023, { blank: true }),
  },
})
