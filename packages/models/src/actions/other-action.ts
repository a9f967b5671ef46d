import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const OtherAction = defineModel({
  app: 'actions',
  name: 'OtherAction',
  label: 'other action',
  plural: 'other actions',
  help: 'Anything done to an animal that has no page of its own.',
  fields: {
    ...action('actions_otheractions'),
  },
  title: 'OtherAction for {subject.nickname}',
  admin: {
    list: ['subject', 'start_time', 'procedures', 'users', 'narrative'],
    search: ['subject.nickname', 'subject.projects.name', 'narrative'],
    filters: ['subject.responsible_user', 'subject', 'users', 'start_time', 'end_time'],
  },
})
