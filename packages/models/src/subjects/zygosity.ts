import { level, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Zygosity = defineModel({
  app: 'subjects',
  name: 'Zygosity',
  label: 'zygosity',
  plural: 'zygosities',
  help: 'How many copies of one allele an animal carries.',
  fields: {
    ...record,
    subject: reference('subjects.subject', 'Animal that was genotyped.', 'cascade'),
    allele: reference('subjects.allele', 'Allele in question.', 'cascade'),
    zygosity: level('Absent, one copy, two copies, or present in an unknown number.', [
      [0, 'Absent'],
      [1, 'Heterozygous'],
      [2, 'Homozygous'],
      [3, 'Present'],
    ]),
  },
  title: '{subject.nickname} {allele.nickname}',
  admin: {
    list: ['subject', 'allele', 'zygosity'],
    search: ['subject.nickname', 'allele.nickname'],
    filters: ['allele', 'zygosity'],
  },
})
