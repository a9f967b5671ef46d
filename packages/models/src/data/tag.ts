import { boolean, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const Tag = defineModel({
  app: 'data',
  name: 'Tag',
  label: 'tag',
  plural: 'tags',
  help: 'A label on datasets, as for a publication or a release.',
  fields: {
    ...unnamedRecord,
    name: text('Unique name of the tag.', 255, { blank: true, unique: true }),
    description: text('What its datasets have in common.', 1023, { blank: true, personal: true }),
    protected: boolean('Its datasets can neither be changed nor deleted.', { default: { value: false } }),
    public: boolean('Its datasets are open to everybody.', { default: { value: false } }),
    hash: text('Digest of what the tag covers; nothing reads it at present.', 64, {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: {
    list: ['name', 'description', 'protected', 'public'],
    search: ['name'],
    filters: ['protected', 'public'],
  },
})
