import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const ImagingStack = defineModel({
  app: 'experiments',
  name: 'ImagingStack',
  label: 'imaging stack',
  plural: 'imaging stacks',
  help: 'HELP',
  fields: {
    ...record,
  },
})
