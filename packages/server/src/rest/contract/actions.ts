import {
  LabLocation,
  Note,
  ProcedureType,
  Session,
  Surgery,
  WaterAdministration,
  WaterRestriction,
  WaterType,
  Weighing,
} from '@alyx/models'
import {
  actionsOfUsers,
  inDateRange,
  recordsOfUsers,
  sessionsOfPerformance,
  sessionsWithHistology,
} from '../../domains/actions/index.ts'
import {
  isOnServer,
  qcLevel,
  sessionsWithDatasets,
  sessionsWithDatasetTypes,
  sessionsWithQc,
  sessionsWithTag,
} from '../../domains/data/index.ts'
import { sessionsInRegions } from '../../domains/experiments/index.ts'
import { hangsOn } from '../../domains/labs/index.ts'
import { column, columns, derived, everyField, label, link, rows, type Shape, values } from '../../query/index.ts'
import {
  bool,
  custom,
  django,
  fieldFilters,
  jsonPairs,
  labelled,
  number,
  refused,
  regionFilters,
  text,
} from '../filters/index.ts'
import { datasetMention } from './data.ts'
import { fieldOfViewShape, insertionShape } from './experiments.ts'
import { noteShape } from './misc.ts'
import { byId, byText, resource } from './resource.ts'

/** Filters that all actions on a subject share. */
const actionFilters = (model: Parameters<typeof actionsOfUsers>[1]) => ({
  json: jsonPairs('json'),
  users: custom((scope, list) => actionsOfUsers(scope, model, list)),
  subject: text('subject__nickname__iexact'),
  location: text('location__name__icontains'),
  lab: text('lab__name__iexact'),
})
const afterDjango = {
  nickname: text('subject__nickname__iexact'),
  date_range: custom((scope, range) => inDateRange(scope, 'start_time', range)),
}

/** Filters of records of one moment and one person, which have no place of their own. */
const recordFilters = {
  nickname: text('subject__nickname__iexact'),
  users: custom(recordsOfUsers),
  date_range: custom((scope, range) => inDateRange(scope, 'date_time', range)),
  lab: text('subject__lab__name__iexact'),
  location: refused('these records have no location; filter by lab or subject'),
}

export const weighingShape = {
  subject: column('subject.nickname'),
  date_time: column('date_time'),
  weight: column('weight'),
  user: column('user.username'),
  url: link('/weighings', 'id', { readOnly: true }),
} satisfies Shape

export const waterAdministrationShape = {
  subject: column('subject.nickname'),
  date_time: column('date_time'),
  water_administered: column('water_administered'),
  water_type: column('water_type.name'),
  user: column('user.username'),
  url: link('/water-administrations', 'id', { readOnly: true }),
  session: column('session', { named: 'id' }),
  adlib: column('adlib'),
} satisfies Shape

/** A dataset as a session shows it. */
const sessionDatasetShape = {
  ...datasetMention,
  revision: column('revision', { whenNull: '""' }),
  default_revision: derived('text', ['default_dataset'], ([isDefault]) =>
    isDefault?.startsWith('t') ? 'True' : 'False',
  ),
  qc: label('qc'),
} satisfies Shape

const qcFilter = custom((session, value, given) =>
  given.has('datasets') ? undefined : sessionsWithQc(session, qcLevel(value)),
)
const WORST_ACCEPTED = 'FAIL'

