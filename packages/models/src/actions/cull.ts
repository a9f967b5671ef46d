import { date, longText, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Cull = defineModel({
  app: 'actions',
  name: 'Cull',
  label: 'cull',
  plural: 'culls',
  help: 'HELP',
  fields: {
    ...record,
    user: reference('misc.labmember', 'HELP', 'clear', { nullable: true, blank: true }),
    subject: reference(
      'subjects.subject',
      'HELP unique; one-to-one FK → `subjects_subject`, on_delete CASCADE, reverse `cull`',
      'cascade',
      { single: true },
    ),
    date: date('HELP kept equal to the subject’s death date'),
    description: longText('HELP', { blank: true }),
    cull_reason: reference('actions.cullreason', 'HELP', 'clear', { nullable: true, blank: true }),
    cull_method: reference('actions.cullmethod', 'HELP', 'clear', { nullable: true, blank: true }),
  },
  diskOrder: ['id', 'name', 'json', 'date', 'description', 'cull_reason_id', 'cull_method_id', 'subject_id', 'user_id'],
  // “<subject> Cull”. One per subject.
})
