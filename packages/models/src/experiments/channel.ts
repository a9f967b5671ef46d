import { float, reference } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const Channel = defineModel({
  app: 'experiments',
  name: 'Channel',
  label: 'channel',
  plural: 'channels',
  help: 'HELP',
  fields: {
    ...record,
    axial: float('HELP µm along the probe from the tip', { nullable: true, blank: true }),
    lateral: float('HELP µm across the probe', { nullable: true, blank: true }),
    x: float('HELP medio-lateral µm, right +', { nullable: true, blank: true }),
    y: float('HELP antero-posterior µm, front +', { nullable: true, blank: true }),
    z: float('HELP dorso-ventral µm, up +', { nullable: true, blank: true }),
    brain_region: reference('experiments.brainregion', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      related: 'channels',
      default: { value: 0 },
    }),
    trajectory_estimate: reference('experiments.trajectoryestimate', 'HELP', 'cascade', {
      nullable: true,
      blank: true,
      related: 'channels',
    }),
  },
  unique: [{ fields: ['axial', 'lateral', 'trajectory_estimate'], name: 'unique_axial_lateral_trajectory_estimate' }],
})
