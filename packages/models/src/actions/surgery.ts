import { choice, float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const Surgery = defineModel({
  app: 'actions',
  name: 'Surgery',
  label: 'surgery',
  plural: 'surgeries',
  help: 'HELP',
  fields: {
    ...action('actions_surgerys'),
    outcome_type: choice(
      'HELP',
      1,
      [
        ['a', 'Acute'],
        ['r', 'Recovery'],
        ['n', 'Non-recovery'],
      ],
      { blank: true },
    ),
    location: reference('misc.lablocation', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      default: { rule: 'default_surgery_location' },
    }),
    implant_weight: float('Weight of everything implanted.', { unit: 'g', minimum: 0 }),
  },
  checks: [{ field: 'implant_weight', atLeast: 0, name: 'implant_weight_gte_0' }],
  diskOrder: [
    'id',
    'name',
    'json',
    'narrative',
    'start_time',
    'end_time',
    'outcome_type',
    'lab_id',
    'location_id',
    'subject_id',
    'implant_weight',
  ],
  // “Surgery for <subject>”.
})
