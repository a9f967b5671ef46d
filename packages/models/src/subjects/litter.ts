import { date, id, json, longText, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Litter = defineModel({
  app: 'subjects',
  name: 'Litter',
  label: 'litter',
  plural: 'litters',
  help: 'HELP',
  fields: {
    id: id(),
    name: text('HELP', 255, { default: { value: '-' } }),
    json: json('HELP free-form user JSON'),
    line: reference('subjects.line', 'HELP', 'clear', { nullable: true, blank: true }),
    breeding_pair: reference('subjects.breedingpair', 'HELP', 'clear', { nullable: true, blank: true }),
    description: longText('HELP', { blank: true }),
    birth_date: date('HELP', { nullable: true, blank: true }),
  },
  ordering: ['name', '-birth_date'],
  unique: [{ fields: ['name'] }],
  // name. Save: with a line and name NULL/`''`/`-` → autoname (only NULL and `-` are really replaced). Without a line the name stays `-`, and since names are unique only one such litter can exist.
})
