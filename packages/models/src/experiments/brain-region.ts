import { integer, longText, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const BrainRegion = defineModel({
  app: 'experiments',
  name: 'BrainRegion',
  label: 'brain region',
  plural: 'brain regions',
  help: 'HELP',
  fields: {
    acronym: text('HELP unique', 64, { unique: true }),
    name: text('HELP unique', 255, { unique: true }),
    id: integer('HELP Allen structure id (not auto-generated)', { primaryKey: true }),
    parent: reference('experiments.brainregion', 'HELP', 'cascade', {
      nullable: true,
      blank: true,
      related: 'children',
    }),
    ontology: text('HELP', 64, { nullable: true, blank: true, default: { value: null } }),
    description: longText('HELP user-editable text', { nullable: true, blank: true, default: { value: null } }),
    lft: integer('HELP not editable in forms; nested-set left', { positive: true }),
    rght: integer('HELP not editable in forms; nested-set right', { positive: true }),
    tree_id: integer('HELP not editable in forms; nested-set tree number', { indexed: true, positive: true }),
    level: integer('HELP not editable in forms; depth, root = 0', { positive: true }),
  },
  ordering: ['tree_id', 'lft'],
  diskOrder: ['acronym', 'name', 'id', 'lft', 'rght', 'tree_id', 'level', 'parent_id', 'description', 'ontology'],
})
