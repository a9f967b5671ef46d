import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CoordinateSystem = defineModel({
  app: 'experiments',
  name: 'CoordinateSystem',
  label: 'coordinate system',
  plural: 'coordinate systems',
  help: 'A system of coordinates in the brain: origin, axes, and atlas.',
  fields: {
    ...record,
    description: longText('Origin, direction of the axes, unit and atlas; no two systems share one text.', {
      blank: true,
      unique: true,
    }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name', 'description'] },
})
