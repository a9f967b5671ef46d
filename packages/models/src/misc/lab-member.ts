import { boolean, datetime, email, id, many, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { WORD } from '../shared-fields.ts'

export const LabMember = defineModel({
  app: 'misc',
  name: 'LabMember',
  label: 'lab member',
  plural: 'lab members',
  help: 'A person with an account: experimenter, animal carer, stock manager, or a reader from outside.',
  fields: {
    password: text('Hash of the password; change it with "Change password", never here.', 128, {
      secret: true,
      readOnly: true,
    }),
    last_login: datetime('When this person last logged in to the web application.', { nullable: true, blank: true }),
    is_superuser: boolean('May do everything, whatever the other permissions say.', {
      label: 'Superuser',
      default: { value: false },
    }),
    username: text('Name to log in with: letters, digits and @ . + - _, 150 characters at most.', 150, {
      patternMessage: 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
      unique: true,
      personal: true,
      takenMessage: 'A user with that username already exists.',
      pattern: `[${WORD}.@+\\-]+`,
    }),
    first_name: text('Given name, as the web application greets the person.', 150, { blank: true, personal: true }),
    last_name: text('Family name.', 150, { blank: true, personal: true }),
    email: email('Address for notifications and requests; nothing is sent while it is empty.', {
      label: 'E-mail',
      blank: true,
    }),
    is_staff: boolean('May log in to the web application.', { label: 'Staff', default: { value: false } }),
    is_active: boolean('May log in and use tokens at all; untick this instead of deleting the account.', {
      label: 'Active',
      default: { value: true },
    }),
    date_joined: datetime('When the account was made.', { default: { make: 'now' } }),
    id: id(),
    is_stock_manager: boolean(
      'Looks after the colony: may act on every animal, owns new ones unless told otherwise, gets requests by e-mail.',
      { label: 'Stock manager', default: { value: false } },
    ),
    is_public_user: boolean('May read but never write, for accounts shared with the outside.', {
      label: 'Public user',
      default: { value: false },
    }),
    groups: many('auth.group', 'Groups whose permissions this person has too.', { related: 'user', blank: true }),
    user_permissions: many('auth.permission', 'Permissions given to this person alone; prefer groups.', {
      label: 'Permissions',
      related: 'user',
      blank: true,
    }),
    allowed_users: many(
      'misc.labmember',
      'People who may act on the animals of this person; it does not work the other way round.',
      { blank: true },
    ),
  },
  ordering: ['username'],
  naturalKey: ['username'],
  title: '{username}',
  admin: {
    list: [
      'username',
      'email',
      'first_name',
      'last_name',
      'groups',
      'allowed_users',
      'is_staff',
      'is_superuser',
      'is_stock_manager',
      'is_public_user',
    ],
    search: ['username', 'first_name', 'last_name', 'email'],
    filters: ['is_staff', 'is_superuser', 'is_active', 'is_stock_manager', 'is_public_user', 'groups'],
    sections: [
      { title: 'Person', fields: ['username', 'first_name', 'last_name', 'email'] },
      {
        title: 'Rights',
        fields: [
          'is_active',
          'is_staff',
          'is_superuser',
          'is_stock_manager',
          'is_public_user',
          'groups',
          'user_permissions',
        ],
      },
      { title: 'Who may act on my animals', fields: ['allowed_users'] },
      { title: 'Dates', fields: ['last_login', 'date_joined'] },
    ],
  },
})
