import { many, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Project = defineModel({
  app: 'subjects',
  name: 'Project',
  label: 'project',
  plural: 'projects',
  help: 'A piece of research that animals and sessions belong to.',
  fields: {
    ...unnamedRecord,
    name: text('Name of the project, unique; rigs send it as it is written here.', 255, { unique: true }),
    description: text('Aim of the project, and whom to ask.', 1023, { blank: true, personal: true }),
    users: many('misc.labmember', 'People who work on it; empty means that everybody may choose it.', { blank: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description', 'users'], search: ['name', 'description'], filters: ['users'] },
})
