import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const ChronicRecording = defineModel({
  app: 'actions',
  name: 'ChronicRecording',
  label: 'chronic recording',
  plural: 'chronic recordings',
  help: 'HELP',
  fields: {
    ...action('actions_chronicrecordings'),
  },
})
