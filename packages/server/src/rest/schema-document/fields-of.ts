import {
  type Field,
  fieldsWithInherited,
  type Model,
  modelNamed,
  primaryKey,
  type Relation,
  relationsOf,
} from '@alyx/models'
import type { Part, Shape } from '../../query/index.ts'
import { type Resource, resources } from '../contract/index.ts'
import type { ContractField, ValueFacts } from './contract-field.ts'
import { factsOf, keyFacts, typeOfKind } from './field-kinds.ts'
import { nestedNames, type Stated, statedFacts, writtenOnly } from './stated-facts.ts'

export type View = 'list' | 'detail'

/** The fields of a representation, in their order, followed by nothing that it does not show or take. */
export function fieldsOf(resource: Resource, view: View): readonly ContractField[] {
  const route = view === 'detail' ? (resource.detail ?? resource.list) : resource.list
  return fieldsOfShape(resource.model, route.shape, route.schema)
}

/** The fields of a shape of a model; `schema` is the name of the representation, under which facts may be stated. */
function fieldsOfShape(model: Model, shape: Shape, schema: string): readonly ContractField[] {
  const stated = statedFacts[schema] ?? {}
  const fields: Described[] = Object.entries(shape).map(([name, part]) => ({
    ...fieldOfPart(model, name, part, schema),
    ...(part.readOnly !== undefined && { readOnly: part.readOnly }),
    ...(part.required !== undefined && { required: part.required }),
    ...(part.help !== undefined && { help: part.help }),
    ...stated[name],
  }))
  for (const { after, ...field } of writtenOnly[schema] ?? []) {
    fields.splice(fields.findIndex(({ name }) => name === after) + 1, 0, { ...blank(field.name), ...field })
  }
  // What nobody writes, nobody has to give.
  return fields.map((field) => ({ ...withoutUndefined(field), required: Boolean(field.required && !field.readOnly) }))
}

type Described = Stated & { readonly name?: string | undefined }

/** A fact is stated as absent by giving it as undefined. */
const withoutUndefined = (field: Described): ContractField =>
  Object.fromEntries(Object.entries(field).filter(([, value]) => value !== undefined)) as unknown as ContractField

