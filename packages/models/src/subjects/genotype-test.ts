import { level, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const GenotypeTest = defineModel({
  app: 'subjects',
  name: 'GenotypeTest',
  label: 'genotype test',
  plural: 'genotype tests',
  help: 'The result of testing one animal for one sequence.',
  fields: {
    ...record,
    subject: reference('subjects.subject', 'Animal that was tested.', 'cascade'),
    sequence: reference('subjects.sequence', 'Sequence that was looked for.', 'cascade'),
    test_result: level('Whether the sequence was found.', [
      [0, 'Absent'],
      [1, 'Present'],
    ]),
  },
  title: '{subject.nickname} {sequence.name}',
  admin: {
    list: ['subject', 'sequence', 'test_result'],
    search: ['subject.nickname', 'sequence.name'],
    filters: ['sequence', 'test_result'],
  },
})
