import { level, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const ZygosityRule = defineModel({
  app: 'subjects',
  name: 'ZygosityRule',
  label: 'zygosity rule',
  plural: 'zygosity rules',
  help: 'HELP',
  fields: {
    ...record,
    line: reference('subjects.line', 'HELP', 'clear', { nullable: true }),
    allele: reference('subjects.allele', 'HELP', 'clear', { nullable: true }),
    sequence0: reference('subjects.sequence', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      related: 'zygosity_rule_sequence0',
    }),
    sequence0_result: level(
      'HELP',
      [
        [0, 'Absent'],
        [1, 'Present'],
      ],
      { nullable: true, blank: true },
    ),
    sequence1: reference('subjects.sequence', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      related: 'zygosity_rule_sequence1',
    }),
    sequence1_result: level(
      'HELP',
      [
        [0, 'Absent'],
        [1, 'Present'],
      ],
      { nullable: true, blank: true },
    ),
    zygosity: level('HELP', [
      [0, 'Absent'],
      [1, 'Heterozygous'],
      [2, 'Homozygous'],
      [3, 'Present'],
    ]),
  },
  unique: [{ fields: ['line', 'allele', 'sequence0', 'sequence0_result', 'sequence1', 'sequence1_result'] }],
  // `<Rule {line} {allele}: {seq0} {res0}, {seq1} {res1} => {zygosity}>` with raw integers. Save **and delete** trigger recomputation for all subjects of the line having a test on `sequence0` (section 11)
})