/** `start_time` as "Start time". */
export const captionOf = (name: string): string => {
  const words = name.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const blank = (name: string): ContractField => ({
  name,
  label: captionOf(name),
  help: '',
  readOnly: false,
  required: false,
  nullable: false,
})

type Of<P extends Part['part']> = Extract<Part, { part: P }>

/** What each kind of part says of itself. */
const ofPart: {
  readonly [P in Part['part']]: (model: Model, name: string, part: Of<P>, schema: string) => Partial<ContractField>
} = {
  column: (model, _, { path }) => ofColumn(model, path),
  label: (model, _, { path }) => {
    const { help = '', field } = endOf(model, path)
    const choices = field?.kind === 'level' || field?.kind === 'choice' ? field.choices : []
    return { type: 'string', help: [help, `One of ${choices.map(([, label]) => label).join(', ')}.`].join(' ').trim() }
  },
  link: (model, _, { path }) => {
    const { help = '', optional } = endOf(model, path)
    const itself = path === primaryKey(model).name || path === 'nickname' || path === 'name'
    return {
      type: 'string',
      format: 'uri',
      relation: true,
      ...(itself ? { readOnly: true, help: `Address of this ${model.label}.` } : { help, required: !optional }),
    }
  },
  values: (model, _, { path, value }) => {
    const { help = '', key, via } = endOf(model, path)
    const items: ValueFacts = value ? {} : key ? keyFacts(key) : { type: 'string' }
    return { type: 'array', items, help: help || (via ? `${captionOf(via)}, by name.` : ''), relation: !value }
  },
  rows: (model, name, { link, shape }, schema) => {
    const target = typeof link === 'string' ? targetOf(model, link) : link.to
    return {
      type: 'array',
      ...nested(target, name, shape, schema),
      readOnly: true,
      help: `${captionOf(target.plural)} of this ${model.label}.`,
    }
  },
  object: (model, name, { path, shape }, schema) => {
    const target = targetOf(model, path)
    return {
      type: 'object',
      ...nested(target, name, shape, schema),
      readOnly: true,
      help: `The ${target.label} it belongs to.`,
    }
  },
  computed: (_, __, { kind }) => ({ ...typeOfKind[kind], readOnly: true, computed: true }),
  derived: (_, __, { kind, required }) => ({ ...typeOfKind[kind], readOnly: !required, computed: true }),
  batch: (_, __, { kind }) => ({ ...typeOfKind[kind], readOnly: true, computed: true }),
}

function fieldOfPart(model: Model, name: string, part: Part, schema: string): ContractField {
  const own = fieldsWithInherited(model)[name]?.field
  const said = (
    ofPart[part.part] as (model: Model, name: string, part: Part, schema: string) => Partial<ContractField>
  )(model, name, part, schema)
  return { ...blank(name), ...(own?.label && { label: own.label }), ...said }
}

function ofColumn(model: Model, path: string): Partial<ContractField> {
  const { field, help = '', optional, key, crossed, via } = endOf(model, path)
  if (crossed) {
    return { type: 'string', relation: true, help: help || `${captionOf(via ?? '')}, by name.`, required: !optional }
  }
  if (!field) return {}
  const common = { help, required: !optional, nullable: 'nullable' in field && field.nullable === true }
  if (key) return { ...common, ...keyFacts(key), relation: true }
  const stored = field as Exclude<Field, { kind: 'many' | 'generic' }>
  return {
    ...common,
    ...factsOf(stored),
    readOnly: Boolean(stored.primaryKey || stored.readOnly || stored.touched),
    ...(stored.kind === 'choice' && stored.blank && { blank: true }),
    ...(stored.kind === 'image' && { image: true, nullable: false }),
    ...(typeof givenByDefault(stored) === 'string' && { default: givenByDefault(stored) as string }),
  }
}

/** A default that tells the reader something: an empty text does not. */
function givenByDefault(field: Field): string | number | boolean | undefined {
  const value = 'default' in field && field.default && 'value' in field.default ? field.default.value : undefined
  return value === null || value === '' || field.kind !== 'text' ? undefined : value
}

/** A create may leave the field out. Texts are declared with the empty text as default, which is no value to a person. */
function mayBeLeftOut(field: Field): boolean {
  if (field.kind === 'many' || field.kind === 'generic') return true
  if (field.nullable || field.blank || field.primaryKey || field.touched) return true
  return field.default !== undefined && !('value' in field.default && field.default.value === '')
}

interface End {
  readonly field?: Field
  readonly help?: string
  readonly optional: boolean
  /** The model whose key the value is, when it is one. */
  readonly key?: Model
  /** The path leads to another model and there to a value that is not its key. */
  readonly crossed: boolean
  /** Name of the first step to another model. */
  readonly via?: string
}

const stepFrom = (model: Model, name: string): Relation | undefined => {
  const own = relationsOf(model).get(name)
  return own ?? (model.parent ? stepFrom(modelNamed(model.parent), name) : undefined)
}

function targetOf(model: Model, path: string): Model {
  return path.split('.').reduce((at, name) => {
    const step = stepFrom(at, name)
    if (!step) throw new Error(`${at.key} has no relation called "${name}"`)
    return step.to
  }, model)
}

/** Where a path ends, and what its first word says of itself. */
function endOf(model: Model, path: string): End {
  const [first = '', ...rest] = path.split('.')
  const field = fieldsWithInherited(model)[first]?.field
  const step = stepFrom(model, first)
  const help = field?.help
  const about = { ...(field && { field }), ...(help && { help }), optional: field ? mayBeLeftOut(field) : true }
  if (!step) return { ...about, crossed: false }
  const target = targetOf(model, [first, ...rest.slice(0, -1)].join('.'))
  const last = rest.at(-1)
  const isKey = last === undefined || last === primaryKey(target).name
  return { ...about, via: first, crossed: !isKey, ...(isKey && { key: target }) }
}

/** Representations by shape, so that a nested record is described once. */
const known = new Map<Shape, string>(
  resources.flatMap(({ list, detail }) => [
    [list.shape, list.schema] as const,
    ...(detail && detail.shape !== list.shape ? [[detail.shape, detail.schema] as const] : []),
  ]),
)

function nested(target: Model, name: string, shape: Shape, within: string): Pick<ContractField, 'schema' | 'children'> {
  const schema = known.get(shape) ?? nestedNames[`${within}.${name}`]
  return { ...(schema && { schema }), children: fieldsOfShape(target, shape, schema ?? `${within}.${name}`) }
}
