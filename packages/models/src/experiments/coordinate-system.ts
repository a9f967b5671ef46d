import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CoordinateSystem = defineModel({
  app: 'experiments',
  name: 'CoordinateSystem',
  label: 'coordinate system',
  plural: 'coordinate systems',
  help: 'HELP',
  fields: {
    ...record,
    description: longText('HELP unique', { blank: true, unique: true }),
  },
})
