import { type Field, fieldsWithInherited, type Kind, type Model, modelNamed, primaryKey } from '@alyx/models'
import { column, type Part, type Shape, values } from './shape.ts'

type OfKind<K extends Kind> = Extract<Field, { kind: K }>

const asItIs = (name: string): Part => column(name)

/** How a field of each kind stands in the representation of its model; undefined where a value would say nothing. */
const partOf: { readonly [K in Kind]: (name: string, field: OfKind<K>) => Part | undefined } = {
  uuid: asItIs,
  identity: asItIs,
  text: asItIs,
  longText: asItIs,
  email: asItIs,
  url: asItIs,
  image: asItIs,
  integer: asItIs,
  float: asItIs,
  boolean: asItIs,
  date: asItIs,
  datetime: asItIs,
  json: asItIs,
  choice: asItIs,
  level: asItIs,
  floatList: asItIs,
  integerList: asItIs,
  reference: asItIs,
  many: (name, { to }) => values(`${name}.${primaryKey(modelNamed(to)).name}`),
  generic: () => undefined,
}

/**
 * The representation that a model has of itself: every field under its own name, in the order of the declaration; of a
 * reference its key, of many rows their keys. Credentials are left out.
 */
export function everyField(model: Model): Shape {
  const parts: Record<string, Part> = {}
  for (const [name, { field }] of Object.entries(fieldsWithInherited(model))) {
    if ('secret' in field && field.secret) continue
    const part = (partOf[field.kind] as (name: string, field: Field) => Part | undefined)(name, field)
    if (part) parts[name] = part
  }
  return parts
}
