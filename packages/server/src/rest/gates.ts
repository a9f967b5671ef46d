import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isLocal } from '../auth/caller.ts'
import type { Identify } from '../auth/identify.ts'
import { judge, type Policy } from '../auth/policy.ts'
import type { Throttles } from '../auth/throttles.ts'
import type { TablesPlace } from '../cache-tables/index.ts'
import type { Database } from '../database/index.ts'
import type { UnknownParameters } from '../domains/labs/index.ts'
import type { MediaStore } from '../media/media-store.ts'
import type { Moment } from '../query/index.ts'
import { instantNow } from '../recording/index.ts'
import type { RecordingSettings } from '../records/index.ts'
import { negotiate, RENDERERS } from './accept.ts'
import type { Call, Rendered } from './call.ts'
import { parseQuery, type Query } from './page-links.ts'
import { htmlOfJson } from './pages/json-page.ts'
import { spacedJson } from './python-json.ts'
import { refusals } from './refusal.ts'

/** Where the tools beside the server are, for those that there are. */
export interface ServiceLinks {
  readonly flowerUrl: string | undefined
  readonly brokerManagementUrl: string | undefined
  readonly pgadminUrl: string | undefined
}

/** What every route of the contract needs. */
export interface Services {
  readonly database: Database
  readonly identify: Identify
  readonly throttles: Throttles
  readonly clock: () => Moment
  readonly unknownFilters: 'warn' | 'reject'
  /** Counts parameters that nobody reads. */
  readonly unknownParameters: UnknownParameters
  readonly mediaPath: string
  readonly media: MediaStore
  readonly mediaAccess: 'public' | 'signed-in'
  /** Internal path under which a proxy in front finds the media folder; undefined where it does not. */
  readonly accelPath: string | undefined
  /** Folders of files that never change, the first before the second. */
  readonly staticRoots: readonly string[]
  readonly services: ServiceLinks
  /** Pixels to which wider pictures of notes are reduced. */
  readonly imageWidth: number
  /** Where the cache tables of ONE lie. */
  readonly tables: TablesPlace
  /** What rules need to know of the installation. */
  readonly recording: RecordingSettings
}

/** Methods of an address with their handlers, in the order in which `Allow` lists them. */
export type Handlers = Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', (call: Call) => Promise<unknown>>>

export interface ContractRoute {
  readonly url: string
  readonly policy: Policy
  readonly handlers: Handlers
  /** Answer to OPTIONS. */
  readonly describe: (call: Call) => unknown
  /** Representations offered; `json` and `html` when absent. `own` leaves the choice to the handler. */
  readonly offers?: 'json and html' | 'json' | 'own'
  readonly throttle?: 'burst' | 'docs' | 'none'
  /** False when the address, though of this form, is no address at all: answered before anything else. */
  readonly exists?: (request: FastifyRequest) => boolean
}

const ALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** Header that lists what may be done at an address. */
const allowHeader = (handlers: Handlers): string =>
  [...Object.keys(handlers), ...('GET' in handlers ? ['HEAD'] : []), 'OPTIONS'].join(', ')

/** `http://host:port`, as the client called us: links in answers must begin as the client's own address does. */
export const originOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`

/**
 * Registers an address of the contract. A request passes the gates in the order that clients know: form of the answer,
 * identity, right, rate, and only then method.
 */
export function contractRoute(app: FastifyInstance, services: Services, route: ContractRoute): void {
  const allow = allowHeader(route.handlers)
  app.route({
    url: route.url,
    method: [...ALL_METHODS],
    config: { policy: route.policy },
    async handler(request, reply) {
      if (route.exists && !route.exists(request)) return reply.callNotFound()
      reply.header('allow', allow)
      const [path = '', ...rest] = request.url.split('?')
      const query = parseQuery(rest.join('?'))
      const rendered = rendering(request, query, route)
      request.rendered = rendered
      const call = await admitted(request, reply, { services, route, query, path, rendered })
      return dispatch(call, route)
    },
  })
}

const JSON_ONLY = RENDERERS.filter(({ format }) => format === 'json')

function rendering(request: FastifyRequest, query: Query, { offers = 'json and html' }: ContractRoute): Rendered {
  if (offers === 'own') return { as: 'json', indent: 0 }
  const negotiated = negotiate(request.headers.accept, query.get('format'), offers === 'json' ? JSON_ONLY : RENDERERS)
  if ('refused' in negotiated)
    throw negotiated.refused === 'not_acceptable' ? refusals.notAcceptable() : refusals.unknownFormat()
  return { as: negotiated.renderer.format === 'api' ? 'html' : 'json', indent: negotiated.indent }
}

async function admitted(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    services,
    route,
    query,
    path,
    rendered,
  }: { services: Services; route: ContractRoute; query: Query; path: string; rendered: Rendered },
): Promise<Call> {
  const database = services.database.counted(request.count)
  const account = await services.identify(database, request)
  request.account = account
  const verdict = judge(route.policy, request.method, account, isLocal(request))
  if (verdict === 'sign in') throw refusals.notSignedIn()
  if (verdict === 'forbidden') throw refusals.forbidden()
  const wait = services.throttles.wait(route.throttle ?? 'burst', account?.id, request.ip)
  if (wait !== undefined) throw refusals.throttled(wait)
  return {
    request,
    reply,
    database,
    account,
    query,
    path,
    rendered,
    origin: originOf(request),
    moment: services.clock(),
    now: instantNow(),
  }
}

async function dispatch(call: Call, route: ContractRoute): Promise<unknown> {
  const { method } = call.request
  if (method === 'OPTIONS') return sendJson(call, JSON.stringify(route.describe(call)))
  const handler = route.handlers[(method === 'HEAD' ? 'GET' : method) as keyof Handlers]
  if (!handler) throw refusals.method(method)
  return handler(call)
}

/** Sends JSON text in the form that the client asked for. */
export function sendJson({ reply, rendered }: Pick<Call, 'reply' | 'rendered'>, json: string): FastifyReply {
  return writeBody(reply, rendered, json)
}

/** Sends JSON text as JSON, indented JSON or a page. */
export function writeBody(reply: FastifyReply, rendered: Rendered, json: string): FastifyReply {
  reply.header('vary', 'Accept, Cookie')
  if (rendered.as === 'html')
    return reply.type('text/html; charset=utf-8').send(htmlOfJson(reply.request, reply.statusCode, json))
  return reply
    .header('content-type', 'application/json')
    .send(Buffer.from(rendered.indent === 0 ? json : spacedJson(json, rendered.indent)))
}
