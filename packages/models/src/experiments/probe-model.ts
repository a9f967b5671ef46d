import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const ProbeModel = defineModel({
  app: 'experiments',
  name: 'ProbeModel',
  label: 'probe model',
  plural: 'probe models',
  help: 'A model of probe, as sold.',
  fields: {
    ...record,
    probe_manufacturer: text('Who makes it.', 255, { label: 'Manufacturer' }),
    probe_model: text('Part number, unique, as in 3B2; rigs send it.', 255, { label: 'Part number', unique: true }),
    description: text('Sites, shanks, and what it is good for.', 255, {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
  },
  title: '{probe_model}',
  admin: {
    list: ['name', 'probe_manufacturer', 'probe_model', 'description'],
    search: ['name', 'probe_manufacturer', 'probe_model'],
  },
})
