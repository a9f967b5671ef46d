import { datetime, identity, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Migration = defineModel({
  app: 'migrations',
  name: 'Migration',
  label: 'migration',
  plural: 'migrations',
  help: "A migration of the reference application that this database's tables stand for.",
  framework: true,
  table: 'django_migrations',
  fields: {
    id: identity(),
    app: text('Part of the application.', 255),
    name: text('Name of the migration.', 255),
    applied: datetime('When it was applied.'),
  },
  title: '{app}.{name}',
  admin: { list: ['app', 'name', 'applied'], search: ['app', 'name'], filters: ['app'] },
})
