import { id, json, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Species = defineModel({
  app: 'subjects',
  name: 'Species',
  label: 'species',
  plural: 'species',
  help: 'HELP',
  fields: {
    id: id(),
    name: text('HELP binomial name', 255),
    json: json('HELP free-form user JSON'),
    nickname: text('HELP unique; common name', 255, { unique: true }),
  },
  // nickname. Admin: name is read-only after creation.
})
