import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const ImagingType = defineModel({
  app: 'experiments',
  name: 'ImagingType',
  label: 'imaging type',
  plural: 'imaging types',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
  },
})
