import { boolean, datetime, email, id, many, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const LabMember = defineModel({
  app: 'misc',
  name: 'LabMember',
  label: 'lab member',
  plural: 'lab members',
  help: 'HELP',
  fields: {
    password: text('HELP Django hash string', 128),
    last_login: datetime('HELP', { nullable: true, blank: true }),
    is_superuser: boolean('HELP', { default: { value: false } }),
    username: text('HELP unique; ', 150, { unique: true, pattern: '[\\w.@+-]+' }),
    first_name: text('HELP', 150, { blank: true }),
    last_name: text('HELP', 150, { blank: true }),
    email: email('HELP Email syntax', { blank: true }),
    is_staff: boolean('HELP', { default: { value: false } }),
    is_active: boolean('HELP', { default: { value: true } }),
    date_joined: datetime('HELP', { default: { make: 'now' } }),
    id: id(),
    is_stock_manager: boolean('HELP sees/edits all subjects in restricted forms; receives subject-request mails', {
      default: { value: false },
    }),
    is_public_user: boolean('HELP read-only account', { default: { value: false } }),
    groups: many('auth.group', 'HELP', { blank: true }),
    user_permissions: many('auth.permission', 'HELP', { blank: true }),
    allowed_users: many('misc.labmember', 'HELP', { blank: true }),
  },
  ordering: ['username'],
  // username. `is_authenticated` etc. as in Django's abstract user. Passwords use Django 5.2 hashes; the preferred format is `pbkdf2_sha256$1000000$<salt>$<base64 digest>`; the other default hashers (PBKD
})
