import type { Field, Kind, Model, ValueKind } from '@alyx/models'
import { modelNamed, primaryKey } from '@alyx/models'
import type { ValueFacts } from './contract-field.ts'

type OfKind<K extends Kind> = Extract<Field, { kind: K }>

const STRING = { type: 'string' } as const
const UUID = { type: 'string', format: 'uuid' } as const
const FLOAT = { type: 'number', format: 'double' } as const
const ANY_LIST = { type: 'array' } as const
const SMALL = { minimum: -32_768, maximum: 32_767 } as const
const NORMAL = { minimum: -2_147_483_648, maximum: 2_147_483_647 } as const
const BIG = { minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n, format: 'int64' } as const
const SIZES = { small: SMALL, normal: NORMAL, big: BIG } as const

const sized = (size: keyof typeof SIZES, positive: boolean | undefined): ValueFacts => ({
  type: 'integer',
  ...SIZES[size],
  ...(positive && { minimum: 0 }),
})
const limited = (maxLength: number, pattern?: string): ValueFacts => ({
  ...STRING,
  maxLength,
  ...(pattern !== undefined && { pattern: `^${pattern}$` }),
})

/** What the values of each kind of field look like in JSON. */
const facts: { readonly [K in Kind]: (field: OfKind<K>) => ValueFacts } = {
  uuid: () => UUID,
  identity: () => ({ type: 'integer' }),
  text: ({ maxLength, pattern }) => limited(maxLength, pattern),
  longText: () => STRING,
  email: ({ maxLength }) => ({ ...limited(maxLength), format: 'email' }),
  url: ({ maxLength }) => ({ ...limited(maxLength), format: 'uri' }),
  image: () => ({ ...STRING, format: 'uri' }),
  integer: ({ size, positive }) => sized(size, positive),
  float: ({ minimum, maximum }) => ({
    ...FLOAT,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  }),
  boolean: () => ({ type: 'boolean' }),
  date: () => ({ ...STRING, format: 'date' }),
  datetime: () => ({ ...STRING, format: 'date-time' }),
  json: () => ({}),
  choice: ({ choices }) => ({ ...STRING, choices }),
  level: ({ choices, size }) => ({ type: 'integer', choices, ...SIZES[size] }),
  floatList: () => ANY_LIST,
  integerList: () => ANY_LIST,
  reference: ({ to }) => keyFacts(modelNamed(to)),
  many: () => ANY_LIST,
  generic: () => ({}),
}

export const factsOf = (field: Field): ValueFacts => (facts[field.kind] as (field: Field) => ValueFacts)(field)

/** What a value that names a row by its key looks like. */
export const keyFacts = (model: Model): ValueFacts => factsOf(primaryKey(model).field)

/** JSON type of a value that a rule works out. */
export const typeOfKind: { readonly [K in ValueKind]: ValueFacts } = {
  uuid: UUID,
  identity: { type: 'integer' },
  text: STRING,
  longText: STRING,
  email: STRING,
  url: STRING,
  image: STRING,
  integer: { type: 'integer' },
  float: FLOAT,
  boolean: { type: 'boolean' },
  date: { ...STRING, format: 'date' },
  datetime: { ...STRING, format: 'date-time' },
  json: {},
  choice: STRING,
  level: { type: 'integer' },
  floatList: ANY_LIST,
  integerList: ANY_LIST,
}
