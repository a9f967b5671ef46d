import { many, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { notesOfRow, record } from '../shared-fields.ts'

export const FOV = defineModel({
  app: 'experiments',
  name: 'FOV',
  label: 'field of view',
  plural: 'fields of view',
  help: 'A field of view that was imaged in one session.',
  fields: {
    ...record,
    session: reference('actions.session', 'Session in which it was imaged.', 'cascade', {
      blank: true,
      related: 'field_of_view',
    }),
    imaging_type: reference('experiments.imagingtype', 'Technique that it was imaged with.', 'cascade', {
      blank: true,
      related: 'field_of_view',
    }),
    stack: reference(
      'experiments.imagingstack',
      'Stack that it is a slice of; all slices share one session.',
      'cascade',
      { nullable: true, blank: true, related: 'slices' },
    ),
    datasets: many('data.dataset', 'Datasets imaged in it: those of the session whose collection contains its name.', {
      related: 'field_of_view',
      blank: true,
      readOnly: true,
    }),
  },
  ordering: ['session', 'name'],
  unique: [{ fields: ['session', 'name'] }],
  title: '{name} {session.subject.nickname} {session.start_time}',
  admin: {
    list: ['name', 'session.subject', 'session', 'imaging_type', 'stack'],
    search: ['session.subject.nickname', 'session.id', 'id', 'imaging_type.name', 'name'],
    filters: ['imaging_type', 'session.lab', 'session.projects', 'session.subject'],
    tables: [
      {
        model: 'experiments.fovlocation',
        by: 'field_of_view',
        fields: ['provenance', 'default_provenance', 'coordinate_system', 'brain_region'],
      },
      notesOfRow,
    ],
  },
})
