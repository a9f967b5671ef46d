import { id, json, longText, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const ProcedureType = defineModel({
  app: 'actions',
  name: 'ProcedureType',
  label: 'procedure type',
  plural: 'procedure types',
  help: 'Something that can be done to an animal: a surgery, a recording, a training.',
  fields: {
    id: id(),
    name: text('Name of the procedure, as rigs send it; do not use one name twice.', 255),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
    description: longText('How it is done, and what the licence says about it.', { blank: true, markdown: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name', 'description'] },
})
