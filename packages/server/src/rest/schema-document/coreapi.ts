import type { Method, Resource } from '../contract/index.ts'
import type { ContractField } from './contract-field.ts'
import { helpOfFilter } from './filter-help.ts'
import type { Json } from './parameters.ts'
import { paging } from './parameters.ts'
import { writableFields } from './representations.ts'
import { type SpecialMethod, signInFields, specialRoutes } from './special-routes.ts'

/** A way to call an address, in the words of Core API. */
interface Link {
  readonly _type: 'link'
  readonly url: string
  readonly action: string
  readonly encoding?: 'application/json'
  readonly description?: string
  readonly fields?: readonly LinkField[]
}
interface LinkField {
  readonly name: string
  readonly required?: true
  readonly location: 'query' | 'path' | 'form'
  readonly schema: {
    readonly _type: string
    readonly title: string
    readonly description: string
    readonly enum?: unknown
  }
}

/** Addresses that old clients never saw there, or find under a name of their own. */
const LEFT_OUT: ReadonlySet<string> = new Set(['/api/schema', '/docs/', '/cache/info/'])

/**
 * The older description of the contract, which clients from before OpenAPI read: endpoints with their actions, and for
 * each the address and the names that may be given.
 *
 * @param origin  `http://host:port` as the client called us
 */
export function coreApiDocument(resources: readonly Resource[], { origin }: { readonly origin: string }): Json {
  const endpoints = new Map<string, Json>()
  for (const resource of resources) endpoints.set(resource.path.slice(1), collectionLinks(resource))
  for (const { path, methods, parameter } of specialRoutes) {
    if (LEFT_OUT.has(path)) continue
    const inPath = parameter ? [pathField(parameter.name, parameter.help)] : []
    const links = methods.map((method) => [specialAction(path, method), specialLink(path, method, inPath)] as const)
    endpoints.set(path.split('/')[1] ?? '', Object.fromEntries(links))
  }
  const info = { _type: 'link', url: '/cache/info/', action: 'get' }
  endpoints.set('cache', { info: { list: info } })
  return {
    _type: 'document',
    _meta: { url: `${origin}/docs/`, title: 'Alyx REST API documentation' },
    ...Object.fromEntries([...endpoints].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}

const LIST_ACTIONS = { GET: 'list', POST: 'create' } as const
const DETAIL_ACTIONS = { GET: 'read', PUT: 'update', PATCH: 'partial_update', DELETE: 'delete' } as const

function collectionLinks(resource: Resource): Json {
  const { path, list, detail } = resource
  const links: Record<string, Link> = {}
  for (const [method, action] of Object.entries(LIST_ACTIONS)) {
    if (!list.methods.includes(method as Method)) continue
    links[action] = linkTo(resource, path, method as Method, method === 'GET' ? listFields(resource) : [])
  }
  // The addresses of water types have no methods of their own: see the OpenAPI document.
  const named = path === '/water-type' ? 'name' : detail?.lookup.parameter
  if (!named) return links
  const url = `${path}/{${named}}`
  const inPath = pathField(named, `Names one ${resource.model.label}.`)
  if (!detail) {
    links.read = linkTo(resource, url, 'GET', [inPath])
    links.create_0 = linkTo(resource, url, 'POST', [inPath])
    return links
  }
  for (const [method, action] of Object.entries(DETAIL_ACTIONS)) {
    if (detail.methods.includes(method as Method)) links[action] = linkTo(resource, url, method as Method, [inPath])
  }
  return links
}

function linkTo(resource: Resource, url: string, method: Method, fields: readonly LinkField[]): Link {
  const writes = method === 'POST' || method === 'PUT' || method === 'PATCH'
  return {
    _type: 'link',
    url,
    action: method.toLowerCase(),
    ...(writes && { encoding: 'application/json' as const }),
    description: resource.model.help,
    fields: writes ? [...fields, ...writableFields(resource, method).map(formField)] : fields,
  }
}

const listFields = (resource: Resource): LinkField[] => [
  ...paging.map(({ name, description = '' }) => queryField(name, 'integer', description)),
  ...Object.entries(resource.list.filters).map(([name, filter]) =>
    queryField(name, filter.schema.type === 'number' ? 'number' : 'string', helpOfFilter(resource, name, filter)),
  ),
]

const queryField = (name: string, type: string, description: string): LinkField => ({
  name,
  location: 'query',
  schema: { _type: type, title: name, description },
})
const pathField = (name: string, description: string): LinkField => ({
  name,
  required: true,
  location: 'path',
  schema: { _type: 'string', title: name, description },
})
const formField = ({ name, required, help, label, type, choices }: ContractField): LinkField => ({
  name,
  ...(required && { required }),
  location: 'form',
  schema: {
    _type: choices ? 'enum' : (type ?? 'object'),
    title: label,
    description: help,
    ...(choices && { enum: choices.map(([value]) => value) }),
  },
})

const specialAction = (path: string, { action, method }: SpecialMethod): string =>
  method === 'post' ? 'create' : action === 'list' || path === '/cache.zip' ? 'list' : 'read'

function specialLink(path: string, { method, paged, help, schema }: SpecialMethod, inPath: readonly LinkField[]): Link {
  const inForm = schema ? signInFields.filter(({ readOnly }) => !readOnly).map(formField) : []
  const inQuery = paged ? paging.map(({ name, description = '' }) => queryField(name, 'integer', description)) : []
  const fields = [...inPath, ...inQuery, ...inForm]
  return {
    _type: 'link',
    url: path,
    action: method,
    ...(inForm.length > 0 && { encoding: 'application/json' as const }),
    description: help,
    ...(fields.length > 0 && { fields }),
  }
}
