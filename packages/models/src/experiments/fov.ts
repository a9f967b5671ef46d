import { many, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const FOV = defineModel({
  app: 'experiments',
  name: 'FOV',
  label: 'field of view',
  plural: 'fields of view',
  help: 'HELP',
  fields: {
    ...record,
    session: reference('actions.session', 'HELP', 'cascade', { blank: true, related: 'field_of_view' }),
    imaging_type: reference('experiments.imagingtype', 'HELP', 'cascade', { blank: true, related: 'field_of_view' }),
    stack: reference('experiments.imagingstack', 'HELP', 'cascade', { nullable: true, blank: true, related: 'slices' }),
    datasets: many('data.dataset', 'HELP', { related: 'field_of_view', blank: true }),
  },
  ordering: ['session', 'name'],
  unique: [{ fields: ['session', 'name'] }],
})
