import { datetime, float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Weighing = defineModel({
  app: 'actions',
  name: 'Weighing',
  label: 'weighing',
  plural: 'weighings',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP', 'clear', { nullable: true, blank: true }),
    subject: reference('subjects.subject', 'HELP', 'cascade', { related: 'weighings' }),
    date_time: datetime('HELP', { nullable: true, blank: true, default: { make: 'now' } }),
    weight: float('HELP ≥ 0; grams'),
  },
  // “Weighing %.2f g for <subject>”. `expected()` = expected weight of the subject at `date_time`.
})
