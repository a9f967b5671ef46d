import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { isLocal } from '../../auth/caller.ts'
import { judge } from '../../auth/policy.ts'
import { askForNothing } from '../../query/index.ts'
import type { Departure } from '../departure.ts'
import type { Services } from '../gates.ts'
import { refusals } from '../refusal.ts'

const MILLISECONDS_PER_SECOND = 1000

/** Health for whoever watches the server, and numbers for Prometheus. */
export function operationRoutes(app: FastifyInstance, services: Services, departure: Departure): void {
  app.get('/health/live', { config: { policy: 'open' }, exposeHeadRoute: true }, () => ({ status: 'alive' }))
  app.get('/health/ready', { config: { policy: 'open' }, exposeHeadRoute: true }, async (_request, reply) => {
    if (departure.begun) return reply.code(503).send({ status: 'leaving' })
    await askForNothing(services.database)
    return { status: 'ready' }
  })
  const metrics = measured(app)
  app.get('/metrics', { config: { policy: 'operators' }, exposeHeadRoute: true }, async (request, reply) => {
    await operatorsOnly(services, request)
    return reply.type(metrics.contentType).send(await metrics.metrics())
  })
}

async function operatorsOnly({ database, identify }: Services, request: FastifyRequest): Promise<void> {
  const local = isLocal(request)
  const account = local ? undefined : await identify(database, request)
  const verdict = judge('operators', request.method, account, local)
  if (verdict === 'sign in') throw refusals.notSignedIn()
  if (verdict === 'forbidden') throw refusals.forbidden()
}

function measured(app: FastifyInstance): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Histogram({
    name: 'alyx_request_seconds',
    help: 'Time to answer requests.',
    labelNames,
    registers: [registry],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5],
  })
  const statements = new Counter({
    name: 'alyx_statements_total',
    help: 'Statements sent to the database.',
    labelNames: ['route'] as const,
    registers: [registry],
  })
  app.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    const route = request.routeOptions.url ?? 'none'
    requests.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / MILLISECONDS_PER_SECOND,
    )
    statements.inc({ route }, request.count.statements)
  })
  return registry
}
