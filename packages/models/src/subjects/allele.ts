import { id, json, many, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Allele = defineModel({
  app: 'subjects',
  name: 'Allele',
  label: 'allele',
  plural: 'alleles',
  help: 'HELP',
  fields: {
    id: id(),
    name: text('HELP standard genotype name; DB length 1023 but full validation still limits to 255', 1023),
    json: json('HELP free-form user JSON'),
    nickname: text('HELP unique; informal lab name', 255, { unique: true }),
    sequences: many('subjects.sequence', 'HELP'),
  },
  ordering: ['nickname'],
  // nickname.
})
