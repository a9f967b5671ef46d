import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const OtherAction = defineModel({
  app: 'actions',
  name: 'OtherAction',
  label: 'other action',
  plural: 'other actions',
  help: 'HELP',
  fields: {
    ...action('actions_otheractions'),
  },
})
