import { integer, level, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Housing = defineModel({
  app: 'misc',
  name: 'Housing',
  label: 'housing',
  plural: 'housings',
  help: 'A cage in one state: its furnishing and who lives there. A changed cage is a new housing.',
  fields: {
    ...record,
    cage_name: text('What is written on the cage.', 64),
    cage_type: reference('misc.cagetype', 'Kind of cage.', 'clear', { nullable: true, blank: true }),
    enrichment: reference('misc.enrichment', 'What the animals have to play with.', 'clear', {
      nullable: true,
      blank: true,
    }),
    food: reference('misc.food', 'What the animals eat.', 'clear', { nullable: true, blank: true }),
    cage_cleaning_frequency_days: integer('Days from one cleaning to the next.', {
      unit: 'days',
      label: 'Cage cleaning frequency',
      nullable: true,
      blank: true,
    }),
    light_cycle: level(
      'Normal is light by day; inverted is dark by day.',
      [
        [0, 'Normal'],
        [1, 'Inverted'],
      ],
      { nullable: true, blank: true },
    ),
    subjects: many('subjects.subject', 'Animals that live there or have lived there.', {
      related: 'housings',
      blank: true,
      through: 'misc.housingsubject',
    }),
  },
  title: '{cage_name}',
  admin: {
    list: ['cage_name', 'subjects', 'cage_type', 'enrichment', 'food', 'light_cycle'],
    search: ['cage_name', 'subjects.nickname', 'subjects.lab.name'],
    filters: ['cage_type', 'enrichment', 'food', 'light_cycle'],
    tables: [
      {
        model: 'misc.housingsubject',
        by: 'housing',
        fields: ['subject', 'start_datetime', 'end_datetime'],
        ordering: ['-start_datetime'],
      },
    ],
  },
})
