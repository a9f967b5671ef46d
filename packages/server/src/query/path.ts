import {
  type ColumnField,
  columnName,
  fieldsWithInherited,
  hasColumn,
  type Model,
  parentOf,
  primaryKey,
  type Relation,
  relationsOf,
} from '@alyx/models'

/** What one name of a path means, seen from a model. */
export type Step =
  | { readonly is: 'column'; readonly name: string; readonly field: ColumnField; readonly column: string }
  | { readonly is: 'relation'; readonly relation: Relation }
  /** The name belongs to the model that this one extends: go there first. */
  | { readonly is: 'inherited'; readonly parent: Relation }

/** The step to the model whose row this one extends. */
function stepToParent(model: Model): Relation | undefined {
  if (!parentOf(model)) return undefined
  return relationsOf(model).get(primaryKey(model).name)
}

/**
 * What a name means on a model: a column, a step to another model, or nothing.
 *
 * `pk` is the primary key under any name; `<reference>_id` is the column behind a reference. A reference named alone is
 * a step, so that `lab` and `lab.name` read alike; whoever stops there compares its key.
 */
export function stepOf(model: Model, name: string): Step | undefined {
  if (name === 'pk') {
    const key = primaryKey(model)
    return { is: 'column', name: key.name, field: key.field, column: key.column }
  }
  // Names come from outside: `constructor` is no field, though every object has one.
  const field = Object.hasOwn(model.fields, name) ? model.fields[name] : undefined
  if (field && hasColumn(field) && field.kind !== 'reference')
    return { is: 'column', name, field, column: columnName(name, field) }
  const relation = relationsOf(model).get(name)
  if (relation) return { is: 'relation', relation }
  if (name.endsWith('_id')) {
    const reference = Object.hasOwn(model.fields, name.slice(0, -3)) ? model.fields[name.slice(0, -3)] : undefined
    if (reference?.kind === 'reference') return { is: 'column', name, field: reference, column: name }
  }
  const parent = stepToParent(model)
  return parent && stepOf(parent.to, name) ? { is: 'inherited', parent } : undefined
}

/** Names that a path may begin with on a model, sorted: what an error message offers. Credentials are not among them. */
export function namesOf(model: Model): string[] {
  const names = new Set<string>()
  for (const [name, { field }] of Object.entries(fieldsWithInherited(model))) {
    if ('secret' in field && field.secret) continue
    names.add(name)
    if (field.kind === 'reference') names.add(`${name}_id`)
  }
  for (const one of [model, parentOf(model)]) for (const name of one ? relationsOf(one).keys() : []) names.add(name)
  return [...names].sort()
}
