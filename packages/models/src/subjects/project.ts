import { many, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Project = defineModel({
  app: 'subjects',
  name: 'Project',
  label: 'project',
  plural: 'projects',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
    description: text('HELP', 1023, { blank: true }),
    users: many('misc.labmember', 'HELP', { blank: true }),
  },
  // `<Project NAME>`. `users` lists the persons attached; an empty list means open to all (used only to restrict project choices in admin forms).
})
