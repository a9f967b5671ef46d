import { datetime, identity, longText, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const Reversion = defineModel({
  app: 'reversion',
  name: 'Revision',
  label: 'revision',
  plural: 'revisions',
  help: "One save in the reference application's web pages, with everything that it changed.",
  framework: true,
  fields: {
    id: identity(),
    date_created: datetime('When it was saved.', { indexed: true }),
    user: reference('misc.labmember', 'Who saved it.', 'clear', { nullable: true, blank: true }),
    comment: longText('What was changed, in words.', { blank: true }),
  },
  ordering: ['-id'],
  title: '{date_created} {user.username}',
  admin: {
    list: ['date_created', 'user', 'comment'],
    search: ['comment', 'user.username'],
    filters: ['user', 'date_created'],
  },
})

export const ReversionVersion = defineModel({
  app: 'reversion',
  name: 'Version',
  label: 'version',
  plural: 'versions',
  help: 'A copy of one record as it was saved in one revision.',
  framework: true,
  fields: {
    id: identity(),
    revision: reference('reversion.revision', 'Save that this copy belongs to.', 'cascade'),
    object_id: text('Key of the record.', 191),
    content_type: reference('contenttypes.contenttype', 'Kind of the record.', 'cascade'),
    db: text('Name of the database.', 191),
    format: text('How the copy is written; `json`.', 255),
    serialized_data: longText('The record.'),
    object_repr: longText('How the record was called.'),
  },
  ordering: ['-id'],
  unique: [{ fields: ['db', 'content_type', 'object_id', 'revision'] }],
  diskOrder: ['id', 'object_id', 'format', 'serialized_data', 'object_repr', 'content_type_id', 'revision_id', 'db'],
  indexes: [{ fields: ['content_type', 'db'], name: 'reversion_v_content_f95daf_idx' }],
  title: '{object_repr}',
  admin: {
    list: ['revision', 'content_type', 'object_repr', 'format'],
    search: ['object_repr', 'object_id'],
    filters: ['content_type'],
  },
})
