import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Strain = defineModel({
  app: 'subjects',
  name: 'Strain',
  label: 'strain',
  plural: 'strains',
  help: 'An inbred or outbred strain, the background of a line.',
  fields: {
    ...record,
    description: longText('Anything worth telling the next person who looks.', { blank: true, markdown: true }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name', 'description'] },
})
