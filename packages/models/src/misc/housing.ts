import { integer, level, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Housing = defineModel({
  app: 'misc',
  name: 'Housing',
  label: 'housing',
  plural: 'housings',
  help: 'HELP',
  fields: {
    ...record,
    cage_name: text('HELP', 64),
    cage_type: reference('misc.cagetype', 'HELP', 'clear', { nullable: true, blank: true }),
    enrichment: reference('misc.enrichment', 'HELP', 'clear', { nullable: true, blank: true }),
    food: reference('misc.food', 'HELP', 'clear', { nullable: true, blank: true }),
    cage_cleaning_frequency_days: integer('HELP', { nullable: true, blank: true }),
    light_cycle: level(
      'HELP',
      [
        [0, 'Normal'],
        [1, 'Inverted'],
      ],
      { nullable: true, blank: true },
    ),
    subjects: many('subjects.subject', 'HELP', { related: 'housings', blank: true, through: 'misc.housingsubject' }),
  },
  // `<cage_name> (housing: <first 8 characters of id>)`.
})
