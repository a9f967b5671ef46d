import { date, integer, longText, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const SubjectRequest = defineModel({
  app: 'subjects',
  name: 'SubjectRequest',
  label: 'subject request',
  plural: 'subject requests',
  help: 'A wish for animals of one line, addressed to the stock managers.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Who wants the animals.', 'clear', {
      nullable: true,
      blank: true,
      related: 'subjects_requested',
    }),
    line: reference('subjects.line', 'Line that the animals should come from.', 'clear', {
      nullable: true,
      blank: true,
    }),
    count: integer('How many animals are wanted.', { nullable: true, blank: true }),
    date_time: date('Day on which the request was made.', {
      label: 'Date',
      nullable: true,
      blank: true,
      default: { make: 'now' },
    }),
    due_date: date('Day by which the animals are needed.', { nullable: true, blank: true }),
    description: longText('Age, sex, genotype, and what they are needed for.', { blank: true, markdown: true }),
  },
  ordering: ['-date_time'],
  title: '{count} {line.nickname} due {due_date} for {user.username}',
  admin: {
    list: ['line', 'user', 'count', 'date_time', 'due_date', 'description'],
    search: ['line.nickname', 'user.username', 'description'],
    filters: ['user', 'line', 'due_date'],
    tables: [
      {
        model: 'subjects.subject',
        by: 'request',
        fields: ['nickname', 'sex', 'birth_date', 'death_date', 'responsible_user', 'line'],
        readOnly: true,
      },
    ],
  },
})
