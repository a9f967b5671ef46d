import { id, json, longText, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const ProcedureType = defineModel({
  app: 'actions',
  name: 'ProcedureType',
  label: 'procedure type',
  plural: 'procedure types',
  help: 'HELP',
  fields: {
    id: id(),
    name: text('HELP', 255),
    json: json('HELP free-form user JSON'),
    description: longText('HELP', { blank: true }),
  },
  // name. Name required, not unique.
})
