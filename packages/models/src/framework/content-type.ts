import { identity, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const ContentType = defineModel({
  app: 'contenttypes',
  name: 'ContentType',
  label: 'content type',
  plural: 'content types',
  help: 'HELP',
  framework: true,
  table: 'django_content_type',
  fields: {
    id: identity(),
    app_label: text('HELP', 100),
    model: text('HELP', 100),
  },
  unique: [{ fields: ['app_label', 'model'] }],
})
