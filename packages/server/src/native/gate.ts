import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isLocal } from '../auth/caller.ts'
import { judge, type Policy } from '../auth/policy.ts'
import type { WebSessions } from '../auth/web-sessions.ts'
import type { Database } from '../database/index.ts'
import type { Account } from '../domains/labs/index.ts'
import type { Mounts } from '../mounts/index.ts'
import type { Moment, Totals } from '../query/index.ts'
import { originOf, type Services } from '../rest/gates.ts'
import { parseQuery, type Query } from '../rest/page-links.ts'
import { answerProblem, problems } from './problem.ts'

/** What every route of the native API needs. */
export interface NativeServices extends Services {
  readonly totals: Totals
  /** Name of the server's zone, in which days begin. */
  readonly timeZone: string
  /** Where the data of a session can be seen, with `{lab}`, `{subject}`, `{date}` and `{number:03d}` in it. */
  readonly sessionAddress: string
  /** Where people report what does not work; undefined when nowhere. */
  readonly reportAddress: string | undefined
  /** Texts to begin a narrative with, by the name of a procedure. */
  readonly narrativeTemplates: Readonly<Record<string, string>>
  readonly sessions: WebSessions
  /** Name of the application of Celery, and whether there is a broker to its workers. */
  readonly celery: { readonly app: string; readonly configured: boolean }
  /** Shares of the laboratory, where workers leave logs. */
  readonly mounts: Mounts
  /** Folder of the backups. */
  readonly backupRoot: string
}

/** What a handler knows about a request that passed the gate. */
export interface NativeCall {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** The database, counting for this request. */
  readonly database: Database
  readonly account: Account
  readonly query: Query
  /** Path of the request without its query. */
  readonly path: string
  /** Where pictures in answers are fetched: addresses begin as the client's own does. */
  readonly origin: string
  readonly mediaPath: string
  readonly moment: Moment
}

export type NativeHandler = (call: NativeCall) => Promise<FastifyReply>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type NativeHandlers = Partial<Record<Method, NativeHandler>>

export interface NativeRoute {
  readonly url: string
  readonly handlers: NativeHandlers
  /** Who may call; people who signed in, public accounts only to read, when absent. */
  readonly policy?: Exclude<Policy, 'open'>
  /** Programs that work for the server call as often as the work demands: no limit counts their requests. */
  readonly unlimited?: true
}

/** Where all of the native API lies. */
export const BASE = '/api/v1'

const ALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * Registers an address of the native API. A request shows who sends it, that they may, and that not too many came
 * before; then the handler of its method answers. What goes wrong is answered in the native form.
 */
export function nativeRoute(app: FastifyInstance, services: Services, route: NativeRoute): void {
  const { handlers, policy = 'contract', unlimited = false } = route
  const allowed = [...Object.keys(handlers), ...('GET' in handlers ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  app.route({
    url: `${BASE}${route.url}`,
    method: [...ALL_METHODS],
    config: { policy },
    errorHandler: answerProblem,
    async handler(request, reply) {
      reply.header('allow', allowed).header('vary', 'Accept, Cookie, Authorization')
      const call = await admitted(request, reply, services, { policy, unlimited })
      const { method } = request
      if (method === 'OPTIONS') return reply.code(204).send()
      const handler = handlers[(method === 'HEAD' ? 'GET' : method) as Method]
      if (!handler) throw problems.method(method, allowed)
      return handler(call)
    },
  })
}

const refusalOf = (policy: Policy): string =>
  policy === 'superusers' || policy === 'operators'
    ? 'This is for superusers.'
    : policy === 'staff'
      ? 'This is for staff of the laboratory.'
      : policy === 'members'
        ? 'This is for people of the laboratory; a public account may not see or do it.'
        : 'Your account is a public one: it may look here and nothing else.'

async function admitted(
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
  { policy, unlimited }: { policy: Policy; unlimited: boolean },
): Promise<NativeCall> {
  const database = services.database.counted(request.count)
  const account = await services.identify(database, request)
  request.account = account
  const verdict = judge(policy, request.method, account, isLocal(request))
  if (!account || verdict === 'sign in') throw problems.notSignedIn()
  if (verdict === 'forbidden') throw problems.forbidden(refusalOf(policy))
  const wait = unlimited ? undefined : services.throttles.wait('burst', account.id, request.ip)
  if (wait !== undefined) throw problems.throttled(wait)
  const [path = '', ...rest] = request.url.split('?')
  return {
    request,
    reply,
    database,
    account,
    query: parseQuery(rest.join('?')),
    path,
    origin: originOf(request),
    mediaPath: services.mediaPath,
    moment: services.clock(),
  }
}

/** Sends JSON text. */
export const sendJson = (reply: FastifyReply, json: string): FastifyReply =>
  reply.header('content-type', 'application/json').send(Buffer.from(json))
