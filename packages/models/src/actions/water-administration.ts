import { boolean, datetime, float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const WaterAdministration = defineModel({
  app: 'actions',
  name: 'WaterAdministration',
  label: 'water administration',
  plural: 'water administrations',
  help: 'Water given to one animal at one moment, by hand or as a reward in a session.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Who gave the water.', 'clear', { nullable: true, blank: true }),
    subject: reference('subjects.subject', 'Animal that drank.', 'cascade', { related: 'water_administrations' }),
    date_time: datetime('When it was given.', {
      label: 'Date and time',
      nullable: true,
      blank: true,
      default: { make: 'now' },
    }),
    session: reference('actions.session', 'Session in which it was earned; empty when it was given by hand.', 'clear', {
      nullable: true,
      blank: true,
      related: 'wateradmin_session_related',
    }),
    water_administered: float('How much it drank; empty when it could drink as it liked.', {
      unit: 'mL',
      minimum: 0,
      label: 'Amount',
      nullable: true,
      blank: true,
    }),
    water_type: reference(
      'actions.watertype',
      "What it drank; left empty, the type of the animal's latest restriction.",
      'clear',
      { nullable: true, blank: true },
    ),
    adlib: boolean('The animal could drink as much as it liked.', { label: 'Ad lib', default: { value: false } }),
  },
  diskOrder: [
    'id',
    'name',
    'json',
    'date_time',
    'water_administered',
    'session_id',
    'subject_id',
    'user_id',
    'water_type_id',
    'adlib',
  ],
  title: '{subject.nickname} {date_time}',
  admin: {
    list: ['subject', 'water_administered', 'user', 'date_time', 'water_type', 'adlib', 'session'],
    search: ['subject.nickname', 'subject.projects.name'],
    filters: ['subject.responsible_user', 'subject', 'date_time', 'water_type'],
  },
})
