import { id, json, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const LabLocation = defineModel({
  app: 'misc',
  name: 'LabLocation',
  label: 'lab location',
  plural: 'lab locations',
  help: 'A room, rig or bench where animals are kept or experiments run.',
  fields: {
    id: id(),
    name: text('Name of the place, as rigs send it; do not use one name twice.', 255),
    json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
    lab: reference('misc.lab', 'Laboratory that the place belongs to.', 'cascade', {
      default: { setting: 'default_lab' },
    }),
  },
  title: '{name}',
  admin: { list: ['name', 'lab', 'json'], search: ['name', 'lab.name'], filters: ['lab'] },
})
