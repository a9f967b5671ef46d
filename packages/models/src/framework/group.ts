import { identity, many, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Group = defineModel({
  app: 'auth',
  name: 'Group',
  label: 'group',
  plural: 'groups',
  help: 'HELP',
  framework: true,
  fields: {
    id: identity(),
    name: text('HELP unique', 150, { unique: true }),
    permissions: many('auth.permission', 'HELP', { blank: true }),
  },
})
