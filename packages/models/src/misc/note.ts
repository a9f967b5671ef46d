import { datetime, generic, image, longText, reference, uuid } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Note = defineModel({
  app: 'misc',
  name: 'Note',
  label: 'note',
  plural: 'notes',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP', 'cascade'),
    date_time: datetime('HELP', { default: { make: 'now' } }),
    text: longText('HELP note body or image caption', { blank: true }),
    image: image('HELP path relative to the media root', { nullable: true, blank: true, default: { value: null } }),
    content_type: reference('contenttypes.contenttype', 'HELP which table `object_id` belongs to', 'cascade'),
    object_id: uuid('HELP UUID of the annotated row (no DB FK)'),
    content_object: generic('HELP', 'content_type', 'object_id'),
  },
})
