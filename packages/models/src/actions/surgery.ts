import { choice, float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { action, notesOfRow } from '../shared-fields.ts'

export const Surgery = defineModel({
  app: 'actions',
  name: 'Surgery',
  label: 'surgery',
  plural: 'surgeries',
  help: 'An operation on an animal.',
  fields: {
    ...action('actions_surgerys'),
    outcome_type: choice(
      'Whether the animal woke up again; without recovery, the day of the end becomes its day of death.',
      1,
      [
        ['a', 'Acute'],
        ['r', 'Recovery'],
        ['n', 'Non-recovery'],
      ],
      { blank: true },
    ),
    location: reference('misc.lablocation', 'Room where the animal was operated on.', 'clear', {
      nullable: true,
      blank: true,
      default: { rule: 'default_surgery_location' },
    }),
    implant_weight: float('Weight of everything implanted.', { unit: 'g', minimum: 0 }),
  },
  checks: [{ field: 'implant_weight', atLeast: 0, name: 'implant_weight_gte_0' }],
  diskOrder: [
    'id',
    'name',
    'json',
    'narrative',
    'start_time',
    'end_time',
    'outcome_type',
    'lab_id',
    'location_id',
    'subject_id',
    'implant_weight',
  ],
  title: 'Surgery for {subject.nickname}',
  admin: {
    list: ['subject', 'start_time', 'users', 'procedures', 'narrative', 'outcome_type', 'implant_weight'],
    search: ['subject.nickname', 'subject.projects.name', 'narrative'],
    filters: ['subject.responsible_user', 'subject.line', 'subject', 'start_time', 'procedures', 'lab'],
    tables: [notesOfRow],
  },
})
