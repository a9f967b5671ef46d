import { float, integer, level, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord, WORD } from '../shared-fields.ts'

export const Lab = defineModel({
  app: 'misc',
  name: 'Lab',
  label: 'lab',
  plural: 'labs',
  help: 'A laboratory: it owns animals and keeps its own clock, water rules and data repositories.',
  fields: {
    ...unnamedRecord,
    name: text('Short name without blanks; letters, digits and underscores only, as it is part of paths.', 255, {
      patternMessage: 'Lab name must only contain letters, numbers, and underscores.',
      unique: true,
      pattern: `[${WORD}]+`,
    }),
    institution: text('University or institute that the laboratory belongs to.', 255, { blank: true, personal: true }),
    address: text('Postal address.', 255, { blank: true, personal: true }),
    timezone: text(
      'Zone of the clock on the wall, as in Europe/London: it decides which day a weighing counts for.',
      64,
      { label: 'Time zone', blank: true, default: { setting: 'time_zone' } },
    ),
    reference_weight_pct: float(
      'Share of the weight before restriction in the lightest acceptable weight, 0 to 1; 0 leaves it out.',
      { label: 'Reference weight ratio', default: { value: 0 } },
    ),
    zscore_weight_pct: float(
      'Share of the weight expected for age and sex; it is added to the other share. 0 leaves it out.',
      { label: 'Z-score weight ratio', default: { value: 0 } },
    ),
    cage_type: reference('misc.cagetype', 'Cage type of a new housing, unless something else is chosen.', 'clear', {
      nullable: true,
      blank: true,
    }),
    enrichment: reference('misc.enrichment', 'Enrichment of a new housing, unless something else is chosen.', 'clear', {
      nullable: true,
      blank: true,
    }),
    food: reference('misc.food', 'Food of a new housing, unless something else is chosen.', 'clear', {
      nullable: true,
      blank: true,
    }),
    cage_cleaning_frequency_days: integer(
      'Days between cleanings of a new housing, unless something else is written.',
      { unit: 'days', label: 'Cage cleaning frequency', nullable: true, blank: true },
    ),
    light_cycle: level(
      'Light cycle of a new housing; inverted means dark by day.',
      [
        [0, 'Normal'],
        [1, 'Inverted'],
      ],
      { nullable: true, blank: true },
    ),
    repositories: many(
      'data.datarepository',
      'Where the files of its animals are kept: each registered file gets a record in all of these.',
      { blank: true },
    ),
  },
  title: '{name}',
  admin: {
    list: ['name', 'institution', 'address', 'timezone', 'repositories', 'reference_weight_pct', 'zscore_weight_pct'],
    search: ['name', 'institution'],
    sections: [
      { title: 'Lab', fields: ['name', 'institution', 'address', 'timezone', 'repositories'] },
      { title: 'Water restriction', fields: ['reference_weight_pct', 'zscore_weight_pct'] },
      {
        title: 'New housings',
        fields: ['cage_type', 'enrichment', 'food', 'cage_cleaning_frequency_days', 'light_cycle'],
      },
      { title: 'More', fields: ['json'] },
    ],
    tables: [
      { model: 'misc.lablocation', by: 'lab', fields: ['name'] },
      { model: 'misc.labmembership', by: 'lab', fields: ['user', 'role', 'start_date', 'end_date'] },
    ],
  },
})
