import { datetime, identity, longText, reference, smallLevel, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const LogEntry = defineModel({
  app: 'admin',
  name: 'LogEntry',
  label: 'log entry',
  plural: 'log entries',
  help: 'HELP',
  framework: true,
  table: 'django_admin_log',
  fields: {
    id: identity(),
    action_time: datetime('HELP not editable in forms', { default: { make: 'now' } }),
    user: reference('misc.labmember', 'HELP', 'cascade'),
    content_type: reference('contenttypes.contenttype', 'HELP', 'clear', { nullable: true, blank: true }),
    object_id: longText('HELP', { nullable: true, blank: true, default: { value: null } }),
    object_repr: text('HELP', 200),
    action_flag: smallLevel(
      'HELP',
      [
        [1, 'Addition'],
        [2, 'Change'],
        [3, 'Deletion'],
      ],
      { positive: true },
    ),
    change_message: longText('HELP', { blank: true }),
  },
  ordering: ['-action_time'],
})
