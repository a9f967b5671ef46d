import { datetime, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const HousingSubject = defineModel({
  app: 'misc',
  name: 'HousingSubject',
  label: 'housing subject',
  plural: 'housing subjects',
  help: 'The stay of one animal in one housing.',
  fields: {
    ...record,
    subject: reference('subjects.subject', 'Animal that lives in the housing.', 'clear', {
      nullable: true,
      related: 'housing_subjects',
    }),
    housing: reference('misc.housing', 'Housing that the animal lives in.', 'clear', {
      nullable: true,
      blank: true,
      related: 'housing_subjects',
    }),
    start_datetime: datetime('When the animal moved in; its earlier stay ends then.', { label: 'Start' }),
    end_datetime: datetime('When the animal moved out; empty while it lives there.', {
      label: 'End',
      nullable: true,
      blank: true,
    }),
  },
  title: '{subject.nickname} in {housing.cage_name}',
  admin: {
    list: ['subject', 'housing', 'start_datetime', 'end_datetime'],
    search: ['subject.nickname', 'housing.cage_name'],
    filters: ['housing', 'subject'],
  },
})
