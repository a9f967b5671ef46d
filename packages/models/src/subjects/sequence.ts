import { longText, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Sequence = defineModel({
  app: 'subjects',
  name: 'Sequence',
  label: 'sequence',
  plural: 'sequences',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
    base_pairs: longText('HELP actual base pairs'),
    description: text('HELP', 1023),
  },
  ordering: ['name'],
  // name.
})
