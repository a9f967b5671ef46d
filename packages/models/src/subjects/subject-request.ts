import { date, integer, longText, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const SubjectRequest = defineModel({
  app: 'subjects',
  name: 'SubjectRequest',
  label: 'subject request',
  plural: 'subject requests',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP requester', 'clear', {
      nullable: true,
      blank: true,
      related: 'subjects_requested',
    }),
    line: reference('subjects.line', 'HELP', 'clear', { nullable: true, blank: true }),
    count: integer('HELP number of animals wanted', { nullable: true, blank: true }),
    date_time: date('HELP a DATE despite its name', { nullable: true, blank: true, default: { make: 'now' } }),
    due_date: date('HELP', { nullable: true, blank: true }),
    description: longText('HELP', { blank: true }),
  },
  ordering: ['-date_time'],
  // “<count> <line> due <due_date> for <user>”.
})
