import { identity, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const ContentType = defineModel({
  app: 'contenttypes',
  name: 'ContentType',
  label: 'content type',
  plural: 'content types',
  help: 'A kind of record, by application and model.',
  framework: true,
  table: 'django_content_type',
  fields: {
    id: identity(),
    app_label: text('Application that the model belongs to, as in actions.', 100, { label: 'Application' }),
    model: text('Name of the model in lower case, as in session.', 100),
  },
  unique: [{ fields: ['app_label', 'model'] }],
  naturalKey: ['app_label', 'model'],
  title: '{app_label}.{model}',
  admin: { list: ['app_label', 'model'], search: ['app_label', 'model'], filters: ['app_label'] },
})
