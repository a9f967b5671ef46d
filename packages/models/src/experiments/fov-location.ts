import { boolean, choice, datetime, floatList, integerList, many, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const FOVLocation = defineModel({
  app: 'experiments',
  name: 'FOVLocation',
  label: 'field of view location',
  plural: 'fields of view location',
  help: 'Where in the brain a field of view lies, by one way of finding out.',
  fields: {
    ...record,
    field_of_view: reference('experiments.fov', 'Field of view that is located.', 'cascade', { related: 'location' }),
    provenance: choice(
      'How the place was found; each field of view has one of each at most.',
      1,
      [
        ['E', 'Estimate'],
        ['F', 'Functional'],
        ['L', 'Landmark'],
        ['H', 'Histology'],
      ],
      { default: { value: 'L' } },
    ),
    default_provenance: boolean('This is the place to believe; ticking it unticks the others.', {
      label: 'Default',
      default: { value: false },
    }),
    coordinate_system: reference('experiments.coordinatesystem', 'System that the coordinates are given in.', 'clear', {
      nullable: true,
      blank: true,
    }),
    auto_datetime: datetime('When the location was last changed.', {
      label: 'Last updated',
      readOnly: true,
      blank: true,
      touched: true,
    }),
    x: floatList('Corners from left to right, at one or two depths; right of Bregma is positive.', {
      unit: 'µm',
      label: 'x (medio-lateral)',
      default: { make: 'emptyList' },
    }),
    y: floatList('Corners from back to front, at one or two depths; in front of Bregma is positive.', {
      unit: 'µm',
      label: 'y (antero-posterior)',
      default: { make: 'emptyList' },
    }),
    z: floatList('Heights of the corners, at one or two depths; above Bregma is positive.', {
      unit: 'µm',
      label: 'z (dorso-ventral)',
      default: { make: 'emptyList' },
    }),
    n_xyz: integerList('Number of pixels along each axis.', {
      unit: 'pixels',
      label: 'Pixels',
      default: { make: 'emptyList' },
    }),
    brain_region: many('experiments.brainregion', 'Regions of the brain that it covers.', {
      label: 'Brain regions',
      related: 'brain_region',
    }),
  },
  ordering: ['-default_provenance'],
  unique: [{ fields: ['provenance', 'field_of_view'], name: 'unique_provenance_per_field_of_view' }],
  title: '{field_of_view.name} {provenance}',
  admin: {
    list: ['field_of_view', 'provenance', 'default_provenance', 'coordinate_system', 'brain_region', 'auto_datetime'],
    search: ['field_of_view.name', 'field_of_view.session.subject.nickname', 'brain_region.acronym'],
    filters: ['provenance', 'default_provenance', 'coordinate_system'],
  },
})
