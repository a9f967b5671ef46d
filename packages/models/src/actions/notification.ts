import { choice, datetime, longText, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Notification = defineModel({
  app: 'actions',
  name: 'Notification',
  label: 'notification',
  plural: 'notifications',
  help: 'A message to members of the lab, sent by e-mail when its time has come.',
  fields: {
    ...record,
    send_at: datetime('Earliest moment to send it.', { default: { make: 'now' } }),
    sent_at: datetime('Moment at which it was sent; empty until then.', { nullable: true, blank: true }),
    notification_type: choice(
      'What the message is about.',
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
    title: text('Subject line of the e-mail.', 255, { personal: true }),
    message: longText('Body of the e-mail.', { blank: true }),
    subject: reference('subjects.subject', 'Animal that the message is about.', 'clear', {
      nullable: true,
      blank: true,
    }),
    status: choice(
      'Whether it waits, was sent, or shall not be sent.',
      16,
      [
        ['no-send', 'do not send'],
        ['to-send', 'to send'],
        ['sent', 'sent'],
      ],
      { default: { value: 'to-send' } },
    ),
    users: many('misc.labmember', 'Who gets it.'),
  },
  title: '{title}',
  admin: {
    list: ['title', 'subject', 'users', 'send_at', 'sent_at', 'status', 'notification_type'],
    search: ['title', 'notification_type', 'subject.nickname'],
    filters: ['users', 'notification_type', 'status'],
  },
})
