import { choice, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const NotificationRule = defineModel({
  app: 'actions',
  name: 'NotificationRule',
  label: 'notification rule',
  plural: 'notification rules',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP', 'cascade'),
    notification_type: choice('HELP', 32, [
      ['responsible_user_change', 'responsible user has changed'],
      ['mouse_underweight', 'mouse is underweight'],
      ['mouse_water', 'water to give to mouse'],
      ['mouse_training', 'check training days'],
      ['mouse_not_weighed', 'no weight entered for date'],
    ]),
    subjects_scope: choice('HELP', 16, [
      ['none', 'none'],
      ['all', 'all'],
      ['mine', 'mine'],
      ['lab', 'lab'],
    ]),
  },
  unique: [{ fields: ['user', 'notification_type'] }],
  // `<Notification rule for USER: TYPE 'SCOPE'>`.
})
