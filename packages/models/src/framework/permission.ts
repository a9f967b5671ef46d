import { identity, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Permission = defineModel({
  app: 'auth',
  name: 'Permission',
  label: 'permission',
  plural: 'permissions',
  help: 'HELP',
  framework: true,
  fields: {
    id: identity(),
    name: text('HELP', 255),
    content_type: reference('contenttypes.contenttype', 'HELP', 'cascade'),
    codename: text('HELP', 100),
  },
  ordering: ['content_type__app_label', 'content_type__model', 'codename'],
  unique: [{ fields: ['content_type', 'codename'] }],
  diskOrder: ['id', 'name', 'content_type_id', 'codename'],
})
