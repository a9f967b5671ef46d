import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CullReason = defineModel({
  app: 'actions',
  name: 'CullReason',
  label: 'cull reason',
  plural: 'cull reasons',
  help: 'A reason for which animals are culled.',
  fields: {
    ...record,
    description: longText('When to choose this reason.', { formMaxLength: 255, blank: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name'] },
})
