import { datetime, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Revision = defineModel({
  app: 'data',
  name: 'Revision',
  label: 'revision',
  plural: 'revisions',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique; ', 255, { blank: true, unique: true, pattern: '[\\w.-]+' }),
    description: text('HELP', 1023, { blank: true }),
    created_datetime: datetime('HELP', { nullable: true, blank: true, default: { make: 'now' } }),
  },
  ordering: ['name'],
})
