import type { Field, Kind, Model } from '@alyx/models'
import { factsOf } from '../rest/schema-document/field-kinds.ts'
import { BASE, type NativeHandler, sendJson } from './gate.ts'
import { addressOf, served, shownFields, urlOf } from './models.ts'
import { type Page, pathsOfPages } from './page.ts'
import { TITLE } from './representation.ts'

type Json = { readonly [name: string]: unknown }

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const REFERENCE = ref('Reference')

/** Kinds whose JSON is more than their value. */
const SHAPES: Partial<Record<Kind, Json>> = {
  reference: REFERENCE,
  many: { type: 'array', items: REFERENCE },
  floatList: { type: 'array', items: { type: ['number', 'null'] } },
  integerList: { type: 'array', items: { type: ['integer', 'null'] } },
  json: {},
}

/** Whole numbers beyond this are no JSON numbers to JavaScript: such a bound is left out. */
const plainNumber = (bound: number | bigint | undefined): bound is number => typeof bound === 'number'

function schemaOf(field: Field): Json {
  const description = { description: field.help }
  const nullable = 'nullable' in field && field.nullable === true
  const shape = SHAPES[field.kind]
  if (shape) {
    if (field.kind === 'reference' && nullable) return { anyOf: [shape, { type: 'null' }], ...description }
    return { ...shape, ...description }
  }
  const { type, format, maxLength, minimum, maximum, pattern, choices } = factsOf(field)
  const values = choices?.map(([value]) => value)
  return {
    ...(type && { type: nullable ? [type, 'null'] : type }),
    ...(format && { format }),
    ...(maxLength !== undefined && { maxLength }),
    ...(plainNumber(minimum) && { minimum }),
    ...(plainNumber(maximum) && { maximum }),
    ...(pattern !== undefined && { pattern }),
    ...(values && { enum: nullable ? [...values, null] : values }),
    ...description,
  }
}

const componentName = (model: Model): string => `${model.app}.${model.name}`

function rowSchema(model: Model): Json {
  const properties: Record<string, Json> = {}
  for (const { name, field } of shownFields(model)) if (field.kind !== 'generic') properties[name] = schemaOf(field)
  properties[TITLE] = { type: 'string', description: 'How the row is called.' }
  return { type: 'object', description: model.help, properties }
}

const parameter = (name: string, description: string, schema: Json, more: Json = {}): Json => ({
  name,
  in: 'query',
  description,
  schema,
  ...more,
})

