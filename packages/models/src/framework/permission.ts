import { identity, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Permission = defineModel({
  app: 'auth',
  name: 'Permission',
  label: 'permission',
  plural: 'permissions',
  help: 'The right to add, change, delete or view records of one kind.',
  framework: true,
  fields: {
    id: identity(),
    name: text('What is permitted, in words.', 255),
    content_type: reference('contenttypes.contenttype', 'Kind of records that it is about.', 'cascade', {
      label: 'Object type',
    }),
    codename: text('What is permitted, for programs, as in add_session.', 100, { label: 'Code name' }),
  },
  ordering: ['content_type.app_label', 'content_type.model', 'codename'],
  unique: [{ fields: ['content_type', 'codename'] }],
  diskOrder: ['id', 'name', 'content_type_id', 'codename'],
  naturalKey: ['codename', 'content_type'],
  title: '{name}',
  admin: {
    list: ['name', 'content_type', 'codename'],
    search: ['name', 'codename'],
    filters: ['content_type.app_label'],
  },
})
