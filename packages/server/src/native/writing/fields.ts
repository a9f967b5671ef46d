import {
  columnName,
  type Field,
  fieldsWithInherited,
  type Kind,
  type Model,
  modelNamed,
  primaryKey,
  type ValueField,
} from '@alyx/models'
import { nearest } from '../../query/index.ts'
import type { JsonObject, JsonValue } from '../../rest/python-json-body.ts'
import { factsOf } from '../../rest/schema-document/field-kinds.ts'
import type { Target, WritableField } from '../../rest/writing/targets.ts'
import { type FieldFacts, fieldFacts } from '../field-facts.ts'
import type { FaultsByName } from '../problem.ts'

type OfKind<K extends Kind> = Extract<Field, { kind: K }>

const inColumn = (name: string, field: ValueField): Target => ({
  to: 'column',
  column: columnName(name, field),
  field,
})

/** Where a value of each kind of field goes; undefined where other fields say it already. */
const targets: { readonly [K in Kind]: (name: string, field: OfKind<K>) => Target | undefined } = {
  uuid: inColumn,
  identity: inColumn,
  text: inColumn,
  longText: inColumn,
  email: inColumn,
  url: inColumn,
  // Pictures come with notes of the contract, as files.
  image: () => undefined,
  integer: inColumn,
  float: inColumn,
  boolean: inColumn,
  date: inColumn,
  datetime: inColumn,
  json: inColumn,
  choice: inColumn,
  level: inColumn,
  floatList: inColumn,
  integerList: inColumn,
  reference: (name, field) => {
    const model = modelNamed(field.to)
    return { to: 'reference', column: columnName(name, field), model, by: primaryKey(model).name, named: undefined }
  },
  many: (name, { to, through }) => {
    if (through) return undefined
    const model = modelNamed(to)
    return { to: 'links', name, model, by: primaryKey(model).name, named: undefined }
  },
  generic: () => undefined,
}

const known = new Map<Model, { readonly create: readonly WritableField[]; readonly change: readonly WritableField[] }>()

/** Fields that a body may hold. A new row may bring its own identifier, so that it can be sent twice. */
export function writableOf(model: Model, verb: 'create' | 'change'): readonly WritableField[] {
  let made = known.get(model)
  if (!made) {
    const declared = fieldsWithInherited(model)
    const all = fieldFacts(model).flatMap((facts): WritableField[] => {
      const { field } = declared[facts.name]!
      const isKey = 'primaryKey' in field && field.primaryKey === true
      if (facts.read_only && !(isKey && (field.kind === 'uuid' || field.kind === 'integer'))) return []
      const target = (targets[field.kind] as (name: string, field: Field) => Target | undefined)(facts.name, field)
      return target ? [{ facts: contractFacts(facts, field), target }] : []
    })
    const isKey = ({ facts }: WritableField) => facts.name === primaryKey(model).name || facts.name === 'id'
    made = { create: all, change: all.filter((one) => !isKey(one)) }
    known.set(model, made)
  }
  return made[verb]
}

const contractFacts = (facts: FieldFacts, field: Field): WritableField['facts'] => ({
  ...factsOf(field),
  name: facts.name,
  label: facts.label,
  help: facts.help,
  readOnly: false,
  required: facts.required,
  nullable: facts.nullable,
  ...(facts.blank && { blank: true }),
})

/** Faults of names that are no fields, or fields that nobody writes. */
export function unknownNames(model: Model, verb: 'create' | 'change', body: JsonObject): FaultsByName {
  const names = writableOf(model, verb).map(({ facts }) => facts.name)
  const declared = fieldsWithInherited(model)
  const faults: Record<string, readonly string[]> = {}
  for (const name of body.keys()) {
    // What a row shows besides its fields may be sent back as it came.
    if (names.includes(name) || name.startsWith('$')) continue
    const [near] = nearest(name, names)
    faults[name] = Object.hasOwn(declared, name)
      ? [`"${name}" cannot be written.`]
      : [`There is no field "${name.slice(0, SHOWN_LENGTH)}".${near ? ` Did you mean "${near}"?` : ''}`]
  }
  return faults
}

const SHOWN_LENGTH = 60

/** The body with references as keys: rows show them as `{"id": …, "title": …}`, and may be sent back as they came. */
export function plainKeys(model: Model, body: JsonObject): JsonObject {
  const plain: JsonObject = new Map(body)
  for (const [name, { field }] of Object.entries(fieldsWithInherited(model))) {
    const given = body.get(name)
    if (field.kind === 'reference') plain.set(name, keyOf(given))
    else if (field.kind === 'many' && Array.isArray(given))
      plain.set(
        name,
        given.map((one) => keyOf(one) ?? null),
      )
    if (given === undefined) plain.delete(name)
  }
  return plain
}

const keyOf = (given: JsonValue | undefined): JsonValue =>
  given instanceof Map && given.has('id') ? (given.get('id') ?? null) : (given ?? null)
