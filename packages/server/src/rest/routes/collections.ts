import type { FastifyInstance, FastifyRequest } from 'fastify'
import { allOf, type Fragment, nearest, Reader, type Scope, type Totals, valueIs } from '../../query/index.ts'
import { readBody } from '../body.ts'
import type { Call } from '../call.ts'
import { type DetailRoute, hasForm, type Resource, resources } from '../contract/index.ts'
import { InvalidParameters, readFilters } from '../filters/index.ts'
import { contractRoute, type Handlers, type Services, sendJson } from '../gates.ts'
import { pageLinks, pageOf } from '../page-links.ts'
import { refusals } from '../refusal.ts'
import { type Rendering, renderer } from '../render.ts'
import { optionsMetadata } from '../schema-document/index.ts'
import { RecordWriter, requireRight, requireRow } from '../writing/record-writer.ts'
import { writeCall } from '../writing/write-call.ts'

/** Largest number that a column of whole numbers holds; a larger one in an address names nothing. */
const LARGEST_INTEGER = 2_147_483_647

/** Parameters that clients send everywhere and that ask for nothing here. */
const TOLERATED = new Set(['no_cache', 'format', 'limit', 'offset', 'query_type', 'clobber', 'cursor'])

export interface CollectionServices extends Services {
  readonly totals: Totals
}

/** The lists and details of the Alyx contract. */
export function collectionRoutes(app: FastifyInstance, services: CollectionServices): void {
  for (const resource of resources) {
    listRoute(app, services, resource, resource.path)
    if (resource.detail) detailRoute(app, services, resource, resource.detail)
  }
  // The contract gives every water type the address of the list: kept, because clients follow the links.
  const waterTypes = resources.find(({ path }) => path === '/water-type')
  if (waterTypes) listRoute(app, services, waterTypes, '/water-type/:key')
}

/** Those handlers whose methods a route allows, in its order. */
const handlersOf = (methods: readonly (keyof Handlers)[], handlers: Handlers): Handlers =>
  Object.fromEntries(methods.flatMap((method) => (handlers[method] ? [[method, handlers[method]]] : [])))

const creating = (services: Services, resource: Resource) => {
  const writer = new RecordWriter(resource, 'POST')
  return async (call: Call): Promise<unknown> => {
    const body = await readBody(call.request)
    return writeCall(call, services, (recorder) => writer.create(recorder, call, services, body), { body })
  }
}

const changing = (services: Services, resource: Resource, method: 'PUT' | 'PATCH') => {
  const writer = new RecordWriter(resource, method)
  return async (call: Call): Promise<unknown> => {
    const body = await readBody(call.request)
    const word = requireWord(call, resource)
    return writeCall(call, services, (recorder) => writer.change(recorder, call, services, word, body), { body })
  }
}

const removing = (services: Services, resource: Resource) => (call: Call) => {
  const word = requireWord(call, resource)
  return writeCall(call, services, async (recorder) => {
    const key = await requireRow(recorder, resource, word)
    requireRight(call, 'delete', resource.model, key)
    await recorder.remove(resource.model, [key])
    return { status: 204 }
  })
}

/** The last word of an address, which names a record. @throws Refusal 404 when no row could have that name */
function requireWord(call: Call, { model, detail }: Resource): string {
  const word = keyOf(call.request)
  if (word.includes('\u0000') || (detail?.lookup.form === 'integer' && Number(word) > LARGEST_INTEGER))
    throw refusals.notFound(model.name)
  return word
}

