import { identity, many, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Group = defineModel({
  app: 'auth',
  name: 'Group',
  label: 'group',
  plural: 'groups',
  help: 'A group of people who share permissions.',
  framework: true,
  fields: {
    id: identity(),
    name: text('Unique name; a name with husbandry in it gives the rights of animal carers.', 150, { unique: true }),
    permissions: many('auth.permission', 'What members of the group may do.', { blank: true }),
  },
  naturalKey: ['name'],
  title: '{name}',
  admin: { list: ['name'], search: ['name'] },
})