export const sessions = resource('/sessions', {
  model: Session,
  lookup: byId,
  order: ['-start_time'],
  schema: 'SessionList',
  detailSchema: 'SessionDetail',
  views: ['Session API List', 'Session API Detail'],
  shape: {
    id: column('id'),
    subject: column('subject.nickname'),
    start_time: column('start_time'),
    number: column('number'),
    lab: column('lab.name'),
    projects: values('projects.name'),
    url: link('/sessions', 'id', { readOnly: true }),
    task_protocol: column('task_protocol'),
  },
  detailShape: {
    subject: column('subject.nickname'),
    users: values('users.username'),
    location: column('location.name'),
    procedures: values('procedures.name'),
    lab: column('lab.name'),
    projects: values('projects.name'),
    type: column('type'),
    task_protocol: column('task_protocol'),
    number: column('number'),
    start_time: column('start_time'),
    end_time: column('end_time'),
    narrative: column('narrative'),
    parent_session: link('/sessions', 'parent_session'),
    n_correct_trials: column('n_correct_trials'),
    n_trials: column('n_trials'),
    url: link('/sessions', 'id', { readOnly: true }),
    extended_qc: column('extended_qc'),
    qc: label('qc'),
    wateradmin_session_related: rows('wateradmin_session_related', {
      id: column('id'),
      name: column('name'),
      water_type: column('water_type.name'),
      water_administered: column('water_administered'),
    }),
    data_dataset_session_related: rows('data_dataset_session_related', sessionDatasetShape, { where: isOnServer }),
    auto_datetime: column('auto_datetime'),
    id: column('id'),
    json: column('json'),
    probe_insertion: rows('probe_insertion', insertionShape),
    field_of_view: rows('field_of_view', fieldOfViewShape),
    notes: rows({ to: Note, on: (note, session) => hangsOn(note, session) }, noteShape),
  },
  filters: {
    ...fieldFilters(Session, {
      replace: {
        ...actionFilters(Session),
        procedures: text('procedures__name__icontains'),
        projects: text('projects__name__icontains'),
        type: text('type__iexact'),
        task_protocol: text('task_protocol__icontains'),
        qc: labelled(Session, 'qc'),
        extended_qc: jsonPairs('extended_qc'),
      },
    }),
    django: django(),
    ...afterDjango,
    dataset_types: custom(sessionsWithDatasetTypes),
    datasets: custom((session, list, given) =>
      sessionsWithDatasets(session, list, qcLevel(given.get('dataset_qc_lte') ?? WORST_ACCEPTED)),
    ),
    dataset_qc_lte: qcFilter,
    performance_gte: number((session, percent) => sessionsOfPerformance(session, '>=', percent)),
    performance_lte: number((session, percent) => sessionsOfPerformance(session, '<=', percent)),
    project: text('projects__name__icontains'),
    ...regionFilters(sessionsInRegions),
    histology: bool(sessionsWithHistology),
    tag: custom(sessionsWithTag),
  },
})

export const weighings = resource('/weighings', {
  model: Weighing,
  lookup: byId,
  detailMethods: ['GET', 'DELETE'],
  schema: 'WeighingDetail',
  views: ['Weighing Api List Create', 'Weighing Api Detail'],
  shape: weighingShape,
  writes: { caller: ['user'] },
  filters: {
    ...fieldFilters(Weighing, { replace: { json: jsonPairs('json'), subject: text('subject__nickname__iexact') } }),
    django: django(),
    ...recordFilters,
  },
})

export const waterAdministrations = resource('/water-administrations', {
  model: WaterAdministration,
  lookup: byId,
  schema: 'WaterAdministrationDetail',
  views: ['Water Administration Api List Create', 'Water Administration Api Detail'],
  shape: waterAdministrationShape,
  writes: { caller: ['user'] },
  filters: {
    ...fieldFilters(WaterAdministration, {
      replace: { json: jsonPairs('json'), subject: text('subject__nickname__iexact') },
    }),
    django: django(),
    ...recordFilters,
  },
})

export const waterRestrictions = resource('/water-restriction', {
  model: WaterRestriction,
  methods: ['GET'],
  order: ['-end_time', '-start_time'],
  schema: 'WaterRestrictionList',
  views: ['Water Restriction List'],
  shape: {
    subject: column('subject.nickname'),
    start_time: column('start_time'),
    end_time: column('end_time'),
    water_type: column('water_type.name'),
    reference_weight: column('reference_weight'),
  },
  filters: {
    ...fieldFilters(WaterRestriction, { replace: actionFilters(WaterRestriction) }),
    django: django(),
    ...afterDjango,
  },
})

const waterTypeShape = {
  url: link('/water-type', 'name', { readOnly: true }),
  json: column('json'),
  name: column('name'),
} satisfies Shape

export const waterTypes = resource('/water-type', {
  model: WaterType,
  schema: 'WaterTypeDetail',
  views: ['Water Type List', 'Water Type List'],
  shape: waterTypeShape,
})

export const surgeries = resource('/surgeries', {
  model: Surgery,
  lookup: byId,
  methods: ['GET'],
  detailMethods: ['GET', 'PUT', 'PATCH'],
  order: ['-start_time'],
  shape: {
    id: column('id'),
    subject: column('subject.nickname'),
    ...columns(
      'name',
      'json',
      'narrative',
      'start_time',
      'end_time',
      'outcome_type',
      'implant_weight',
      'lab',
      'location',
    ),
    users: values('users.id'),
    procedures: values('procedures.id'),
  },
  filters: {
    ...fieldFilters(Surgery, { replace: actionFilters(Surgery) }),
    django: django(),
    ...afterDjango,
    procedure: text('procedures__name__iexact'),
  },
})

export const procedures = resource('/procedures', {
  model: ProcedureType,
  shape: everyField(ProcedureType),
})

export const locations = resource('/locations', {
  model: LabLocation,
  lookup: byText('name'),
  methods: ['GET'],
  detailMethods: ['GET', 'PUT', 'PATCH'],
  shape: { name: column('name'), lab: column('lab.name'), json: column('json') },
})
