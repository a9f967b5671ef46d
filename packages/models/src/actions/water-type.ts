import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const WaterType = defineModel({
  app: 'actions',
  name: 'WaterType',
  label: 'water type',
  plural: 'water types',
  help: 'A drink or gel given to animals under water restriction.',
  fields: {
    ...unnamedRecord,
    name: text('What it is, with its additions, as in Water 10% Sucrose.', 128, { unique: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'json'], search: ['name'] },
})
