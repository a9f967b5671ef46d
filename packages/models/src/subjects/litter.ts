import { date, id, json, longText, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Litter = defineModel({
  app: 'subjects',
  name: 'Litter',
  label: 'litter',
  plural: 'litters',
  help: 'Pups born together to one breeding pair.',
  fields: {
    id: id(),
    name: text('Name, unique; leave - to have it numbered from the line.', 255, { default: { value: '-' } }),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
    line: reference('subjects.line', 'Line that the pups belong to.', 'clear', { nullable: true, blank: true }),
    breeding_pair: reference('subjects.breedingpair', 'Parents of the pups.', 'clear', { nullable: true, blank: true }),
    description: longText('Anything worth telling the next person who looks.', { blank: true, markdown: true }),
    birth_date: date('Day of birth, given to every pup of the litter.', { nullable: true, blank: true }),
  },
  ordering: ['name', '-birth_date'],
  unique: [{ fields: ['name'] }],
  naturalKey: ['name'],
  title: '{name}',
  admin: {
    list: ['name', 'breeding_pair', 'birth_date', 'line'],
    search: ['name'],
    filters: ['line', 'birth_date'],
    tables: [
      {
        model: 'subjects.subject',
        by: 'litter',
        fields: [
          'nickname',
          'sex',
          'birth_date',
          'wean_date',
          'ear_mark',
          'to_be_genotyped',
          'genotype_date',
          'cage',
          'death_date',
          'description',
        ],
        ordering: ['nickname'],
      },
    ],
  },
})
