import { datetime, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Token = defineModel({
  app: 'authtoken',
  name: 'Token',
  label: 'Token',
  plural: 'Tokens',
  help: 'HELP',
  framework: true,
  proxies: [{ app: 'authtoken', name: 'TokenProxy', label: 'Token', plural: 'Tokens' }],
  fields: {
    key: text('HELP', 40, { primaryKey: true }),
    user: reference(
      'misc.labmember',
      'HELP unique; one-to-one FK → `misc_labmember`, on_delete CASCADE, reverse `auth_token`',
      'cascade',
      { related: 'auth_token', single: true },
    ),
    created: datetime('HELP not editable in forms', { blank: true, touched: true }),
  },
})
