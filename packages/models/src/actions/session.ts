import { datetime, integer, json, level, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const Session = defineModel({
  app: 'actions',
  name: 'Session',
  label: 'session',
  plural: 'sessions',
  help: 'HELP',
  proxies: [
    { app: 'actions', name: 'EphysSession', label: 'ephys session', plural: 'ephys sessions' },
    { app: 'actions', name: 'ImagingSession', label: 'imaging session', plural: 'imaging sessions' },
  ],
  fields: {
    ...action('actions_sessions'),
    parent_session: reference('actions.session', 'HELP hierarchical parent', 'clear', { nullable: true, blank: true }),
    type: text('HELP free text such as Base / Experiment', 255, {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    number: integer('HELP 1-based number of the session on that day', { nullable: true, blank: true }),
    task_protocol: text('HELP', 1023, { blank: true }),
    n_trials: integer('HELP', { nullable: true, blank: true }),
    n_correct_trials: integer('HELP', { nullable: true, blank: true }),
    qc: level(
      'HELP',
      [
        [50, 'CRITICAL'],
        [40, 'FAIL'],
        [30, 'WARNING'],
        [0, 'NOT_SET'],
        [10, 'PASS'],
      ],
      { default: { value: 0 } },
    ),
    extended_qc: json('HELP free-form JSON of QC metrics'),
    auto_datetime: datetime('HELP not editable in forms; last modification', {
      nullable: true,
      blank: true,
      touched: true,
    }),
    projects: many('subjects.project', 'HELP', { blank: true }),
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
  // `<id> <subject>/<YYYY-MM-DD>/<number zero-padded to 3>`; missing parts print as `None` (`…/None/None`; a NULL number prints `None`). Some templates cut the first 37 characters (id + blank) off to get
})
