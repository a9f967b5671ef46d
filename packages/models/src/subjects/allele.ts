import { id, json, many, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Allele = defineModel({
  app: 'subjects',
  name: 'Allele',
  label: 'allele',
  plural: 'alleles',
  help: 'A variant of a gene that the colony breeds for.',
  fields: {
    id: id(),
    name: text('Full name in standard nomenclature.', 1023),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
    nickname: text('Short unique name, as people say it.', 255, { unique: true }),
    sequences: many('subjects.sequence', 'Sequences whose tests tell whether an animal carries the allele.'),
  },
  ordering: ['nickname'],
  naturalKey: ['nickname'],
  title: '{nickname}',
  admin: { list: ['nickname', 'name', 'sequences'], search: ['nickname', 'name'] },
})
