import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const ImagingType = defineModel({
  app: 'experiments',
  name: 'ImagingType',
  label: 'imaging type',
  plural: 'imaging types',
  help: 'A technique of imaging, as in mesoscope.',
  fields: {
    ...unnamedRecord,
    name: text('Name of the technique, unique.', 255, { unique: true }),
  },
  title: '{name}',
  admin: { list: ['name'], search: ['name'] },
})
