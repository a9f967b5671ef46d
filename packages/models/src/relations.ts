import { all } from './all.ts'
import type { Field, ManyField, ReferenceField } from './field.ts'
import { columnName, hasColumn, type Model, primaryKey } from './model.ts'

/**
 * One step from a model to another, in either direction.
 *
 * `columns` pairs the columns that meet: from this model's table to the other's, or through the join table.
 */
export interface Relation {
  /** Name of the step, as written in paths: `lab`, `data_dataset_session_related`. */
  readonly name: string
  readonly from: Model
  readonly to: Model
  /** More than one row may be at the other end. */
  readonly toMany: boolean
  /** The step may lead nowhere. */
  readonly optional: boolean
  /** Column of `from` and column of `to` that are equal; with `through` each meets its side of the join table. */
  readonly fromColumn: string
  readonly toColumn: string
  readonly through?: { readonly table: string; readonly fromColumn: string; readonly toColumn: string }
  /** The field that declares the relation, and the model it stands in. */
  readonly declaredBy: { readonly model: Model; readonly name: string; readonly field: ReferenceField | ManyField }
  readonly reverse: boolean
}

const byKey = new Map(all.map((model) => [model.key, model]))

/** The model called `app.model`. @throws Error when there is none: a mistake in a declaration. */
export function modelNamed(key: string): Model {
  const model = byKey.get(key)
  if (!model) throw new Error(`no model is called "${key}"`)
  return model
}

/** The model whose fields this one inherits, if any. */
export const parentOf = (model: Model): Model | undefined => (model.parent ? modelNamed(model.parent) : undefined)

/** Own fields and, for a model that extends another, the other's: what a person sees as the record. */
export function fieldsWithInherited(model: Model): Record<string, { readonly field: Field; readonly owner: Model }> {
  const parent = parentOf(model)
  const inherited = parent ? fieldsWithInherited(parent) : {}
  const own = Object.fromEntries(Object.entries(model.fields).map(([name, field]) => [name, { field, owner: model }]))
  return { ...inherited, ...own }
}

/** Table and columns that join the two sides of a many-to-many field. */
export function joinTable(
  model: Model,
  name: string,
  field: ManyField,
): { table: string; fromColumn: string; toColumn: string } {
  if (field.through) return throughColumns(model, modelNamed(field.through), modelNamed(field.to))
  const to = modelNamed(field.to)
  const lower = (one: Model) => one.name.toLowerCase()
  const toItself = to.key === model.key
  return {
    table: `${model.table}_${name}`,
    fromColumn: toItself ? `from_${lower(model)}_id` : `${lower(model)}_id`,
    toColumn: toItself ? `to_${lower(to)}_id` : `${lower(to)}_id`,
  }
}

function throughColumns(from: Model, between: Model, to: Model) {
  const side = (target: Model) => {
    const found = Object.entries(between.fields).find(
      ([, field]) => field.kind === 'reference' && field.to === target.key,
    )
    if (!found)
      throw new Error(`${between.key} stands between ${from.key} and ${to.key} but refers not to ${target.key}`)
    return `${found[0]}_id`
  }
  return { table: between.table, fromColumn: side(from), toColumn: side(to) }
}

function forward(model: Model, name: string, field: ReferenceField | ManyField): Relation {
  const to = modelNamed(field.to)
  const declaredBy = { model, name, field }
  if (field.kind === 'reference') {
    return {
      name,
      from: model,
      to,
      toMany: false,
      optional: field.nullable === true,
      fromColumn: `${name}_id`,
      toColumn: primaryKey(to).column,
      declaredBy,
      reverse: false,
    }
  }
  return {
    name,
    from: model,
    to,
    toMany: true,
    optional: true,
    fromColumn: primaryKey(model).column,
    toColumn: primaryKey(to).column,
    through: joinTable(model, name, field),
    declaredBy,
    reverse: false,
  }
}

function backward(model: Model, name: string, field: ReferenceField | ManyField): Relation {
  const there = forward(model, name, field)
  return {
    name: field.related ?? model.name.toLowerCase(),
    from: there.to,
    to: model,
    toMany: field.kind === 'many' || field.single !== true,
    optional: true,
    fromColumn: there.toColumn,
    toColumn: there.fromColumn,
    ...(there.through && {
      through: { table: there.through.table, fromColumn: there.through.toColumn, toColumn: there.through.fromColumn },
    }),
    declaredBy: there.declaredBy,
    reverse: true,
  }
}

const isRelation = (field: Field): field is ReferenceField | ManyField =>
  field.kind === 'reference' || field.kind === 'many'

const relations = new Map<string, Map<string, Relation>>(all.map((model) => [model.key, new Map()]))
for (const model of all) {
  for (const [name, relation] of ownRelations(model)) {
    relations.get(model.key)?.set(name, relation)
    const back = backward(model, name, relation.declaredBy.field)
    const steps = relations.get(relation.to.key)
    // The first declaration keeps the name, as a model's own field does: two ways back with one name would be a trap.
    if (steps && !steps.has(back.name) && !(back.name in relation.to.fields)) steps.set(back.name, back)
  }
}

function ownRelations(model: Model): [string, Relation][] {
  return Object.entries(model.fields).flatMap(([name, field]) =>
    isRelation(field) ? [[name, forward(model, name, field)]] : [],
  )
}

const variants = new WeakMap<Model, ReadonlyMap<string, Relation>>()

/**
 * Every step that leads away from a model, by name; its own, inherited ones excluded.
 *
 * A variant of a model, declared anew under the same key, has steps of its own fields and the ways back of the original.
 */
export function relationsOf(model: Model): ReadonlyMap<string, Relation> {
  const registered = relations.get(model.key)
  if (registered && byKey.get(model.key) === model) return registered
  const known = variants.get(model)
  if (known) return known
  const back = [...(registered ?? [])].filter(([name, { reverse }]) => reverse && !(name in model.fields))
  const steps = new Map([...ownRelations(model), ...back])
  variants.set(model, steps)
  return steps
}

/** Column of a field of the model's own table. @throws Error when the field has none. */
export function columnOf(model: Model, name: string): string {
  const field = model.fields[name]
  if (!field || !hasColumn(field)) throw new Error(`${model.key} has no column for "${name}"`)
  return columnName(name, field)
}
