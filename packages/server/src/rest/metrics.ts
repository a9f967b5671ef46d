import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const MILLISECONDS_PER_SECOND = 1000

/** A number that is looked up when somebody asks for it: one for each value of its label, or a single one. */
export interface Reading {
  readonly name: string
  readonly help: string
  /** Name of the label; absent for a single number. */
  readonly label?: string
  readonly values: ReadonlyMap<string, number>
}

/** Looks up all numbers. What cannot be read is left out: an old number would be a lie. */
export type Readings = () => Promise<readonly Reading[]>

/** What Prometheus asks for: requests as they were answered, the process, and readings of the moment. */
export function metricsOf(
  app: FastifyInstance,
  readings: Readings,
): { readonly contentType: string; text(): Promise<string> } {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  countRequests(app, registry)
  const gauges = new Map<string, Gauge>()
  return {
    contentType: registry.contentType,
    async text() {
      for (const gauge of gauges.values()) gauge.reset()
      for (const { name, help, label, values } of await readings()) {
        const labelNames = label === undefined ? [] : [label]
        const gauge = gauges.get(name) ?? new Gauge({ name, help, labelNames, registers: [registry] })
        gauges.set(name, gauge)
        for (const [key, value] of values) {
          if (label === undefined) gauge.set(value)
          else gauge.set({ [label]: key }, value)
        }
      }
      return registry.metrics()
    },
  }
}

function countRequests(app: FastifyInstance, registry: Registry): void {
  const requests = new Histogram({
    name: 'alyx_request_seconds',
    help: 'Time to answer requests.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [registry],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5],
  })
  const statements = new Counter({
    name: 'alyx_statements_total',
    help: 'Statements sent to the database.',
    labelNames: ['route'] as const,
    registers: [registry],
  })
  const inDatabase = new Counter({
    name: 'alyx_statement_seconds_total',
    help: 'Time that requests waited for the database.',
    labelNames: ['route'] as const,
    registers: [registry],
  })
  app.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    const route = request.routeOptions.url ?? 'none'
    const seconds = reply.elapsedTime / MILLISECONDS_PER_SECOND
    requests.observe({ method: request.method, route, status: reply.statusCode }, seconds)
    statements.inc({ route }, request.count.statements)
    inDatabase.inc({ route }, request.count.milliseconds / MILLISECONDS_PER_SECOND)
  })
}
