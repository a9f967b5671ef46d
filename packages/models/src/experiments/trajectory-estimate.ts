import { datetime, float, id, json, level, reference } from '../field.ts'
import { defineModel } from '../model.ts'

export const TrajectoryEstimate = defineModel({
  app: 'experiments',
  name: 'TrajectoryEstimate',
  label: 'trajectory estimate',
  plural: 'trajectory estimates',
  help: 'An estimate of where a probe went: where it entered, at which angles, how deep.',
  fields: {
    id: id(),
    probe_insertion: reference(
      'experiments.probeinsertion',
      'Probe insertion that the estimate is for; empty when it is for a chronic insertion.',
      'cascade',
      {
        nullable: true,
        blank: true,
        related: 'trajectory_estimate',
      },
    ),
    chronic_insertion: reference(
      'experiments.chronicinsertion',
      'Chronic insertion that the estimate is for.',
      'cascade',
      {
        nullable: true,
        blank: true,
        related: 'trajectory_estimate',
      },
    ),
    x: float('Entry point from left to right, at the surface of the brain; right of Bregma is positive.', {
      unit: 'µm',
      label: 'x (medio-lateral)',
      nullable: true,
    }),
    y: float('Entry point from back to front, at the surface of the brain; in front of Bregma is positive.', {
      unit: 'µm',
      label: 'y (antero-posterior)',
      nullable: true,
    }),
    z: float('Height of the entry point; above Bregma is positive.', {
      unit: 'µm',
      label: 'z (dorso-ventral)',
      nullable: true,
    }),
    depth: float('Length of the probe inside the brain, along the probe.', { unit: 'µm', nullable: true }),
    theta: float('Angle between the probe and the vertical.', { unit: '°', minimum: 0, maximum: 180, nullable: true }),
    phi: float('Direction that the probe leans to, anticlockwise from the right.', {
      unit: '°',
      minimum: -180,
      maximum: 360,
      nullable: true,
    }),
    roll: float('Rotation of the probe around its own axis.', { unit: '°', minimum: 0, maximum: 360, nullable: true }),
    provenance: level(
      'How the estimate was made; each insertion has one of each at most, and the highest is believed.',
      [
        [70, 'Ephys aligned histology track'],
        [50, 'Histology track'],
        [30, 'Micro-manipulator'],
        [10, 'Planned'],
      ],
      { default: { value: 10 } },
    ),
    coordinate_system: reference('experiments.coordinatesystem', 'System that the coordinates are given in.', 'clear', {
      nullable: true,
      blank: true,
    }),
    datetime: datetime('When the estimate was last changed.', {
      label: 'Last updated',
      readOnly: true,
      blank: true,
      touched: true,
    }),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
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
  title: '{probe_insertion.session.subject.nickname} {probe_insertion.name} {provenance}',
  admin: {
    list: [
      'datetime',
      'probe_insertion.session.subject',
      'probe_insertion',
      'chronic_insertion',
      'provenance',
      'x',
      'y',
      'z',
      'depth',
      'theta',
      'phi',
      'probe_insertion.session',
    ],
    search: ['probe_insertion.session.subject.nickname', 'chronic_insertion.subject.nickname'],
    filters: ['provenance', 'coordinate_system', 'probe_insertion', 'chronic_insertion'],
    sections: [
      { title: 'Insertion', fields: ['probe_insertion', 'chronic_insertion', 'provenance'] },
      {
        title: 'Position',
        fields: ['x', 'y', 'z', 'depth', 'theta', 'phi', 'roll', 'coordinate_system'],
      },
      { title: 'More', fields: ['json'] },
    ],
    tables: [
      {
        model: 'experiments.channel',
        by: 'trajectory_estimate',
        fields: ['axial', 'lateral', 'x', 'y', 'z', 'brain_region'],
        ordering: ['axial'],
        readOnly: true,
      },
    ],
  },
})
