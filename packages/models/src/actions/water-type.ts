import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const WaterType = defineModel({
  app: 'actions',
  name: 'WaterType',
  label: 'water type',
  plural: 'water types',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 128, { unique: true }),
  },
  // name.
})
