import { fieldsWithInherited, modelNamed } from '@alyx/models'
import type { Resource } from '../contract/index.ts'
import type { ListFilter } from '../filters/index.ts'
import type { ValueFacts } from './contract-field.ts'
import { keyFacts } from './field-kinds.ts'
import { captionOf } from './fields-of.ts'
import { helpOfFilter } from './filter-help.ts'

export type Json = Readonly<Record<string, unknown>>

/** One parameter of an address, for readers of the documents. */
export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Json
  readonly explode?: boolean
  readonly style?: 'form'
}

/** What the paging parameters mean; `required` is spelled out as in Alyx's own document. */
export const paging: readonly Parameter[] = [
  {
    name: 'limit',
    required: false,
    in: 'query',
    description: 'How many records a page holds, 250 if absent.',
    schema: { type: 'integer' },
  },
  {
    name: 'offset',
    required: false,
    in: 'query',
    description: 'How many records come before the page.',
    schema: { type: 'integer' },
  },
]

/** Lists whose values stand in one parameter, separated by commas, instead of in several parameters. */
const COMMA_SEPARATED: ReadonlySet<string> = new Set(['/data-notices datasets'])

/** Every parameter of a list, by name. */
export function listParameters(resource: Resource): readonly Parameter[] {
  const filters = Object.entries(resource.list.filters).map(([name, filter]) => filterParameter(resource, name, filter))
  return [...filters, ...paging].sort((one, other) => (one.name < other.name ? -1 : 1))
}

function filterParameter(resource: Resource, name: string, filter: ListFilter): Parameter {
  const { path, model } = resource
  const field = fieldsWithInherited(model)[name]?.field
  const description = helpOfFilter(resource, name, filter)
  const schema =
    filter.schema.type === 'number' && field ? { ...filter.schema, ...numberOf[field.kind] } : filter.schema
  const list = schema.type === 'array'
  return {
    in: 'query',
    name,
    schema: sortedChoices(boundedKeys(resource, name, schema)),
    ...(description && { description }),
    ...(list && { explode: !COMMA_SEPARATED.has(`${path} ${name}`), style: 'form' as const }),
  }
}

/** Filters read any number; the column behind one knows which numbers there are. */
const numberOf: Partial<Record<string, Json>> = {
  identity: { type: 'integer' },
  integer: { type: 'integer' },
  float: { format: 'float' },
}

/** The numbers that may stand for a row of a model whose keys are numbers given by hand. */
function boundedKeys({ model }: Resource, name: string, schema: Json): Json {
  const field = fieldsWithInherited(model)[name]?.field
  if (field?.kind !== 'reference' && field?.kind !== 'many') return schema
  const key = keyFacts(modelNamed(field.to))
  const bounds = { maximum: key.maximum, minimum: key.minimum }
  if (schema.type === 'integer') return { ...schema, ...bounds }
  const items = schema.items as Json | undefined
  return items?.type === 'integer' ? { ...schema, items: { ...items, ...bounds } } : schema
}

const sortedChoices = (schema: Json): Json =>
  Array.isArray(schema.enum) ? { ...schema, enum: schema.enum.toSorted() } : schema

/** The parameter that names one record. */
export function lookupParameter(resource: Resource): Parameter {
  const lookup = lookupOf(resource)
  const schema: ValueFacts = {
    uuid: { type: 'string', format: 'uuid' } as const,
    integer: { type: 'integer' } as const,
    text: { type: 'string' } as const,
  }[lookup.form]
  return {
    in: 'path',
    name: lookup.parameter,
    schema: { ...schema },
    required: true,
    description: `${captionOf(lookup.field)} of the ${resource.model.label}.`,
  }
}

function lookupOf({ detail, path }: Resource) {
  if (!detail) throw new Error(`${path} has no page for one record`)
  return detail.lookup
}
