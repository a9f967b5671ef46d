import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { trustedProxies } from './auth/client-address.ts'
import { identifier } from './auth/identify.ts'
import { throttles } from './auth/throttles.ts'
import { webSessions } from './auth/web-sessions.ts'
import { tablesPlace } from './cache-tables/index.ts'
import { recordingSettings } from './config/recording-settings.ts'
import type { Settings } from './config.ts'
import type { Database } from './database/index.ts'
import { UnknownParameters } from './domains/labs/index.ts'
import { SHIPPED_STATIC } from './media/static-files.ts'
import { mediaStore } from './media/stores.ts'
import { Mounts } from './mounts/index.ts'
import { historyRoutes } from './native/history-routes.ts'
import { nativeRoutes } from './native/index.ts'
import { rowTotals } from './query/index.ts'
import { readingsOf } from './readings.ts'
import { leaveBodies } from './rest/body.ts'
import { Departure } from './rest/departure.ts'
import { answerError } from './rest/errors.ts'
import { guardFrontDoor } from './rest/front-door.ts'
import { closeForMaintenance } from './rest/maintenance.ts'
import { clockOf } from './rest/moment.ts'
import { notFoundPage } from './rest/pages/not-found-page.ts'
import { PAGE_POLICY } from './rest/pages/page.ts'
import type { CollectionServices } from './rest/routes/collections.ts'
import { contractRoutes } from './rest/routes/index.ts'
import { operationRoutes } from './rest/routes/operation.ts'

export { Departure } from './rest/departure.ts'

export interface AppOptions {
  readonly database: Database
  readonly settings: Settings
  readonly log: FastifyBaseLogger
  /** Of the process, when it means to end without losing a request. */
  readonly departure?: Departure
}

/** Longest word of an address, in characters: names are at most 255, percent-encoded up to nine times that. */
const LONGEST_PARAMETER = 4096
/** For a whole request with its body; the largest that is read, on a line of a megabit a second. */
const REQUEST_TIMEOUT_MS = 10 * 60 * 1000
/** Smaller answers cost more to compress than to send. */
const COMPRESS_FROM_BYTES = 1024

/** Headers of every answer: nothing of ours may be framed, guessed at, or told to other sites. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const

/** The whole application, ready to listen: routes with their policies, errors, logging. */
export async function buildApp({
  database,
  settings,
  log,
  departure = new Departure(),
}: AppOptions): Promise<FastifyInstance> {
  const proxies = trustedProxies(settings.trustProxy)
  const app = fastify({
    loggerInstance: log,
    // One line per answer, written below, says more than the two that Fastify writes.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: (address) => proxies.has(address),
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A name in an address is as long as the client makes it; it is compared, never kept.
    // Rigs whose address of the server ends in a slash ask for //sessions.
    rewriteUrl: ({ url = '/' }) => url.replace(/^\/{2,}/, '/'),
    routerOptions: { maxParamLength: LONGEST_PARAMETER, ignoreTrailingSlash: false },
    exposeHeadRoutes: false,
    // A request on a connection that is still open is answered, and its connection closed.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      // No hook runs for these: what hooks do for every other answer is done here.
      const { method, url, id } = request
      log.info({ reqId: id, method, path: url.split('?')[0], status: 404, fault: error.code }, 'answered')
      reply.headers(SECURITY_HEADERS).header('content-security-policy', PAGE_POLICY)
      answerNotFound(request as FastifyRequest, reply as FastifyReply)
    },
  })
  refuseRoutesWithoutPolicy(app)
  count(app, departure)
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler(answerNotFound)
  await app.register(compress, {
    threshold: COMPRESS_FROM_BYTES,
    encodings: ['br', 'gzip', 'identity'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
    zlibOptions: { level: 3 },
  })
  await app.register(cookie)
  await leaveBodies(app, settings)
  guardFrontDoor(app, settings)
  closeForMaintenance(app, settings.dataFolder)

  const sessions = webSessions(settings)
  const media = mediaStore(settings.mediaRoot, settings.bucketAccess)
  const services: CollectionServices = {
    database,
    identify: identifier(sessions),
    throttles: throttles(settings.throttle),
    clock: clockOf(settings.timeZone),
    unknownFilters: settings.unknownFilters,
    unknownParameters: unknownParameters(app, database),
    mediaPath: settings.mediaUrl,
    tables: tablesPlace(settings.tablesRoot, settings.bucketAccess),
    recording: recordingSettings(settings, (path) => media.remove(path)),
    media,
    mediaAccess: settings.mediaAccess,
    accelPath: settings.accelPath,
    staticRoots: [settings.staticRoot, ...SHIPPED_STATIC],
    services: settings,
    imageWidth: settings.uploadedImageWidth,
    totals: rowTotals(database, () =>
      log.warn('the counters of rows are missing: run `alyx migrate apply`; until then lists are counted'),
    ),
  }
  contractRoutes(app, services, sessions)
  const { timeZone, sessionRepoUrl: sessionAddress, backupRoot } = settings
  operationRoutes(app, services, { departure, readings: readingsOf(database, backupRoot) })
  const celery = { app: settings.celeryApp, configured: settings.brokerUrl !== undefined }
  const { reportAddress, narrativeTemplates } = settings
  const told = { timeZone, sessionAddress, reportAddress, narrativeTemplates }
  nativeRoutes(app, { ...services, ...told, sessions, backupRoot, celery, mounts: new Mounts(settings.mounts) })
  historyRoutes(app, services)
  return app
}

/** Counts parameters that nobody reads; what waits is written before the end. */
function unknownParameters(app: FastifyInstance, database: Database): UnknownParameters {
  const counted = new UnknownParameters(database, {
    failed: (error) => app.log.warn({ err: error }, 'could not count unknown parameters'),
  })
  app.addHook('onClose', () => counted.write())
  return counted
}

function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .type('text/html; charset=utf-8')
    .send(notFoundPage(request.url.split('?')[0]!))
}

/** Deny by default begins here: a route that does not say who may call it does not exist. */
function refuseRoutesWithoutPolicy(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, method, config }) => {
    if (!config?.policy) throw new Error(`the route ${String(method)} ${url} declares no policy`)
  })
}

const MICROSECONDS = 1000

/** Counts statements per request, tells the client, and writes one line of log for each answer. */
function count(app: FastifyInstance, departure: Departure): void {
  app.decorateRequest('count')
  app.decorateRequest('account', undefined)
  app.decorateRequest('rendered')
  app.addHook('onRequest', async (request, reply) => {
    request.count = { statements: 0, milliseconds: 0 }
    request.rendered = { as: 'json', indent: 0 }
    reply.headers(SECURITY_HEADERS)
  })
  app.addHook('onSend', async (request, reply) => {
    const { statements, milliseconds } = request.count
    if (departure.begun) reply.header('connection', 'close')
    reply.header('server-timing', `sql;dur=${milliseconds.toFixed(1)};desc="${statements}"`)
    if (String(reply.getHeader('content-type')).startsWith('text/html') && !reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', PAGE_POLICY)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { statements, milliseconds } = request.count
    request.log.info(
      {
        method: request.method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        user: request.account?.username,
        address: request.ip,
        ms: Math.round(reply.elapsedTime * MICROSECONDS) / MICROSECONDS,
        statements,
        sql_ms: Math.round(milliseconds * MICROSECONDS) / MICROSECONDS,
      },
      'answered',
    )
  })
}
