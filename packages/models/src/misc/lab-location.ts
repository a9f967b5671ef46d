import { id, json, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const LabLocation = defineModel({
  app: 'misc',
  name: 'LabLocation',
  label: 'lab location',
  plural: 'lab locations',
  help: 'HELP',
  fields: {
    id: id(),
    name: text('HELP', 255),
    json: json('HELP free-form user JSON'),
    lab: reference('misc.lab', 'HELP', 'cascade', { default: { setting: 'default_lab' } }),
  },
  // name. Name required but **not unique** (REST looks locations up by name).
})
