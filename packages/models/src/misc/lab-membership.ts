import { date, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const LabMembership = defineModel({
  app: 'misc',
  name: 'LabMembership',
  label: 'lab membership',
  plural: 'lab memberships',
  help: 'The time during which a person works in a lab.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Person who works in the lab.', 'cascade'),
    lab: reference('misc.lab', 'Laboratory the person works in.', 'cascade'),
    role: text('What the person does there, in your own words.', 255, { blank: true, personal: true }),
    start_date: date('First day; without it the membership does not count.', {
      nullable: true,
      blank: true,
      default: { make: 'now' },
    }),
    end_date: date('Last day; empty while it goes on.', { nullable: true, blank: true }),
  },
  title: '{user.username} {role} in {lab.name}',
  admin: {
    list: ['user', 'lab', 'role', 'start_date', 'end_date'],
    search: ['user.username', 'lab.name', 'role'],
    filters: ['lab', 'user'],
  },
})
