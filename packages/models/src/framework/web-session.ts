import { datetime, longText, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const WebSession = defineModel({
  app: 'sessions',
  name: 'Session',
  label: 'session',
  plural: 'sessions',
  help: 'HELP',
  framework: true,
  table: 'django_session',
  fields: {
    session_key: text('HELP', 40, { primaryKey: true }),
    session_data: longText('HELP'),
    expire_date: datetime('HELP', { indexed: true }),
  },
})
