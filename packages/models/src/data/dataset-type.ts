import { reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DatasetType = defineModel({
  app: 'data',
  name: 'DatasetType',
  label: 'dataset type',
  plural: 'dataset types',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { blank: true, unique: true }),
    created_by: reference('misc.labmember', 'HELP', 'cascade', {
      nullable: true,
      blank: true,
      related: 'data_datasettype_created_by_related',
    }),
    description: text('HELP', 1023, { blank: true }),
    filename_pattern: text("HELP unique; wildcard pattern; `''` is stored as NULL and NULL is read as `''`", 255, {
      nullable: true,
      blank: true,
      unique: true,
      default: { value: null },
    }),
  },
  ordering: ['name'],
})
