import { boolean, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Tag = defineModel({
  app: 'data',
  name: 'Tag',
  label: 'tag',
  plural: 'tags',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { blank: true, unique: true }),
    description: text('HELP', 1023, { blank: true }),
    protected: boolean('HELP datasets may not be overwritten/deleted', { default: { value: false } }),
    public: boolean('HELP dataset is public', { default: { value: false } }),
    hash: text('HELP not used by the code', 64, { nullable: true, blank: true, default: { value: null } }),
  },
  ordering: ['name'],
})
