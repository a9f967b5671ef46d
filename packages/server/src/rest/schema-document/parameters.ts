import { fieldsWithInherited, modelNamed } from '@alyx/models'
import type { Resource } from '../contract/index.ts'
import type { ListFilter } from '../filters/index.ts'
import type { ValueFacts } from './contract-field.ts'
import { keyFacts } from './field-kinds.ts'
import { captionOf } from './fields-of.ts'

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
  const description = filter.help ?? filterHelp[name] ?? field?.help
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

/** What filters mean that are no fields, or mean more than the field they are named after. */
export const filterHelp: Readonly<Record<string, string>> = {
  alive: 'True for living subjects, False for dead ones.',
  ancestors: 'Acronym or number of a region: it and all regions around it.',
  atlas_acronym: 'Acronym of a brain region, everything inside the region included.',
  atlas_id: 'Number of a brain region, everything inside the region included.',
  atlas_name: 'Part of the name of a brain region, everything inside the region included.',
  created_date: 'Day of registration.',
  created_date_gte: 'Registered on this day or later.',
  created_date_lte: 'Registered on this day or earlier.',
  dataset_qc_lte: 'With datasets that are at least this good: PASS, WARNING, FAIL or CRITICAL.',
  dataset_tag: 'Name of a tag that one of the datasets has.',
  dataset_types: 'Types of dataset, separated by commas, all of which must be there.',
  datasets: 'Datasets, separated by commas, all of which must be there.',
  date: 'Day of the session.',
  date_range: 'First and last day, separated by a comma.',
  descendants: 'Acronym or number of a region: it and all regions within it.',
  exists: 'True for what lies in a repository, False for what is lost or still to come.',
  experiment_number: 'Number of the session on its day.',
  extended_qc: 'Pairs of a check and a value: `qc_bool,True` or `qc_pct__gte,0.5`.',
  globus_is_personal: 'True for repositories on personal computers.',
  histology: 'True for subjects with a histology session.',
  json: 'Pairs of a key and a value in the JSON document: `key,value` or `key__gte,0.5`.',
  lab: 'Name of the lab.',
  location: 'Part of the name of the location.',
  nickname: 'Name of the subject.',
  performance_gte: 'At least this percentage of trials was right.',
  performance_lte: 'At most this percentage of trials was right.',
  probe: 'Name or identifier of the insertion.',
  probe_insertion: 'Identifier of the insertion.',
  procedure: 'Name of the procedure.',
  project: 'Name of a project, or a part of it.',
  projects: 'Name of a project, or a part of it.',
  protected: 'True for datasets that a tag protects.',
  public: 'True for datasets that a tag makes public.',
  session: 'Identifier of the session.',
  stock: 'True for subjects nobody works with yet.',
  subject: 'Name of the subject.',
  tag: 'Name of a tag.',
  user: 'Name of the account.',
  users: 'Names of accounts, separated by commas, any of which took part.',
  water_restricted: 'True for subjects whose water is restricted today.',
}

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
