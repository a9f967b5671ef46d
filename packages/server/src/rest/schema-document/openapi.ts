import type { Method, Resource } from '../contract/index.ts'
import { schemaComponents } from './components.ts'
import type { ContractField } from './contract-field.ts'
import { fieldsOf } from './fields-of.ts'
import { type Json, listParameters, lookupParameter, type Parameter, paging } from './parameters.ts'
import { viewOf } from './representations.ts'
import { type SpecialMethod, type SpecialRoute, specialRoutes } from './special-routes.ts'

const IDENTIFIED = [{ cookieAuth: [] }, { tokenAuth: [] }]
/** Alyx's document says so of these routes; the server asks some of them for a token all the same. */
const OPEN = [...IDENTIFIED, {}]
const JSON_BODY = 'application/json'
const FORM_BODIES = ['application/x-www-form-urlencoded', 'multipart/form-data'] as const

/**
 * The description of the contract as OpenAPI 3.0.3. Its structure is that of Alyx 3.6.1: clients read it before they
 * ask anything, and refuse endpoints, actions and filters that are not in it.
 *
 * @param origin  `http://host:port` for the examples
 */
export function openApiDocument(resources: readonly Resource[], { origin }: { readonly origin: string }): Json {
  const paths = [...resources.flatMap(pathsOf), ...specialRoutes.map(specialPath)]
  return {
    openapi: '3.0.3',
    info: { title: '', version: '0.0.0' },
    paths: inOrder(paths),
    components: {
      schemas: inOrder(Object.entries(schemaComponents(resources, origin))),
      securitySchemes: {
        cookieAuth: { type: 'apiKey', in: 'cookie', name: 'sessionid' },
        tokenAuth: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'The word "Token", a blank, and the token of the account.',
        },
      },
    },
  }
}

/** Sorted by character, which puts a list before its records: clients take the first path that has a method. */
const inOrder = (entries: readonly (readonly [string, unknown])[]): Json =>
  Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)))

interface Action {
  readonly word: string
  readonly does: (label: string, plural: string) => string
}
const ofList: Partial<Record<Method, Action>> = {
  GET: { word: 'list', does: (_, plural) => `Lists ${plural}, page by page.` },
  POST: { word: 'create', does: (label) => `Creates a ${label}.` },
}
const ofDetail: Partial<Record<Method, Action>> = {
  GET: { word: 'retrieve', does: (label) => `Shows one ${label}.` },
  PUT: { word: 'update', does: (label) => `Replaces one ${label}.` },
  PATCH: { word: 'partial_update', does: (label) => `Changes the given fields of one ${label}.` },
  DELETE: { word: 'destroy', does: (label) => `Deletes one ${label}.` },
}

function pathsOf(resource: Resource): (readonly [string, Json])[] {
  const { list, detail, path } = resource
  const collection = Object.fromEntries(
    list.methods.map((method) => [method.toLowerCase(), listOperation(resource, method)]),
  )
  if (path === '/water-type') return [[path, collection], waterTypeRecord(resource)]
  if (!detail) return [[path, collection]]
  const record = Object.fromEntries(
    detail.methods.map((method) => [method.toLowerCase(), detailOperation(resource, method)]),
  )
  return [
    [path, collection],
    [`${path}/{${detail.lookup.parameter}}`, record],
  ]
}

function listOperation(resource: Resource, method: Method): Json {
  const { schema } = resource.list
  if (method === 'GET') {
    return {
      ...head(resource, ofList, method),
      parameters: listParameters(resource),
      ...tail(resource.path, answers(200, `Paginated${schema}List`)),
    }
  }
  const made = schemaOf(resource, 'POST')
  return {
    ...head(resource, ofList, method),
    tags: [tagOf(resource.path)],
    requestBody: body(made, needsBody(resource, 'POST')),
    security: IDENTIFIED,
    responses: answers(201, made),
  }
}

function detailOperation(resource: Resource, method: Method): Json {
  const schema = schemaOf(resource, method)
  const writes = method === 'PUT' || method === 'PATCH'
  return {
    ...head(resource, ofDetail, method),
    parameters: [lookupParameter(resource)],
    tags: [tagOf(resource.path)],
    ...(writes && {
      requestBody: method === 'PUT' ? body(schema, needsBody(resource, 'PUT')) : body(`Patched${schema}`, false),
    }),
    security: IDENTIFIED,
    responses: method === 'DELETE' ? NOTHING(204) : answers(200, schema),
  }
}

