import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLocal } from '../../auth/caller.ts'
import { judge } from '../../auth/policy.ts'
import { askForNothing } from '../../query/index.ts'
import type { Departure } from '../departure.ts'
import type { Services } from '../gates.ts'
import { metricsOf, type Readings } from '../metrics.ts'
import { refusals } from '../refusal.ts'

/** What is to be told of a server beside its answers. */
export interface Operation {
  readonly departure: Departure
  readonly readings: Readings
}

/** Health for whoever watches the server, and numbers for Prometheus. */
export function operationRoutes(app: FastifyInstance, services: Services, { departure, readings }: Operation): void {
  app.get('/health/live', { config: { policy: 'open' }, exposeHeadRoute: true }, () => ({ status: 'alive' }))
  app.get('/health/ready', { config: { policy: 'open' }, exposeHeadRoute: true }, async (_request, reply) => {
    if (departure.begun) return reply.code(503).send({ status: 'leaving' })
    await askForNothing(services.database)
    return { status: 'ready' }
  })
  const metrics = metricsOf(app, readings)
  app.get('/metrics', { config: { policy: 'operators' }, exposeHeadRoute: true }, async (request, reply) => {
    await operatorsOnly(services, request)
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}

async function operatorsOnly({ database, identify }: Services, request: FastifyRequest): Promise<void> {
  const local = isLocal(request)
  const account = local ? undefined : await identify(database, request)
  const verdict = judge('operators', request.method, account, local)
  if (verdict === 'sign in') throw refusals.notSignedIn()
  if (verdict === 'forbidden') throw refusals.forbidden()
}
