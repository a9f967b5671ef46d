import {
  BrainRegion,
  Channel,
  ChronicInsertion,
  Dataset,
  FOV,
  FOVLocation,
  ImagingStack,
  ProbeInsertion,
  TrajectoryEstimate,
} from '@alyx/models'
import { isOnServer, qcLevel } from '../../domains/data/index.ts'
import {
  chronicInsertionsInRegions,
  describedRelatives,
  fieldsOfViewInRegions,
  inCollectionOf,
  insertionsInRegions,
  insertionsWithQc,
  insertionsWithTag,
  linkedToDatasets,
  linkedToDatasetTypes,
  regionExists,
  regionsAround,
  regionsWithin,
  stacksInRegions,
} from '../../domains/experiments/index.ts'
import { column, columns, derived, label, object, rows, type Shape, values } from '../../query/index.ts'
import { custom, django, fieldFilters, labelled, regionFilters, replacing, text, uuid } from '../filters/index.ts'
import { datasetMention } from './data.ts'
import { byId, byNumber, resource } from './resource.ts'

/** A session as other records mention it. */
const sessionMention = {
  subject: column('subject.nickname'),
  start_time: column('start_time'),
  number: column('number'),
  lab: column('lab.name'),
  id: column('id'),
  projects: values('projects.name'),
  task_protocol: column('task_protocol'),
} satisfies Shape

const insertionHead = {
  id: column('id'),
  session: column('session', { required: true, named: 'id' }),
  model: column('model.probe_model'),
  session_info: object('session', sessionMention),
} satisfies Shape
const insertionTail = columns('name', 'json', 'serial', 'auto_datetime', 'chronic_insertion')

/** A probe insertion in lists, and in the session that it belongs to. */
export const insertionShape = { ...insertionHead, ...insertionTail, datasets: values('datasets.id') } satisfies Shape

const insertionDatasetShape = { ...datasetMention, qc: column('qc') } satisfies Shape

const WORST_ACCEPTED = 'FAIL'

export const insertions = resource('/insertions', {
  model: ProbeInsertion,
  lookup: byId,
  order: ['-session.start_time', 'name'],
  schema: 'ProbeInsertionList',
  detailSchema: 'ProbeInsertionDetail',
  shape: insertionShape,
  detailShape: {
    ...insertionHead,
    datasets: rows({ to: Dataset, on: inCollectionOf }, insertionDatasetShape, { where: isOnServer }),
    ...insertionTail,
  },
  filters: {
    ...fieldFilters(ProbeInsertion, {
      except: ['json'],
      replace: {
        session: uuid('session'),
        model: text('model__name'),
        datasets: custom((insertion, list, given) =>
          linkedToDatasets(insertion, 'probeinsertion', list, qcLevel(given.get('dataset_qc_lte') ?? WORST_ACCEPTED)),
        ),
      },
    }),
    django: django(),
    subject: text('session__subject__nickname'),
    date: text('session__start_time__date'),
    experiment_number: text('session__number'),
    dataset_types: custom((insertion, list) => linkedToDatasetTypes(insertion, 'probeinsertion', list)),
    dataset_qc_lte: custom((insertion, value, given) =>
      given.has('datasets') ? undefined : insertionsWithQc(insertion, qcLevel(value)),
    ),
    lab: text('session__lab__name__iexact'),
    project: text('session__projects__name__icontains'),
    task_protocol: text('session__task_protocol__icontains'),
    tag: custom(insertionsWithTag),
    ...regionFilters(insertionsInRegions),
  },
})

export const trajectories = resource('/trajectories', {
  model: TrajectoryEstimate,
  lookup: byId,
  shape: {
    id: column('id'),
    probe_insertion: column('probe_insertion', { named: 'id' }),
    ...columns('x', 'y', 'z', 'depth', 'theta', 'phi', 'roll'),
    provenance: label('provenance', { required: true }),
    session: object('probe_insertion.session', sessionMention),
    probe_name: derived(
      'text',
      ['probe_insertion.name', 'chronic_insertion.name'],
      ([probe, chronic]) => probe ?? chronic,
    ),
    coordinate_system: column('coordinate_system.name'),
    ...columns('datetime', 'json', 'chronic_insertion'),
  },
  writes: { reset: { probe_insertion: null, chronic_insertion: null } },
  filters: {
    ...fieldFilters(TrajectoryEstimate, {
      except: ['json'],
      replace: { provenance: labelled(TrajectoryEstimate, 'provenance') },
    }),
    django: django(),
    subject: text('probe_insertion__session__subject__nickname'),
    project: text('probe_insertion__session__projects__name'),
    date: text('probe_insertion__session__start_time__date'),
    experiment_number: text('probe_insertion__session__number'),
    session: uuid('probe_insertion__session'),
    probe: text('probe_insertion__name'),
  },
})

export const channels = resource('/channels', {
  model: Channel,
  lookup: byId,
  shape: {
    id: column('id'),
    trajectory_estimate: column('trajectory_estimate', { required: true, named: 'id' }),
    brain_region: column('brain_region', { named: 'id' }),
    ...columns('name', 'json', 'axial', 'lateral', 'x', 'y', 'z'),
  },
  writes: { bulk: true, reset: { axial: null, lateral: null } },
  filters: {
    ...fieldFilters(Channel, { except: ['json'] }),
    django: django(),
    session: uuid('trajectory_estimate__probe_insertion__session'),
    probe_insertion: uuid('trajectory_estimate__probe_insertion'),
    subject: text('trajectory_estimate__probe_insertion__session__subject__nickname'),
    lab: text('trajectory_estimate__probe_insertion__session__lab__name'),
  },
})

