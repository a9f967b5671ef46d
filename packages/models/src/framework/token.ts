import { datetime, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Token = defineModel({
  app: 'authtoken',
  name: 'Token',
  label: 'Token',
  plural: 'Tokens',
  help: 'The token with which programs of one person log in.',
  framework: true,
  proxies: [{ app: 'authtoken', name: 'TokenProxy', label: 'Token', plural: 'Tokens' }],
  fields: {
    key: text('The token itself: whoever has it acts as its owner.', 40, { secret: true, primaryKey: true }),
    user: reference('misc.labmember', 'Whom the token stands for; each person has one at most.', 'cascade', {
      related: 'auth_token',
      single: true,
    }),
    created: datetime('When the token was made.', { readOnly: true, blank: true, default: { make: 'now' } }),
  },
  title: '{user.username}',
  admin: { list: ['user', 'created'], search: ['user.username'] },
})
