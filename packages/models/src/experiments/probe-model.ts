import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const ProbeModel = defineModel({
  app: 'experiments',
  name: 'ProbeModel',
  label: 'probe model',
  plural: 'probe models',
  help: 'HELP',
  fields: {
    ...record,
    probe_manufacturer: text('HELP', 255),
    probe_model: text('HELP unique', 255, { unique: true }),
    description: text('HELP', 255, { nullable: true, blank: true, default: { value: null } }),
  },
})
