import { datetime, generic, image, longText, reference, uuid } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Note = defineModel({
  app: 'misc',
  name: 'Note',
  label: 'note',
  plural: 'notes',
  help: 'A remark or a picture attached to an animal, session, surgery or other record.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Who wrote the note.', 'cascade'),
    date_time: datetime('When it was written.', { label: 'Date and time', default: { make: 'now' } }),
    text: longText('The remark, or the caption of the picture.', { blank: true, markdown: true }),
    image: image('Picture; large ones are made smaller when saved.', {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    content_type: reference('contenttypes.contenttype', 'Kind of the record that the note is about.', 'cascade', {
      label: 'Object type',
    }),
    object_id: uuid('Identifier of the record that the note is about.', { label: 'Object' }),
    content_object: generic('The record that the note is about.', 'content_type', 'object_id'),
  },
  title: '{user.username} {date_time}',
  admin: {
    list: ['user', 'date_time', 'content_object', 'text', 'image'],
    search: ['text'],
    filters: ['user', 'date_time', 'content_type', 'image'],
  },
})
