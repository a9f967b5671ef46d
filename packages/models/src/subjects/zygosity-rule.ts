import { level, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const ZygosityRule = defineModel({
  app: 'subjects',
  name: 'ZygosityRule',
  label: 'zygosity rule',
  plural: 'zygosity rules',
  help: 'How test results of a line are read: which results mean which zygosity of an allele.',
  fields: {
    ...record,
    line: reference('subjects.line', 'Line that the rule holds for.', 'clear', { nullable: true }),
    allele: reference('subjects.allele', 'Allele that the rule decides.', 'clear', { nullable: true }),
    sequence0: reference('subjects.sequence', 'First sequence tested.', 'clear', {
      label: 'Sequence 0',
      nullable: true,
      blank: true,
      related: 'zygosity_rule_sequence0',
    }),
    sequence0_result: level(
      'Result of the first test that the rule asks for.',
      [
        [0, 'Absent'],
        [1, 'Present'],
      ],
      { label: 'Result 0', nullable: true, blank: true },
    ),
    sequence1: reference('subjects.sequence', 'Second sequence tested, if the rule needs one.', 'clear', {
      label: 'Sequence 1',
      nullable: true,
      blank: true,
      related: 'zygosity_rule_sequence1',
    }),
    sequence1_result: level(
      'Result of the second test that the rule asks for.',
      [
        [0, 'Absent'],
        [1, 'Present'],
      ],
      { label: 'Result 1', nullable: true, blank: true },
    ),
    zygosity: level('What the animal then is.', [
      [0, 'Absent'],
      [1, 'Heterozygous'],
      [2, 'Homozygous'],
      [3, 'Present'],
    ]),
  },
  unique: [{ fields: ['line', 'allele', 'sequence0', 'sequence0_result', 'sequence1', 'sequence1_result'] }],
  title: '{line.nickname} {allele.nickname}: {sequence0.name} {sequence0_result}, {sequence1.name} {sequence1_result}',
  admin: {
    list: ['line', 'allele', 'sequence0', 'sequence0_result', 'sequence1', 'sequence1_result', 'zygosity'],
    search: ['line.nickname', 'allele.nickname'],
    filters: ['line', 'allele'],
  },
})
