import { boolean, choice, datetime, floatList, integerList, many, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const FOVLocation = defineModel({
  app: 'experiments',
  name: 'FOVLocation',
  label: 'field of view location',
  plural: 'fields of view location',
  help: 'HELP',
  fields: {
    ...record,
    field_of_view: reference('experiments.fov', 'HELP', 'cascade', { related: 'location' }),
    provenance: choice(
      'HELP',
      1,
      [
        ['E', 'Estimate'],
        ['F', 'Functional'],
        ['L', 'Landmark'],
        ['H', 'Histology'],
      ],
      { default: { value: 'L' } },
    ),
    default_provenance: boolean('HELP', { default: { value: false } }),
    coordinate_system: reference('experiments.coordinatesystem', 'HELP', 'clear', { nullable: true, blank: true }),
    auto_datetime: datetime('HELP not editable in forms', { blank: true, touched: true }),
    x: floatList('HELP up to 8 floats (4 corners × 1 or 2 depths), µm', { default: { make: 'emptyList' } }),
    y: floatList('HELP idem, antero-posterior', { default: { make: 'emptyList' } }),
    z: floatList('HELP idem, dorso-ventral', { default: { make: 'emptyList' } }),
    n_xyz: integerList('HELP up to 3 ints: pixel counts', { default: { make: 'emptyList' } }),
    brain_region: many('experiments.brainregion', 'HELP', { related: 'brain_region' }),
  },
  ordering: ['-default_provenance'],
  unique: [{ fields: ['provenance', 'field_of_view'], name: 'unique_provenance_per_field_of_view' }],
})
