import type { Resource } from '../contract/index.ts'
import type { ContractField, ValueFacts } from './contract-field.ts'
import { fieldsOf } from './fields-of.ts'
import type { Json } from './parameters.ts'
import { signInFields } from './special-routes.ts'

/**
 * Names under which representations are documented where they have another name here. In Alyx two summaries of a session
 * share one name, and the one that other records show is the one that its document describes.
 */
const DOCUMENTED_AS: Readonly<Record<string, string>> = { SessionMention: 'SessionList' }

const BLANK = 'BlankEnum'
const reference = (name: string) => ({ $ref: `#/components/schemas/${DOCUMENTED_AS[name] ?? name}` })

/** Every named representation of the contract: as it is, as a page of a list, and as a body that changes a part. */
export function schemaComponents(resources: readonly Resource[], origin: string): Record<string, Json> {
  const components: Record<string, Json> = { AuthToken: objectSchema(signInFields) }
  for (const resource of resources) {
    const { list, detail, path } = resource
    const listed = fieldsOf(resource, 'list')
    const detailed = fieldsOf(resource, 'detail')
    addRepresentation(components, list.schema, listed)
    addRepresentation(components, (detail ?? list).schema, detailed)
    if (list.methods.includes('GET')) components[`Paginated${list.schema}List`] = pageSchema(list.schema, origin, path)
    if (detail?.methods.includes('PATCH')) {
      const patched = detail.schema
      components[`Patched${patched}`] = objectSchema(patched === list.schema ? listed : detailed, { partial: true })
    }
  }
  return components
}

/** A representation with the nested ones and the lists of choices that it mentions. */
function addRepresentation(components: Record<string, Json>, name: string, fields: readonly ContractField[]): void {
  const documented = DOCUMENTED_AS[name]
  if (documented || !(name in components)) components[documented ?? name] = objectSchema(fields)
  for (const field of fields) {
    if (field.schema && field.children) addRepresentation(components, field.schema, field.children)
    if (isEnum(field)) {
      components[enumName(field.name)] = enumSchema(field)
      if (field.blank) components[BLANK] = { enum: [''] }
    }
  }
}

const objectSchema = (fields: readonly ContractField[], { partial = false } = {}): Json => {
  const required = fields
    .filter((field) => field.readOnly || (field.required && !field.onlyToCreate))
    .map(({ name }) => name)
    .sort()
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, propertySchema(field)])),
    ...(!partial && required.length > 0 && { required }),
  }
}

const isEnum = ({ choices, computed }: ContractField): boolean => choices !== undefined && !computed
const enumName = (field: string): string =>
  `${field
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Enum`

const enumSchema = ({ choices = [] }: ContractField): Json => ({
  enum: choices.map(([value]) => value),
  type: typeof choices[0]?.[0] === 'number' ? 'integer' : 'string',
  description: choices.map(([value, label]) => `* \`${value}\` - ${label}`).join('\n'),
})

function propertySchema(field: ContractField): Json {
  const { help, readOnly, writeOnly, schema, children, type, default: given } = field
  const about = {
    ...(readOnly && { readOnly: true }),
    ...(writeOnly && { writeOnly: true }),
    ...(given !== undefined && { default: given }),
    ...(help && { description: help }),
  }
  if (isEnum(field)) return { ...enumReference(field), ...about }
  // Values worked out for the answer, and records without a name: Alyx's document calls them all text.
  if (field.computed || (children && !schema)) return { type: 'string', ...about }
  if (schema) {
    return type === 'array' ? { type, items: reference(schema), ...about } : { allOf: [reference(schema)], ...about }
  }
  return { ...valueSchema(field), ...(type === 'array' && { items: valueSchema(field.items ?? {}) }), ...about }
}

const enumReference = ({ name, blank }: ContractField): Json =>
  blank ? { oneOf: [reference(enumName(name)), reference(BLANK)] } : { allOf: [reference(enumName(name))] }

/** Letters and digits of any script in the notation that every reader of the document takes, as Alyx writes it. */
const portable = (pattern: string): string => pattern.replaceAll('\\p{L}\\p{N}_', '\\w')

function valueSchema({ type, format, maximum, minimum, nullable, pattern, maxLength }: ValueFacts): Json {
  return {
    ...(type && { type }),
    ...(maximum !== undefined && { maximum }),
    ...(minimum !== undefined && { minimum }),
    ...(format && { format }),
    ...(nullable && { nullable }),
    ...(pattern && { pattern: portable(pattern) }),
    ...(maxLength !== undefined && { maxLength }),
  }
}

const pageSchema = (schema: string, origin: string, path: string): Json => ({
  type: 'object',
  required: ['count', 'results'],
  properties: {
    count: { type: 'integer', example: 123 },
    next: { type: 'string', nullable: true, format: 'uri', example: `${origin}${path}?limit=100&offset=400` },
    previous: { type: 'string', nullable: true, format: 'uri', example: `${origin}${path}?limit=100&offset=200` },
    results: { type: 'array', items: { $ref: `#/components/schemas/${schema}` } },
  },
})
