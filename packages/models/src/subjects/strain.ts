import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Strain = defineModel({
  app: 'subjects',
  name: 'Strain',
  label: 'strain',
  plural: 'strains',
  help: 'HELP',
  fields: {
    ...record,
    description: longText('HELP', { blank: true }),
  },
  ordering: ['name'],
})
