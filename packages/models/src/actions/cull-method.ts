import { longText } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const CullMethod = defineModel({
  app: 'actions',
  name: 'CullMethod',
  label: 'cull method',
  plural: 'cull methods',
  help: 'A method by which animals are culled.',
  fields: {
    ...record,
    description: longText('When and how the method is used.', { formMaxLength: 255, blank: true }),
  },
  title: '{name}',
  admin: { list: ['name', 'description'], search: ['name'] },
})
