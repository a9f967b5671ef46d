import { datetime, float, id, json, level, reference } from '../field.ts'
import { defineModel } from '../model.ts'

export const TrajectoryEstimate = defineModel({
  app: 'experiments',
  name: 'TrajectoryEstimate',
  label: 'trajectory estimate',
  plural: 'trajectory estimates',
  help: 'HELP',
  fields: {
    id: id(),
    probe_insertion: reference('experiments.probeinsertion', 'HELP', 'cascade', {
      nullable: true,
      blank: true,
      related: 'trajectory_estimate',
    }),
    chronic_insertion: reference('experiments.chronicinsertion', 'HELP', 'cascade', {
      nullable: true,
      blank: true,
      related: 'trajectory_estimate',
    }),
    x: float('HELP medio-lateral µm at brain surface, right +, rel. Bregma', { nullable: true }),
    y: float('HELP antero-posterior µm, front +', { nullable: true }),
    z: float('HELP dorso-ventral µm, up +', { nullable: true }),
    depth: float('HELP insertion depth µm', { nullable: true }),
    theta: float('HELP ≥ 0; ≤ 180; polar angle from vertical, degrees', { nullable: true }),
    phi: float('HELP ≤ 360; ≥ -180; azimuth from right, degrees, anticlockwise', { nullable: true }),
    roll: float('HELP ≥ 0; ≤ 360', { nullable: true }),
    provenance: level(
      'HELP',
      [
        [70, 'Ephys aligned histology track'],
        [50, 'Histology track'],
        [30, 'Micro-manipulator'],
        [10, 'Planned'],
      ],
      { default: { value: 10 } },
    ),
    coordinate_system: reference('experiments.coordinatesystem', 'HELP', 'clear', { nullable: true, blank: true }),
    datetime: datetime('HELP not editable in forms; last modification', { blank: true, touched: true }),
    json: json('HELP free-form user JSON'),
  },
  unique: [
    {
      fields: ['provenance', 'chronic_insertion'],
      name: 'unique_trajectory_per_chronic_provenance',
      when: { field: 'probe_insertion', present: false },
    },
    {
      fields: ['provenance', 'probe_insertion'],
      name: 'unique_trajectory_per_provenance',
      when: { field: 'probe_insertion', present: true },
    },
  ],
  diskOrder: [
    'id',
    'x',
    'y',
    'z',
    'depth',
    'theta',
    'phi',
    'roll',
    'provenance',
    'coordinate_system_id',
    'probe_insertion_id',
    'json',
    'datetime',
    'chronic_insertion_id',
  ],
})
