import { float, integer, level, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Lab = defineModel({
  app: 'misc',
  name: 'Lab',
  label: 'lab',
  plural: 'labs',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique; ', 255, { unique: true, pattern: '\\w+' }),
    institution: text('HELP', 255, { blank: true }),
    address: text('HELP', 255, { blank: true }),
    timezone: text(
      'HELP tz database name; used to localise the lab’s clock in water control and in admin form defaults',
      64,
      { blank: true, default: { setting: 'time_zone' } },
    ),
    reference_weight_pct: float('HELP fraction 0–1, weight of the subject’s own reference weight (see Water control)', {
      default: { value: 0 },
    }),
    zscore_weight_pct: float('HELP fraction 0–1, weight of the age/sex z-score weight (see Water control)', {
      default: { value: 0 },
    }),
    cage_type: reference('misc.cagetype', 'HELP default for new housings', 'clear', { nullable: true, blank: true }),
    enrichment: reference('misc.enrichment', 'HELP default for new housings', 'clear', { nullable: true, blank: true }),
    food: reference('misc.food', 'HELP default for new housings', 'clear', { nullable: true, blank: true }),
    cage_cleaning_frequency_days: integer('HELP default for new housings', { nullable: true, blank: true }),
    light_cycle: level(
      'HELP',
      [
        [0, 'Normal'],
        [1, 'Inverted'],
      ],
      { nullable: true, blank: true },
    ),
    repositories: many('data.datarepository', 'HELP', { blank: true }),
  },
  // name. Name must match `^\w+$`.
})