const PARAMETERS: Readonly<Record<string, Json>> = {
  filters: parameter(
    'filters',
    'Any field or path of fields, with or without a way to compare: `lab__name__icontains=cortex`; `~` in front negates.',
    { type: 'object', additionalProperties: { type: 'string' } },
    { style: 'form', explode: true },
  ),
  search: parameter('search', 'Words that must all be found in what the model is searched by.', { type: 'string' }),
  ordering: parameter('ordering', 'Fields or paths, separated by commas; `-` in front reverses.', { type: 'string' }),
  limit: parameter('limit', 'Rows of a page.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
  offset: parameter('offset', 'Rows to skip, instead of a cursor.', { type: 'integer', minimum: 0 }),
  cursor: parameter('cursor', 'Where the page begins, as `next` and `previous` say.', { type: 'string' }),
  fields: parameter('fields', 'Names and dotted paths to show, separated by commas.', { type: 'string' }),
  count: parameter('count', 'Count all rows.', { type: 'boolean', default: false }),
  rights: parameter('rights', 'Tell what the caller may do with the row.', { type: 'boolean', default: false }),
  key: { name: 'key', in: 'path', required: true, schema: { type: 'string' }, description: 'Primary key.' },
}

const parameters = (...names: string[]): Json[] => names.map((name) => ({ $ref: `#/components/parameters/${name}` }))
const json = (schema: Json): Json => ({ 'application/json': { schema } })
const answers = (description: string, content: Json, more: Json = {}): Json => ({
  200: { description, content },
  ...more,
  default: { description: 'What went wrong.', content: json(ref('Problem')) },
})
const listOf = (items: Json, more: Json = {}): Json => ({
  type: 'object',
  required: ['results'],
  properties: { results: { type: 'array', items }, ...more },
})

function pathsOf(model: Model): Json {
  const url = addressOf(model)
  const tags = [model.app]
  const operation = (verb: string) => `${verb}.${model.key}`
  const link = { type: ['string', 'null'] }
  return {
    [url]: {
      get: {
        operationId: operation('list'),
        tags,
        summary: `List ${model.plural}`,
        description: model.help,
        parameters: parameters('filters', 'search', 'ordering', 'limit', 'offset', 'cursor', 'fields', 'count'),
        responses: answers(
          'A page of rows.',
          json(listOf(ref(componentName(model)), { next: link, previous: link, count: { type: 'integer' } })),
        ),
      },
    },
    [`${url}/{key}`]: {
      get: {
        operationId: operation('read'),
        tags,
        summary: `Read one ${model.label}`,
        parameters: parameters('key', 'fields', 'rights'),
        responses: answers('The row; its version is in the header ETag.', json(ref(componentName(model))), {
          304: { description: 'The client has this version.' },
        }),
      },
    },
    [`${url}/choices`]: {
      get: {
        operationId: operation('choices'),
        tags,
        summary: `Choose among ${model.plural}`,
        parameters: parameters('filters', 'search', 'limit'),
        responses: answers('A few rows.', json(listOf(ref('Choice')))),
      },
    },
    [`${url}/export.csv`]: {
      get: {
        operationId: operation('export'),
        tags,
        summary: `All ${model.plural} as a table`,
        parameters: parameters('filters', 'search', 'ordering', 'fields'),
        responses: answers('One line per row.', { 'text/csv': { schema: { type: 'string' } } }),
      },
    },
    [`${BASE}/models${urlOf(model)}`]: {
      get: {
        operationId: operation('describe'),
        tags: ['models'],
        summary: `What ${model.plural} consist of`,
        responses: answers('Fields, lists, forms and rights.', json({ type: 'object' })),
      },
    },
  }
}

const TITLED = { id: { type: ['string', 'integer'] }, title: { type: 'string' } }
const SHARED: Json = {
  Reference: { type: 'object', description: 'Another row.', required: ['id'], properties: TITLED },
  Choice: {
    type: 'object',
    required: ['id', 'title', 'hint'],
    properties: { ...TITLED, hint: { type: ['string', 'null'] } },
  },
  Problem: {
    type: 'object',
    required: ['error', 'status_code'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          fields: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
          details: {},
        },
      },
      status_code: { type: 'integer' },
    },
  },
}

const general = (summary: string, tag: string): Json => ({
  get: { operationId: tag, tags: [tag], summary, responses: answers(summary, json({ type: 'object' })) },
})

/** The OpenAPI document of the native API, for everything that anybody may see. */
function nativeDocument(models: readonly Model[], pages: readonly Page[]): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Alyx, native API', version: '1', description: 'The same for every model. See the guide.' },
    security: [{ token: [] }, { session: [] }],
    paths: {
      [`${BASE}/me`]: general('Who is calling.', 'me'),
      [`${BASE}/models`]: general('Every model that the caller may see.', 'models'),
      [`${BASE}/schema`]: general('This document.', 'schema'),
      ...pathsOfPages(pages, BASE, ref('Problem')),
      ...Object.assign({}, ...models.map(pathsOf)),
    },
    components: {
      parameters: PARAMETERS,
      schemas: {
        ...SHARED,
        ...Object.fromEntries(models.map((model) => [componentName(model), rowSchema(model)])),
      },
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Token …`' },
        session: { type: 'apiKey', in: 'cookie', name: 'sessionid' },
      },
    },
  }
}

/** The document is the same for everybody: made with the first question. */
export function schema(pages: readonly Page[]): NativeHandler {
  let document: string | undefined
  return async ({ reply }) => {
    document ??= JSON.stringify(nativeDocument(served, pages))
    return sendJson(reply, document)
  }
}
