import { date, id, json, longText, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const BreedingPair = defineModel({
  app: 'subjects',
  name: 'BreedingPair',
  label: 'breeding pair',
  plural: 'Breeding pairs',
  help: 'HELP',
  fields: {
    id: id(),
    name: text('HELP', 255, { default: { value: '-' } }),
    json: json('HELP free-form user JSON'),
    line: reference('subjects.line', 'HELP', 'clear', { nullable: true, blank: true }),
    start_date: date('HELP', { nullable: true, blank: true }),
    end_date: date('HELP', { nullable: true, blank: true }),
    father: reference('subjects.subject', 'HELP', 'clear', { nullable: true, blank: true, related: 'litter_father' }),
    mother1: reference('subjects.subject', 'HELP', 'clear', { nullable: true, blank: true, related: 'mother1' }),
    mother2: reference('subjects.subject', 'HELP', 'clear', { nullable: true, blank: true, related: 'mother2' }),
    description: longText('HELP', { blank: true }),
  },
  ordering: ['name'],
  // name (not unique in the DB). Save: autoname like Litter. Admin: an extra “cage” input writes that cage to father, mother1 and mother2; parent choices are alive subjects of the right sex owned by stock
})
