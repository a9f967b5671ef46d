import { id, json, longText, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Source = defineModel({
  app: 'subjects',
  name: 'Source',
  label: 'source',
  plural: 'sources',
  help: 'HELP',
  fields: {
    id: id(),
    name: text('HELP', 255),
    json: json('HELP free-form user JSON'),
    description: longText('HELP', { blank: true }),
  },
})