export const brainRegions = resource('/brain-regions', {
  model: BrainRegion,
  lookup: byNumber,
  methods: ['GET'],
  detailMethods: ['GET', 'PUT', 'PATCH'],
  shape: {
    id: column('id', { readOnly: true }),
    acronym: column('acronym', { readOnly: true }),
    name: column('name', { readOnly: true }),
    description: column('description'),
    parent: column('parent', { readOnly: true }),
    related_descriptions: rows(describedRelatives, columns('id', 'name', 'description', 'level'), {
      order: ['level', 'lft'],
    }),
  },
  filters: {
    ...fieldFilters(BrainRegion, {
      only: ['acronym', 'description', 'id', 'name', 'parent'],
      replace: {
        acronym: text('acronym__iexact'),
        description: text('description__icontains'),
        name: text('name__icontains'),
      },
    }),
    django: django(),
    ancestors: replacing(regionsAround, regionExists),
    descendants: replacing(regionsWithin, regionExists),
  },
})

export const chronicInsertions = resource('/chronic-insertions', {
  model: ChronicInsertion,
  lookup: byId,
  schema: 'ChronicInsertionList',
  detailSchema: 'ChronicInsertionDetail',
  shape: {
    id: column('id'),
    name: column('name'),
    subject: column('subject.nickname'),
    lab: column('lab.name'),
    model: column('model.probe_model'),
    ...columns('start_time', 'serial', 'json'),
    probe_insertion: rows(
      'probe_insertion',
      {
        id: column('id'),
        name: column('name'),
        model: column('model.name'),
        serial: column('serial'),
        session_info: object('session', sessionMention),
      },
      { order: ['-session.start_time', 'name'] },
    ),
  },
  filters: {
    ...fieldFilters(ChronicInsertion, {
      except: ['json', 'chronicrecording_ptr'],
      replace: { subject: text('subject__nickname'), lab: text('lab__name'), model: text('model__name') },
    }),
    django: django(),
    probe: uuid('probe_insertion'),
    session: uuid('probe_insertion__session'),
    ...regionFilters(chronicInsertionsInRegions),
  },
})

const locationShape = {
  id: column('id'),
  brain_region: values('brain_region.id', { named: 'id' }),
  coordinate_system: column('coordinate_system.name'),
  provenance: column('provenance'),
  ...columns('x', 'y', 'z', 'n_xyz', 'default_provenance', 'auto_datetime'),
} satisfies Shape

/** A field of view in lists, and in the session that it belongs to. */
export const fieldOfViewShape = {
  id: column('id'),
  imaging_type: column('imaging_type.name'),
  location: rows('location', locationShape),
  name: column('name'),
  json: column('json'),
  session: column('session'),
  stack: column('stack'),
  datasets: values('datasets.id'),
} satisfies Shape

export const fieldsOfView = resource('/fields-of-view', {
  model: FOV,
  lookup: byId,
  order: ['-session.start_time', 'name'],
  shape: fieldOfViewShape,
  filters: {
    ...fieldFilters(FOV, {
      except: ['json'],
      replace: {
        imaging_type: text('imaging_type__name__icontains'),
        datasets: custom((fov, list) => linkedToDatasets(fov, 'fov', list)),
      },
    }),
    django: django(),
    subject: text('session__subject__nickname'),
    lab: text('session__lab__name__iexact'),
    project: text('session__projects__name'),
    date: text('session__start_time__date'),
    experiment_number: text('session__number'),
    dataset_types: custom((fov, list) => linkedToDatasetTypes(fov, 'fov', list)),
    ...regionFilters(fieldsOfViewInRegions),
  },
})

export const fieldOfViewLocations = resource('/fov-location', {
  model: FOVLocation,
  lookup: byId,
  schema: 'FOVLocationList',
  detailSchema: 'FOVLocationDetail',
  shape: locationShape,
  detailShape: {
    id: column('id'),
    brain_region: values('brain_region.id', { named: 'id' }),
    coordinate_system: column('coordinate_system.name'),
    ...columns('provenance', 'x', 'y', 'z', 'n_xyz', 'json', 'default_provenance', 'auto_datetime'),
    field_of_view: column('field_of_view'),
  },
  filters: {
    ...fieldFilters(FOVLocation, {
      except: ['json'],
      replace: { provenance: labelled(FOVLocation, 'provenance'), coordinate_system: text('coordinate_system__name') },
    }),
    django: django(),
  },
})

export const imagingStacks = resource('/imaging-stack', {
  model: ImagingStack,
  lookup: byId,
  detailMethods: ['GET'],
  schema: 'ImagingStackList',
  detailSchema: 'ImagingStackDetail',
  shape: { id: column('id'), slices: rows('slices', fieldOfViewShape) },
  detailShape: {
    id: column('id'),
    slices: rows('slices', fieldOfViewShape),
    name: column('name'),
    json: column('json'),
  },
  filters: { ...fieldFilters(ImagingStack, { except: ['json'] }), django: django(), ...regionFilters(stacksInRegions) },
})
