import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CullReason = defineModel({
  app: 'actions',
  name: 'CullReason',
  label: 'cull reason',
  plural: 'cull reasons',
  help: 'HELP',
  fields: {
    ...record,
    description: longText('HELP form max length 255 (not enforced in DB)', { blank: true }),
  },
})