/** The addresses of water types answer as the list does, and Alyx's document says so. */
function waterTypeRecord(resource: Resource): [string, Json] {
  const named: Parameter = {
    in: 'path',
    name: 'name',
    schema: { type: 'string' },
    required: true,
    description: 'Name of the water type.',
  }
  const list = listOperation(resource, 'GET')
  const create = listOperation(resource, 'POST')
  const [limit, offset] = paging
  return [
    '/water-type/{name}',
    {
      get: { ...list, operationId: 'water_type_list_2', parameters: [limit, named, offset] },
      post: { ...create, operationId: 'water_type_create_2', parameters: [named] },
    },
  ]
}

const schemaOf = (resource: Resource, method: Method): string => {
  const { list, detail } = resource
  return viewOf(resource, method) === 'list' ? list.schema : (detail ?? list).schema
}

/** A body must be sent when one of its fields must. */
const needsBody = (resource: Resource, method: 'POST' | 'PUT'): boolean =>
  fieldsOf(resource, viewOf(resource, method)).some(listedAsRequired)

const listedAsRequired = ({ required, onlyToCreate, readOnly }: ContractField) => required && !onlyToCreate && !readOnly

const tagOf = (path: string): string => path.split('/')[1] ?? ''
const operationId = (path: string, action: string): string =>
  `${path
    .replace(/\/?\{[^}]*\}/g, '')
    .split('/')
    .filter(Boolean)
    .join('_')
    .replaceAll('-', '_')}_${action}`

function head({ path, model }: Resource, actions: Partial<Record<Method, Action>>, method: Method): Json {
  const action = actions[method]
  if (!action) throw new Error(`${path} declares ${method}, which means nothing there`)
  return { operationId: operationId(path, action.word), description: action.does(model.label, model.plural) }
}
const tail = (path: string, responses: Json): Json => ({ tags: [tagOf(path)], security: IDENTIFIED, responses })

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const answers = (status: number, schema: string): Json => ({
  [status]: { content: { [JSON_BODY]: { schema: reference(schema) } }, description: '' },
})
const NOTHING = (status: number): Json => ({ [status]: { description: 'No response body' } })
const body = (schema: string, required: boolean): Json => ({
  content: Object.fromEntries([JSON_BODY, ...FORM_BODIES].map((type) => [type, { schema: reference(schema) }])),
  ...(required && { required: true }),
})

const specialPath = (route: SpecialRoute): [string, Json] => [
  route.path,
  Object.fromEntries(route.methods.map((method) => [method.method, specialOperation(route, method)])),
]

/** Types that the description itself is offered in. */
export const DOCUMENT_TYPES = [
  'application/vnd.oai.openapi',
  'application/yaml',
  'application/vnd.oai.openapi+json',
  'application/json',
] as const

function specialOperation(
  { path, parameter }: SpecialRoute,
  { action, help, open, paged, status, ...rest }: SpecialMethod,
): Json {
  const inPath: Parameter[] = parameter
    ? [
        {
          in: 'path',
          name: parameter.name,
          schema: { type: 'string', ...(parameter.pattern && { pattern: parameter.pattern }) },
          required: true,
          description: parameter.help,
        },
      ]
    : []
  const inQuery = (rest.query ?? []).map(
    ({ name, help: description, choices }): Parameter => ({
      in: 'query',
      name,
      schema: { type: 'string', ...(choices && { enum: choices.map(([value]) => value) }) },
      description,
    }),
  )
  const parameters = [...inPath, ...inQuery, ...(paged ? paging : [])]
  const anyObject = { schema: { type: 'object', additionalProperties: {} } }
  return {
    operationId: operationId(path, action),
    description: help,
    ...(parameters.length > 0 && { parameters }),
    tags: [tagOf(path)],
    ...(rest.schema && {
      requestBody: {
        content: Object.fromEntries(
          [...FORM_BODIES, JSON_BODY].map((type) => [type, { schema: reference(rest.schema ?? '') }]),
        ),
        required: true,
      },
    }),
    security: open ? OPEN : IDENTIFIED,
    responses: rest.schema
      ? answers(status, rest.schema)
      : path === '/api/schema'
        ? { 200: { content: Object.fromEntries(DOCUMENT_TYPES.map((type) => [type, anyObject])), description: '' } }
        : NOTHING(status),
  }
}
