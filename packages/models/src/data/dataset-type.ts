import { reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DatasetType = defineModel({
  app: 'data',
  name: 'DatasetType',
  label: 'dataset type',
  plural: 'dataset types',
  help: 'What a file holds, recognised by its name.',
  fields: {
    ...unnamedRecord,
    name: text('Unique name in the form object.attribute, as in spikes.times.', 255, { blank: true, unique: true }),
    created_by: reference('misc.labmember', 'Who made the type.', 'cascade', {
      nullable: true,
      blank: true,
      related: 'data_datasettype_created_by_related',
    }),
    description: text('What the numbers mean, with shape and unit.', 1023, { blank: true, personal: true }),
    filename_pattern: text('File names that belong to it, with * for any characters; stored in lower case.', 255, {
      nullable: true,
      blank: true,
      unique: true,
      default: { value: null },
    }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: {
    list: ['name', 'description', 'filename_pattern', 'created_by'],
    search: ['name', 'description', 'filename_pattern', 'created_by.username'],
    filters: ['created_by'],
  },
})
