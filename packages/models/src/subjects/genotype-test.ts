import { level, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const GenotypeTest = defineModel({
  app: 'subjects',
  name: 'GenotypeTest',
  label: 'genotype test',
  plural: 'genotype tests',
  help: 'HELP',
  fields: {
    ...record,
    subject: reference('subjects.subject', 'HELP', 'cascade'),
    sequence: reference('subjects.sequence', 'HELP', 'cascade'),
    test_result: level('HELP', [
      [0, 'Absent'],
      [1, 'Present'],
    ]),
  },
  // “<sequence> -” or “<sequence> +”. Save: after saving, the subject's zygosities are recomputed (section 11). Deleting a test recomputes nothing.
})
