import { date, longText, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Cull = defineModel({
  app: 'actions',
  name: 'Cull',
  label: 'cull',
  plural: 'culls',
  help: 'The death of an animal: when, why and how it was killed.',
  fields: {
    ...record,
    user: reference('misc.labmember', 'Who culled the animal.', 'clear', { nullable: true, blank: true }),
    subject: reference('subjects.subject', 'Animal that was culled; each has one cull at most.', 'cascade', {
      single: true,
    }),
    date: date("Day of death; the animal's death date follows it."),
    description: longText('What the reason and method leave unsaid.', { blank: true }),
    cull_reason: reference('actions.cullreason', 'Why the animal was culled.', 'clear', {
      nullable: true,
      blank: true,
    }),
    cull_method: reference('actions.cullmethod', 'How the animal was killed.', 'clear', {
      nullable: true,
      blank: true,
    }),
  },
  diskOrder: ['id', 'name', 'json', 'date', 'description', 'cull_reason_id', 'cull_method_id', 'subject_id', 'user_id'],
  title: '{subject.nickname} Cull',
  admin: {
    list: ['date', 'subject', 'user', 'cull_reason', 'cull_method', 'description'],
    search: ['user.username', 'subject.nickname', 'subject.projects.name'],
    filters: ['date', 'user', 'cull_reason', 'cull_method', 'subject.lab'],
  },
})
