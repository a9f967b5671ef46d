import { date, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const LabMembership = defineModel({
  app: 'misc',
  name: 'LabMembership',
  label: 'lab membership',
  plural: 'lab memberships',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP', 'cascade'),
    lab: reference('misc.lab', 'HELP', 'cascade'),
    role: text('HELP free text', 255, { blank: true }),
    start_date: date('HELP default is a datetime truncated to its date', {
      nullable: true,
      blank: true,
      default: { make: 'now' },
    }),
    end_date: date('HELP', { nullable: true, blank: true }),
  },
  // “<user> <role> in <lab>”.
})
