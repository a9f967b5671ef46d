import { float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Channel = defineModel({
  app: 'experiments',
  name: 'Channel',
  label: 'channel',
  plural: 'channels',
  help: 'A recording site of a probe, and where in the brain it was.',
  fields: {
    ...record,
    axial: float('Distance from the tip, along the probe.', { unit: 'µm', nullable: true, blank: true }),
    lateral: float('Distance across the probe.', { unit: 'µm', nullable: true, blank: true }),
    x: float('Position from left to right; right of Bregma is positive.', {
      unit: 'µm',
      label: 'x (medio-lateral)',
      nullable: true,
      blank: true,
    }),
    y: float('Position from back to front; in front of Bregma is positive.', {
      unit: 'µm',
      label: 'y (antero-posterior)',
      nullable: true,
      blank: true,
    }),
    z: float('Height; above Bregma is positive.', {
      unit: 'µm',
      label: 'z (dorso-ventral)',
      nullable: true,
      blank: true,
    }),
    brain_region: reference(
      'experiments.brainregion',
      'Region of the brain that the site was in; void when it is not known.',
      'clear',
      {
        nullable: true,
        blank: true,
        related: 'channels',
        default: { value: 0 },
      },
    ),
    trajectory_estimate: reference(
      'experiments.trajectoryestimate',
      'Trajectory that the position was worked out from.',
      'cascade',
      {
        nullable: true,
        blank: true,
        needed: true,
        related: 'channels',
      },
    ),
  },
  unique: [{ fields: ['axial', 'lateral', 'trajectory_estimate'], name: 'unique_axial_lateral_trajectory_estimate' }],
  title: '{trajectory_estimate.probe_insertion.name} {axial} {lateral}',
  admin: {
    list: ['trajectory_estimate', 'x', 'y', 'z', 'brain_region', 'axial', 'lateral'],
    search: ['trajectory_estimate.id'],
    filters: ['trajectory_estimate', 'brain_region'],
  },
})
