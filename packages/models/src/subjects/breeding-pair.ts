import { date, id, json, longText, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const BreedingPair = defineModel({
  app: 'subjects',
  name: 'BreedingPair',
  label: 'breeding pair',
  plural: 'Breeding pairs',
  help: 'A father and one or two mothers kept together to breed.',
  fields: {
    id: id(),
    name: text('Name; leave - to have it numbered from the line.', 255, { default: { value: '-' } }),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
    line: reference('subjects.line', 'Line that the pair breeds for.', 'clear', { nullable: true, blank: true }),
    start_date: date('Day on which the animals were put together.', { nullable: true, blank: true }),
    end_date: date('Day on which they were separated; empty while they breed.', { nullable: true, blank: true }),
    father: reference('subjects.subject', 'The male of the pair.', 'clear', {
      nullable: true,
      blank: true,
      related: 'litter_father',
    }),
    mother1: reference('subjects.subject', 'A female of the pair.', 'clear', {
      label: 'Mother 1',
      nullable: true,
      blank: true,
      related: 'mother1',
    }),
    mother2: reference('subjects.subject', 'A second female, in a trio.', 'clear', {
      label: 'Mother 2',
      nullable: true,
      blank: true,
      related: 'mother2',
    }),
    description: longText('Anything worth telling the next person who looks.', { blank: true, markdown: true }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: {
    list: ['name', 'line', 'start_date', 'end_date', 'father', 'mother1', 'mother2'],
    search: ['name', 'father.nickname', 'mother1.nickname', 'mother2.nickname'],
    filters: ['line', 'start_date', 'end_date'],
    tables: [
      {
        model: 'subjects.litter',
        by: 'breeding_pair',
        fields: ['name', 'birth_date', 'description'],
        ordering: ['-birth_date'],
      },
    ],
  },
})
