import { float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const WaterRestriction = defineModel({
  app: 'actions',
  name: 'WaterRestriction',
  label: 'water restriction',
  plural: 'water restrictions',
  help: 'A time during which an animal gets its water in measured amounts.',
  fields: {
    ...action('actions_waterrestrictions'),
    reference_weight: float(
      'Weight before the restriction, to judge losses by; 0 takes the last weighing, at most 7 days old.',
      { unit: 'g', minimum: 0, default: { value: 0 } },
    ),
    water_type: reference(
      'actions.watertype',
      'What the animal drinks, unless an administration says otherwise.',
      'clear',
      {
        nullable: true,
        blank: true,
        default: { rule: 'default_water_type' },
      },
    ),
  },
  title: 'WaterRestriction for {subject.nickname}',
  admin: {
    list: ['subject', 'start_time', 'end_time', 'water_type', 'reference_weight', 'users', 'narrative'],
    search: ['subject.nickname', 'subject.projects.name'],
    filters: ['subject.responsible_user', 'subject', 'start_time', 'end_time', 'lab'],
  },
})
