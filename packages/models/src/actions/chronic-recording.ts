import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const ChronicRecording = defineModel({
  app: 'actions',
  name: 'ChronicRecording',
  label: 'chronic recording',
  plural: 'chronic recordings',
  help: 'A recording device that stays in an animal over many sessions.',
  fields: {
    ...action('actions_chronicrecordings'),
  },
  title: 'ChronicRecording for {subject.nickname}',
  admin: {
    list: ['subject', 'start_time', 'end_time', 'users', 'narrative'],
    search: ['subject.nickname', 'name'],
    filters: ['subject.responsible_user', 'users', 'start_time', 'lab'],
  },
})
