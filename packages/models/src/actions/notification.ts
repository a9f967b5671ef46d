import { choice, datetime, longText, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Notification = defineModel({
  app: 'actions',
  name: 'Notification',
  label: 'notification',
  plural: 'notifications',
  help: 'HELP',
  fields: {
    ...record,
    send_at: datetime('HELP earliest time of sending', { default: { make: 'now' } }),
    sent_at: datetime('HELP actual time of sending', { nullable: true, blank: true }),
    notification_type: choice('HELP', 32, [
      ['responsible_user_change', 'responsible user has changed'],
      ['mouse_underweight', 'mouse is underweight'],
      ['mouse_water', 'water to give to mouse'],
      ['mouse_training', 'check training days'],
      ['mouse_not_weighed', 'no weight entered for date'],
    ]),
    title: text('HELP', 255),
    message: longText('HELP', { blank: true }),
    subject: reference('subjects.subject', 'HELP', 'clear', { nullable: true, blank: true }),
    status: choice(
      'HELP',
      16,
      [
        ['no-send', 'do not send'],
        ['to-send', 'to send'],
        ['sent', 'sent'],
      ],
      { default: { value: 'to-send' } },
    ),
    users: many('misc.labmember', 'HELP'),
  },
  // `<Notification 'TITLE' (status) send_at>`. Behaviour: section 10. Titles longer than 255 characters are rejected by the database.
})
