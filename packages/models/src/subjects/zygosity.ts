import { level, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Zygosity = defineModel({
  app: 'subjects',
  name: 'Zygosity',
  label: 'zygosity',
  plural: 'zygosities',
  help: 'HELP',
  fields: {
    ...record,
    subject: reference('subjects.subject', 'HELP', 'cascade'),
    allele: reference('subjects.allele', 'HELP', 'cascade'),
    zygosity: level('HELP', [
      [0, 'Absent'],
      [1, 'Heterozygous'],
      [2, 'Homozygous'],
      [3, 'Present'],
    ]),
  },
  // “<allele> <symbol>”. Values and symbols: 0 Absent `-/-`, 1 Heterozygous `+/-`, 2 Homozygous `+/+`, 3 Present `+`. No unique constraint on (subject, allele). REST subject detail returns the integer; RE
})
