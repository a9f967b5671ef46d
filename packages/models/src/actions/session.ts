import { datetime, integer, json, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { action, qc } from '../shared-fields.ts'

export const Session = defineModel({
  app: 'actions',
  name: 'Session',
  label: 'session',
  plural: 'sessions',
  help: 'A stretch of training or recording with one animal, and the owner of the data it produced.',
  proxies: [
    { app: 'actions', name: 'EphysSession', label: 'ephys session', plural: 'ephys sessions' },
    { app: 'actions', name: 'ImagingSession', label: 'imaging session', plural: 'imaging sessions' },
  ],
  fields: {
    ...action('actions_sessions'),
    parent_session: reference('actions.session', 'Session that this one is a part of.', 'clear', {
      nullable: true,
      blank: true,
    }),
    type: text('Kind of session in one word, as in Experiment.', 255, {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    number: integer('Counts the sessions of the animal on that day, from 1; part of the path of its files.', {
      nullable: true,
      blank: true,
    }),
    task_protocol: text('Task that the rig ran, with its version.', 1023, { blank: true }),
    n_trials: integer('Trials that the animal did.', { label: 'Trials', nullable: true, blank: true }),
    n_correct_trials: integer('Trials that the animal did right.', {
      label: 'Correct trials',
      nullable: true,
      blank: true,
    }),
    qc: qc(),
    extended_qc: json('Result of each quality check, as JSON.', { label: 'Extended QC' }),
    auto_datetime: datetime('When the session was last changed.', {
      label: 'Last updated',
      readOnly: true,
      nullable: true,
      blank: true,
      touched: true,
    }),
    projects: many('subjects.project', 'Projects that the session was done for.', { blank: true }),
  },
  diskOrder: [
    'id',
    'name',
    'json',
    'narrative',
    'start_time',
    'end_time',
    'type',
    'number',
    'n_trials',
    'n_correct_trials',
    'lab_id',
    'location_id',
    'parent_session_id',
    'subject_id',
    'task_protocol',
    'qc',
    'extended_qc',
    'auto_datetime',
  ],
  title: '{subject.nickname} {start_time}',
  admin: {
    list: ['subject', 'start_time', 'number', 'lab', 'task_protocol', 'qc', 'users', 'projects'],
    search: ['id', 'subject.nickname', 'lab.name', 'projects.name', 'users.username', 'task_protocol'],
    filters: ['users', 'start_time', 'projects', 'lab', 'subject', 'procedures', 'task_protocol', 'qc'],
    sections: [
      {
        title: 'Session',
        fields: [
          'subject',
          'start_time',
          'end_time',
          'number',
          'users',
          'location',
          'lab',
          'procedures',
          'projects',
          'narrative',
        ],
      },
      { title: 'Task', fields: ['type', 'task_protocol', 'n_trials', 'n_correct_trials'] },
      { title: 'Quality', fields: ['qc', 'extended_qc'] },
      { title: 'More', fields: ['name', 'parent_session', 'json'] },
    ],
  },
})
