import { datetime, float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Weighing = defineModel({
  app: 'actions',
  name: 'Weighing',
  label: 'weighing',
  plural: 'weighings',
  help: 'The weight of one animal at one moment.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Who put the animal on the scales.', 'clear', { nullable: true, blank: true }),
    subject: reference('subjects.subject', 'Animal on the scales.', 'cascade', { related: 'weighings' }),
    date_time: datetime('When it was weighed.', {
      label: 'Date and time',
      nullable: true,
      blank: true,
      default: { make: 'now' },
    }),
    weight: float('Weight of the animal, implant included.', { unit: 'g', minimum: 0 }),
  },
  title: '{subject.nickname} {date_time}',
  admin: {
    list: ['subject', 'weight', 'date_time', 'user'],
    search: ['subject.nickname', 'subject.projects.name'],
    filters: ['subject.responsible_user', 'subject', 'date_time'],
  },
})
