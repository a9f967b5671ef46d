import { choice, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const NotificationRule = defineModel({
  app: 'actions',
  name: 'NotificationRule',
  label: 'notification rule',
  plural: 'notification rules',
  help: 'Which animals one person wants to hear about, for one kind of notification.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Whom the rule is for.', 'cascade'),
    notification_type: choice(
      'Kind of notification that the rule is about.',
      32,
      [
        ['responsible_user_change', 'responsible user has changed'],
        ['mouse_underweight', 'mouse is underweight'],
        ['mouse_water', 'water to give to mouse'],
        ['mouse_training', 'check training days'],
        ['mouse_not_weighed', 'no weight entered for date'],
      ],
      { label: 'Type' },
    ),
    subjects_scope: choice(
      'Of which animals: none, all, those of the person, or those of their lab.',
      16,
      [
        ['none', 'none'],
        ['all', 'all'],
        ['mine', 'mine'],
        ['lab', 'lab'],
      ],
      { label: 'Scope' },
    ),
  },
  unique: [{ fields: ['user', 'notification_type'] }],
  title: '{user.username} {notification_type} {subjects_scope}',
  admin: {
    list: ['notification_type', 'user', 'subjects_scope'],
    search: ['user.username', 'notification_type'],
    filters: ['user', 'notification_type', 'subjects_scope'],
  },
})