function listRoute(app: FastifyInstance, services: CollectionServices, resource: Resource, url: string): void {
  const { list, model } = resource
  const reader = new Reader(model, list.shape)
  const write = renderer(reader.layout)
  contractRoute(app, services, {
    url,
    policy: 'contract',
    describe: ({ account }) => optionsMetadata(resource, 'list', { mayWrite: account?.isPublic === false }),
    handlers: handlersOf(list.methods, {
      POST: creating(services, resource),
      GET: async (call) => {
        const { database, query, moment } = call
        tellUnknown(call, Object.keys(list.filters), services)
        const asked = await readFilters(database, list.filters, new Map(query.lists()))
        const where = both(list.only, asked)
        const { limit, offset } = pageOf(query)
        const page = await reader.page(
          database,
          { order: list.order, limit, offset, ...(where && { where }) },
          moment,
          services.totals,
        )
        const { next, previous } = pageLinks(`${call.origin}${call.path}`, query, { limit, offset }, page.count)
        const rendering: Rendering = { found: page, moment, origin: call.origin, mediaPath: services.mediaPath }
        const results = page.rows.map((row) => write(row, rendering)).join(',')
        return sendJson(
          call,
          `{"count":${page.count},"next":${JSON.stringify(next)},"previous":${JSON.stringify(previous)},"results":[${results}]}`,
        )
      },
    }),
  })
}

type Where = (scope: Scope) => Fragment

function both(first: Where | undefined, second: Where | undefined): Where | undefined {
  if (!first || !second) return first ?? second
  return (scope) => allOf([first(scope), second(scope)])
}

function detailRoute(app: FastifyInstance, services: Services, resource: Resource, detail: DetailRoute): void {
  const reader = new Reader(resource.model, detail.shape)
  const write = renderer(reader.layout)
  const { field } = detail.lookup
  contractRoute(app, services, {
    url: `${resource.path}/:key`,
    policy: 'contract',
    exists: (request) => hasForm(detail.lookup, keyOf(request)),
    describe: ({ account }) => optionsMetadata(resource, 'detail', { mayWrite: account?.isPublic === false }),
    handlers: handlersOf(detail.methods, {
      PUT: changing(services, resource, 'PUT'),
      PATCH: changing(services, resource, 'PATCH'),
      DELETE: removing(services, resource),
      GET: async (call) => {
        const key = requireWord(call, resource)
        const { moment } = call
        const found = await reader.find(call.database, (scope) => valueIs(scope, field, key), moment)
        if (found.rows.length > 1) throw refusals.severalRows(resource.model.name, found.rows.length)
        const [row] = found.rows
        if (!row) throw refusals.notFound(resource.model.name)
        return sendJson(call, write(row, { found, moment, origin: call.origin, mediaPath: services.mediaPath }))
      },
    }),
  })
}

const keyOf = (request: FastifyRequest): string => (request.params as { key: string }).key

/** Says which parameters nobody read: a filter that is quietly dropped returns the whole lab and looks like an answer. */
function tellUnknown(
  { query, request, reply, account }: Call,
  known: readonly string[],
  { unknownFilters, unknownParameters }: Pick<CollectionServices, 'unknownFilters' | 'unknownParameters'>,
): void {
  const unknown = [...query.lists()]
    .map(([name]) => name)
    .filter((name) => name !== '' && !known.includes(name) && !TOLERATED.has(name))
  if (unknown.length === 0) return
  const sentence = (name: string) => {
    const [near] = nearest(name, known)
    return `No filter is called "${printable(name)}".${near ? ` Did you mean "${near}"?` : ''}`
  }
  const path = request.routeOptions.url ?? ''
  if (account)
    for (const name of unknown)
      unknownParameters.count({
        path,
        parameter: printable(name),
        nearest: nearest(name, known)[0] ?? '',
        user: account.id,
      })
  const strict = /(?:^|[,;\s])handling=strict\b/.test(String(request.headers.prefer ?? ''))
  if (strict || unknownFilters === 'reject') {
    throw new InvalidParameters(Object.fromEntries(unknown.map((name) => [name, [sentence(name)]])))
  }
  request.log.warn(
    { unknown_filters: unknown.map(printable), path, user: request.account?.username },
    'unknown filters',
  )
  reply.header('warning', unknown.map((name) => `299 - "${sentence(name).replaceAll('"', "'")}"`).join(', '))
}

const SHOWN_LENGTH = 60
const printable = (name: string): string => name.slice(0, SHOWN_LENGTH).replace(/[^\x20-\x7e]/g, '?')
