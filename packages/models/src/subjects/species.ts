import { id, json, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Species = defineModel({
  app: 'subjects',
  name: 'Species',
  label: 'species',
  plural: 'species',
  help: 'A species of animal.',
  fields: {
    id: id(),
    name: text('Scientific name, as in Mus musculus.', 255),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
    nickname: text('Everyday name, unique.', 255, { unique: true }),
  },
  naturalKey: ['nickname'],
  title: '{nickname}',
  admin: { list: ['name', 'nickname'], search: ['name', 'nickname'] },
})
