import { datetime, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const HousingSubject = defineModel({
  app: 'misc',
  name: 'HousingSubject',
  label: 'housing subject',
  plural: 'housing subjects',
  help: 'HELP',
  fields: {
    ...record,
    subject: reference('subjects.subject', 'HELP', 'clear', { nullable: true, related: 'housing_subjects' }),
    housing: reference('misc.housing', 'HELP', 'clear', { nullable: true, blank: true, related: 'housing_subjects' }),
    start_datetime: datetime('HELP entry into the housing'),
    end_datetime: datetime('HELP exit; NULL = still there', { nullable: true, blank: true }),
  },
})
