import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CullMethod = defineModel({
  app: 'actions',
  name: 'CullMethod',
  label: 'cull method',
  plural: 'cull methods',
  help: 'HELP',
  fields: {
    ...record,
    description: longText('HELP form max length 255 (not enforced in DB)', { blank: true }),
  },
})
