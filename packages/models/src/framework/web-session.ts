import { datetime, longText, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const WebSession = defineModel({
  app: 'sessions',
  name: 'Session',
  label: 'session',
  plural: 'sessions',
  help: 'A browser in which somebody is logged in.',
  framework: true,
  table: 'django_session',
  fields: {
    session_key: text('Value of the cookie that the browser sends.', 40, { secret: true, primaryKey: true }),
    session_data: longText('Who is logged in, signed by the server.', { secret: true }),
    expire_date: datetime('When the browser has to log in again.', { label: 'Expires', indexed: true }),
  },
  title: 'until {expire_date}',
  admin: { list: ['expire_date'] },
})
