import { datetime, identity, longText, reference, smallLevel, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const LogEntry = defineModel({
  app: 'admin',
  name: 'LogEntry',
  label: 'log entry',
  plural: 'log entries',
  help: 'A change that somebody made, as the web application of Django notes it.',
  framework: true,
  table: 'django_admin_log',
  fields: {
    id: identity(),
    action_time: datetime('When it was made.', { readOnly: true, default: { make: 'now' } }),
    user: reference('misc.labmember', 'Who made it.', 'cascade'),
    content_type: reference('contenttypes.contenttype', 'Kind of the record that was changed.', 'clear', {
      label: 'Object type',
      nullable: true,
      blank: true,
    }),
    object_id: longText('Key of the record that was changed.', {
      label: 'Object',
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    object_repr: text('How the record was called at that time.', 200, { label: 'Object name' }),
    action_flag: smallLevel(
      'Whether it was added, changed or deleted.',
      [
        [1, 'Addition'],
        [2, 'Change'],
        [3, 'Deletion'],
      ],
      { label: 'Action', positive: true },
    ),
    change_message: longText('Which fields were changed, as JSON.', { blank: true }),
  },
  ordering: ['-action_time'],
  title: '{object_repr}',
  admin: {
    list: ['action_time', 'user', 'content_type', 'object_repr', 'action_flag', 'change_message'],
    search: ['object_repr', 'object_id', 'user.username'],
    filters: ['user', 'action_time', 'content_type', 'action_flag'],
  },
})
