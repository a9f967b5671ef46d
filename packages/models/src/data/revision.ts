import { datetime, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord, WORD } from '../shared-fields.ts'

export const Revision = defineModel({
  app: 'data',
  name: 'Revision',
  label: 'revision',
  plural: 'revisions',
  help: 'A new edition of datasets that leaves the old files in place.',
  fields: {
    ...unnamedRecord,
    name: text('Name of the folder between # signs, mostly a date as in 2024-05-06.', 255, {
      patternMessage: 'Revisions must only contain letters, numbers, hyphens, underscores and forward slashes.',
      blank: true,
      unique: true,
      pattern: `[${WORD}.\\-]+`,
    }),
    description: text('What changed, and why.', 1023, { blank: true, personal: true }),
    created_datetime: datetime('When the revision was made.', {
      label: 'Created',
      nullable: true,
      blank: true,
      default: { make: 'now' },
    }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: { list: ['name', 'description', 'created_datetime'], search: ['name'] },
})
