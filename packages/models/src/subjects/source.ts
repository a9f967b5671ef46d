import { id, json, longText, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Source = defineModel({
  app: 'subjects',
  name: 'Source',
  label: 'source',
  plural: 'sources',
  help: 'Where animals come from: a breeder, a company, an own colony.',
  fields: {
    id: id(),
    name: text('Name of the source.', 255),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
    description: longText('Anything worth telling the next person who looks.', { blank: true, markdown: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name', 'description'] },
})
