import { float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const WaterRestriction = defineModel({
  app: 'actions',
  name: 'WaterRestriction',
  label: 'water restriction',
  plural: 'water restrictions',
  help: 'HELP',
  fields: {
    ...action('actions_waterrestrictions'),
    reference_weight: float('HELP ≥ 0; grams; 0 means “fill in from last weighing”', { default: { value: 0 } }),
    water_type: reference('actions.watertype', 'HELP default water type for later administrations', 'clear', {
      nullable: true,
      blank: true,
      default: { rule: 'default_water_type' },
    }),
  },
  // “WaterRestriction for <subject>”. `is_active()`: start time set and end time NULL.
})
