import {
  columnName,
  type Field,
  fieldsWithInherited,
  type LevelField,
  type Model,
  modelNamed,
  primaryKey,
  relationsOf,
  type ValueField,
} from '@alyx/models'
import type { Part, Shape } from '../../query/index.ts'
import type { ContractField } from '../schema-document/contract-field.ts'

/** Where a value of a body goes. */
export type Target =
  /** A column of the row. */
  | { readonly to: 'column'; readonly column: string; readonly field: ValueField }
  /** A column that holds the number of a label. */
  | { readonly to: 'label'; readonly column: string; readonly field: LevelField }
  /** A column that holds the key of a row, which the body names by one of its fields. */
  | {
      readonly to: 'reference'
      readonly column: string
      readonly model: Model
      readonly by: string
      readonly named: 'field' | 'id' | 'pk' | undefined
    }
  /** The same, named by its address. */
  | {
      readonly to: 'address'
      readonly column: string
      readonly model: Model
      readonly by: string
      readonly route: string
    }
  /** Links of a many-to-many field, to rows named by one of their fields. */
  | {
      readonly to: 'links'
      readonly name: string
      readonly model: Model
      readonly by: string
      readonly named: 'field' | 'id' | 'pk' | undefined
    }
  /** Rows of another model that are to refer to this one, named by one of their fields. */
  | {
      readonly to: 'claims'
      readonly name: string
      readonly model: Model
      readonly by: string
      readonly named: 'field'
      /** Column of the other model that refers to this one, and its field. */
      readonly column: string
      readonly fieldName: string
    }
  /** A value that no column holds: the collection makes something of it. */
  | { readonly to: 'aside'; readonly aside: Aside }
  /** What the collection reads by itself. */
  | { readonly to: 'elsewhere' }

/** What a value looks like that no column holds: like that of a field, or the name of a row. */
export type Aside = ValueField | { readonly kind: 'name'; readonly model: Model; readonly by: string }

export interface WritableField {
  readonly facts: ContractField
  readonly target: Target
}

/** Fields that a body may hold, each with where it goes. */
export function writableTargets(
  model: Model,
  shape: Shape,
  fields: readonly ContractField[],
  asides: Readonly<Record<string, Aside>> = {},
): readonly WritableField[] {
  return fields.map((facts) => {
    const part = shape[facts.name]
    const aside = asides[facts.name]
    return { facts, target: aside ? { to: 'aside', aside } : part ? targetOf(model, part) : ELSEWHERE }
  })
}

const ELSEWHERE: Target = { to: 'elsewhere' }

function targetOf(model: Model, part: Part): Target {
  if (part.part === 'label') {
    const field = fieldOf(model, part.path)
    return field?.kind === 'level' ? { to: 'label', column: columnName(part.path, field), field } : ELSEWHERE
  }
  if (part.part === 'link') {
    const field = fieldOf(model, part.path)
    if (field?.kind !== 'reference') return ELSEWHERE
    const to = modelNamed(field.to)
    return {
      to: 'address',
      column: columnName(part.path, field),
      model: to,
      by: primaryKey(to).name,
      route: part.route,
    }
  }
  if (part.part === 'values') return linksOf(model, part.path, part.named)
  if (part.part !== 'column') return ELSEWHERE
  const [first = '', by, ...deeper] = part.path.split('.')
  const field = fieldOf(model, first)
  if (!field || deeper.length > 0 || field.kind === 'many' || field.kind === 'generic') return ELSEWHERE
  if (field.kind !== 'reference') return { to: 'column', column: first, field }
  const to = modelNamed(field.to)
  const named = by === undefined ? part.named : 'field'
  return { to: 'reference', column: columnName(first, field), model: to, by: by ?? primaryKey(to).name, named }
}

function linksOf(model: Model, path: string, named: 'id' | 'pk' | undefined): Target {
  const [name = '', by, ...deeper] = path.split('.')
  const field = fieldOf(model, name)
  const back = field ? undefined : relationsOf(model).get(name)
  if (back?.reverse && !back.through && by !== undefined && deeper.length === 0)
    return {
      to: 'claims',
      name,
      model: back.to,
      by,
      named: 'field',
      column: back.toColumn,
      fieldName: back.declaredBy.name,
    }
  if (field?.kind !== 'many' || field.through || by === undefined || deeper.length > 0) return ELSEWHERE
  const to = modelNamed(field.to)
  const isKey = by === primaryKey(to).name
  return { to: 'links', name, model: to, by, named: isKey ? named : 'field' }
}

const fieldOf = (model: Model, name: string): Field | undefined => fieldsWithInherited(model)[name]?.field
