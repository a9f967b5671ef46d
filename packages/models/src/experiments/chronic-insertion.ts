import { reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const ChronicInsertion = defineModel({
  app: 'experiments',
  name: 'ChronicInsertion',
  label: 'chronic insertion',
  plural: 'chronic insertions',
  help: 'HELP',
  parent: 'actions.chronicrecording',
  fields: {
    chronicrecording_ptr: reference(
      'actions.chronicrecording',
      'The chronic recording that this insertion extends.',
      'cascade',
      { primaryKey: true, single: true },
    ),
    serial: text('HELP', 255, { blank: true }),
    model: reference('experiments.probemodel', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      related: 'chronic_insertion',
    }),
  },
})
