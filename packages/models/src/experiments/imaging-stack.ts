import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const ImagingStack = defineModel({
  app: 'experiments',
  name: 'ImagingStack',
  label: 'imaging stack',
  plural: 'imaging stacks',
  help: 'Fields of view of one session that lie above each other.',
  fields: {
    ...record,
  },
  title: '{name}',
  admin: { list: ['name', 'slices'], search: ['name', 'slices.session.subject.nickname'] },
})
