import { type Field, type Kind, type Model, modelNamed, primaryKey } from '@alyx/models'
import type { Account } from '../domains/labs/index.ts'
import {
  column,
  type FieldPath,
  FilterError,
  fieldPath,
  type Layout,
  type Order,
  object,
  type Part,
  Reader,
  rows,
  type Shape,
  titlePart,
  values,
} from '../query/index.ts'
import { sees, shownFields } from './models.ts'
import { rowWriter, type WriteRow } from './rows.ts'

type OfKind<K extends Kind> = Extract<Field, { kind: K }>
/** Another row as an answer shows it: `{"id": …, "title": …}`; without title where the caller may not see its model. */
type Named = (model: Model) => Shape

const plain = (path: string): Part => column(path)

/** How a field of each kind stands in a row; undefined where other fields say it already. */
const parts: { readonly [K in Kind]: (path: string, field: OfKind<K>, named: Named) => Part | undefined } = {
  uuid: plain,
  identity: plain,
  text: plain,
  longText: plain,
  email: plain,
  url: plain,
  image: plain,
  integer: plain,
  float: plain,
  boolean: plain,
  date: plain,
  datetime: plain,
  json: plain,
  choice: plain,
  level: plain,
  floatList: plain,
  integerList: plain,
  reference: (path, { to }, named) => object(path, named(modelNamed(to))),
  many: (path, { to }, named) => rows(path, named(modelNamed(to))),
  generic: () => undefined,
}

const partOf = (path: string, field: Field, named: Named): Part | undefined =>
  (parts[field.kind] as (path: string, field: Field, named: Named) => Part | undefined)(path, field, named)

/** How a row is called; no field's name begins with a dollar. */
export const TITLE = '$title'
/** Columns that only the order needs; no field's name has a colon. */
const ORDER = 'order:'

/** Every field that is not a credential, references with titles, and the row's own title. */
function ownParts(model: Model, named: Named): Shape {
  const own: Record<string, Part> = {}
  for (const { name, field, owner } of shownFields(model)) {
    const part = partOf(owner === model ? name : `${primaryKey(model).name}.${name}`, field, named)
    if (part) own[name] = part
  }
  return own
}

/** Rows of a model as the native API shows them, with what is needed to read and write them. */
export interface Representation {
  readonly reader: Reader
  readonly write: WriteRow
  /** What is shown, in order. */
  readonly shown: Layout
  /** The row's own fields, all of them; only when asked for. */
  readonly own: Layout
  /** Where the values of the order's columns are, in the order's order. */
  readonly orderIndexes: readonly number[]
}

export interface Wanted {
  /** Names and dotted paths to show; every field when absent. */
  readonly fields?: readonly FieldPath[]
  /** Names under which they were asked for. */
  readonly names?: readonly string[]
  /** Total order whose columns must be known. */
  readonly order?: Order
  /** Read every own field, shown or not. */
  readonly whole?: boolean
}

const known = new Map<string, Representation>()
/** Clients ask for few different sets of fields; whoever asks for many has them compiled anew. */
const MOST_KNOWN = 500

/** The representation that an account gets of a model; compiled once for the same wishes. */
export function representationOf(model: Model, account: Account, wanted: Wanted = {}): Representation {
  const blind = targetsOf(model).filter((to) => !sees(account, to))
  const identity = JSON.stringify([
    model.key,
    blind.map(({ key }) => key),
    wanted.names ?? null,
    wanted.order ?? null,
    wanted.whole ?? false,
  ])
  const made = known.get(identity)
  if (made) return made
  const named: Named = (to) => ({
    id: column(primaryKey(to).name),
    ...(!blind.includes(to) && { title: titlePart(to) }),
  })
  const representation = compiled(model, named, wanted)
  if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value!)
  known.set(identity, representation)
  return representation
}

function compiled(model: Model, named: Named, { fields, names, order = [], whole }: Wanted): Representation {
  const own = ownParts(model, named)
  const asked: Record<string, Part> = {}
  for (const [at, name] of (names ?? []).entries()) {
    const path = fields?.[at]
    if (name === TITLE) asked[name] = titlePart(model)
    else if (path) asked[name] = own[name] ?? pathPart(path, named)
  }
  const shape: Record<string, Part> = fields ? { id: own.id!, ...asked } : { ...own, [TITLE]: titlePart(model) }
  const shownNames = Object.keys(shape)
  if (whole) for (const [name, part] of Object.entries(own)) shape[name] ??= part
  for (const [at, path] of order.entries()) shape[`${ORDER}${at}`] = column(path.replace(/^-/, ''))
  const reader = new Reader(model, shape)
  const places = new Map(reader.layout)
  const layoutOf = (list: readonly string[]): Layout => list.map((name) => [name, places.get(name)!] as const)
  return {
    reader,
    shown: layoutOf(shownNames),
    write: rowWriter(layoutOf(shownNames)),
    own: whole || !fields ? layoutOf(Object.keys(own)) : [],
    orderIndexes: order.map((_, at) => {
      const place = places.get(`${ORDER}${at}`)!
      return place.at === 'column' ? place.index : 0
    }),
  }
}

function pathPart({ path, field, toMany }: FieldPath, named: Named): Part {
  if (toMany && field.kind !== 'many') return values(path)
  return partOf(path, field, named) ?? column(path)
}

/** Models that fields of a model lead to. */
const targetsOf = (model: Model): readonly Model[] =>
  shownFields(model).flatMap(({ field }) =>
    field.kind === 'reference' || field.kind === 'many' ? [modelNamed(field.to)] : [],
  )

/**
 * Names of a `fields` parameter, resolved.
 * @throws FilterError naming the one that is unknown or leads where the account may not look
 */
export function resolvedFields(model: Model, account: Account, names: readonly string[]): FieldPath[] {
  return names.map((name) => {
    if (name === TITLE) return fieldPath(model, primaryKey(model).name)
    const path = fieldPath(model, name)
    const hidden = path.crosses.find((one) => !sees(account, one))
    if (hidden && !(path.crosses.length === 1 && name.split('.').length === 1))
      throw new FilterError(`"${name}" leads to ${hidden.plural}, which you may not see`)
    return path
  })
}
