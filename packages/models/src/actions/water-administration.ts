import { boolean, datetime, float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const WaterAdministration = defineModel({
  app: 'actions',
  name: 'WaterAdministration',
  label: 'water administration',
  plural: 'water administrations',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP', 'clear', { nullable: true, blank: true }),
    subject: reference('subjects.subject', 'HELP', 'cascade', { related: 'water_administrations' }),
    date_time: datetime('HELP', { nullable: true, blank: true, default: { make: 'now' } }),
    session: reference('actions.session', 'HELP set when the water was a session reward', 'clear', {
      nullable: true,
      blank: true,
      related: 'wateradmin_session_related',
    }),
    water_administered: float('HELP ≥ 0; millilitres; NULL for ad-lib', { nullable: true, blank: true }),
    water_type: reference('actions.watertype', 'HELP', 'clear', { nullable: true, blank: true }),
    adlib: boolean('HELP flag only, not used in any computation', { default: { value: false } }),
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
  // “Water %.2fg for <subject>” if the amount is non-zero, otherwise (NULL **or 0**) “Water adlib for <subject>”.
})
