import { longText, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Sequence = defineModel({
  app: 'subjects',
  name: 'Sequence',
  label: 'sequence',
  plural: 'sequences',
  help: 'A stretch of DNA that a genotype test looks for.',
  fields: {
    ...unnamedRecord,
    name: text('Name of the sequence, unique.', 255, { unique: true }),
    base_pairs: longText('The sequence itself, in letters A, C, G and T.'),
    description: text('What it is part of, and how it is tested.', 1023),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: { list: ['name', 'base_pairs', 'description'], search: ['name', 'base_pairs', 'description'] },
})
