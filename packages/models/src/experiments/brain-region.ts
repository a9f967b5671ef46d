import { integer, longText, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'

export const BrainRegion = defineModel({
  app: 'experiments',
  name: 'BrainRegion',
  label: 'brain region',
  plural: 'brain regions',
  help: 'A region of the brain in the Allen atlas.',
  fields: {
    acronym: text('Unique short name, as in CA1.', 64, { unique: true }),
    name: text('Unique full name.', 255, { unique: true }),
    id: integer('Number of the structure in the Allen atlas.', { primaryKey: true }),
    parent: reference('experiments.brainregion', 'Region that it is a part of.', 'cascade', {
      nullable: true,
      blank: true,
      related: 'children',
    }),
    ontology: text('Atlas that the region belongs to.', 64, { nullable: true, blank: true, default: { value: null } }),
    description: longText('What the lab knows about the region; it is shown with the regions above and below it.', {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    lft: integer('Place in the tree, from the left; kept automatically.', {
      label: 'Left',
      readOnly: true,
      positive: true,
    }),
    rght: integer('Place in the tree, from the right; kept automatically.', {
      label: 'Right',
      readOnly: true,
      positive: true,
    }),
    tree_id: integer('Number of the tree; kept automatically.', {
      label: 'Tree',
      readOnly: true,
      indexed: true,
      positive: true,
    }),
    level: integer('Depth in the tree, 0 for the root; kept automatically.', { readOnly: true, positive: true }),
  },
  ordering: ['tree_id', 'lft'],
  diskOrder: ['acronym', 'name', 'id', 'lft', 'rght', 'tree_id', 'level', 'parent_id', 'description', 'ontology'],
  title: '{name}',
  admin: {
    list: ['name', 'id', 'acronym', 'parent', 'level', 'description'],
    search: ['name', 'acronym', 'parent.name', 'id', 'description'],
    filters: ['level', 'ontology', 'parent'],
  },
})
