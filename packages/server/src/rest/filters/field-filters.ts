import { type Field, fieldsWithInherited, type Kind, type Model } from '@alyx/models'
import { conditionFor, type Fragment, type Scope } from '../../query/index.ts'
import type { ListFilter, ListFilters } from './filter.ts'
import {
  choice,
  date,
  datetime,
  key,
  keys,
  labelFilter,
  looseBoolean,
  number,
  text,
  uuid,
  wholeNumber,
} from './kinds.ts'

type OfKind<K extends Kind> = Extract<Field, { kind: K }>

/** The filter that each kind of field gives a list, under the field's own name; undefined where comparing makes no sense. */
const filterOf: { readonly [K in Kind]: (name: string, field: OfKind<K>) => ListFilter | undefined } = {
  uuid: (name) => uuid(name),
  identity: (name) => wholeNumber(name),
  text: (name) => text(name),
  longText: (name) => text(name),
  email: (name) => text(name),
  url: (name) => text(name),
  image: () => undefined,
  integer: (name) => wholeNumber(name),
  float: (name) => number(name),
  boolean: (name) => looseBoolean(name),
  date: (name) => date(name),
  datetime: (name) => datetime(name),
  json: () => undefined,
  choice: (name, field) => choice(name, field.choices),
  level: (name, field) => choice(name, field.choices),
  floatList: (name) => number((scope, value) => conditionOnList(scope, name, value)),
  integerList: (name) => number((scope, value) => conditionOnList(scope, name, value)),
  reference: (name, field) => key(name, field.to),
  many: (name, field) => keys(name, field.to),
  generic: () => undefined,
}

const conditionOnList = (scope: Scope, name: string, value: number): Fragment =>
  conditionFor(scope, `${name}__contains`, [{ number: String(value), value }])

const ownFilter = (name: string, field: Field): ListFilter | undefined =>
  (filterOf[field.kind] as (name: string, field: Field) => ListFilter | undefined)(name, field)

/** The filter of one field of a model. @throws Error when there is no such field, or it cannot be filtered */
export function fieldFilter(model: Model, name: string): ListFilter {
  const field = fieldsWithInherited(model)[name]?.field
  const filter = field && ownFilter(name, field)
  if (!filter) throw new Error(`${model.key} has no filter for "${name}"`)
  return filter
}

interface Choices {
  readonly only?: readonly string[]
  readonly except?: readonly string[]
  /** Filters that stand in place of a field's own. */
  readonly replace?: Readonly<Record<string, ListFilter>>
}

/** The label of a level or choice, instead of what is stored. @throws Error when the field has no labels */
export function labelled(model: Model, name: string): ListFilter {
  const field = fieldsWithInherited(model)[name]?.field
  if (field?.kind !== 'level' && field?.kind !== 'choice') throw new Error(`${model.key} has no labels for "${name}"`)
  return labelFilter(name, field.choices)
}

/** A filter for each field of a model, in the order of the declaration; credentials have none. */
export function fieldFilters(model: Model, { only, except = [], replace = {} }: Choices = {}): ListFilters {
  const filters: Record<string, ListFilter> = {}
  for (const [name, { field }] of Object.entries(fieldsWithInherited(model))) {
    if ((only && !only.includes(name)) || except.includes(name) || ('secret' in field && field.secret)) continue
    const filter = replace[name] ?? ownFilter(name, field)
    if (filter) filters[name] = filter
  }
  return filters
}
