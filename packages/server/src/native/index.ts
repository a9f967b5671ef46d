/**
 * The native API under `/api/v1`: the same for every model, generic from the declarations, and beside it what single pages
 * of the web application need. Only `pages/` knows models by name.
 */
import type { FastifyInstance } from 'fastify'
import { Bell } from '../jobs/index.ts'
import { choices } from './choices.ts'
import { eventRoutes } from './events.ts'
import { exportCsv } from './export.ts'
import { type NativeServices, nativeRoute } from './gate.ts'
import { jobPages } from './jobs/index.ts'
import { list } from './list.ts'
import { me } from './me.ts'
import { description, models } from './metadata.ts'
import { served, urlOf } from './models.ts'
import { schema } from './openapi.ts'
import { handlersOf } from './page.ts'
import { pages as otherPages } from './pages/index.ts'
import { row } from './row.ts'
import { webSessionRoutes } from './web-session.ts'
import { bulk } from './writing/bulk.ts'
import { change, create, removal, remove } from './writing/one-row.ts'

export type { NativeServices } from './gate.ts'

/** Registers every route of the native API. */
export function nativeRoutes(app: FastifyInstance, services: NativeServices): void {
  eventRoutes(app, services)
  webSessionRoutes(app, services)
  const bell = new Bell(services.database)
  app.addHook('preClose', () => bell.close())
  const pages = [...otherPages, ...jobPages(bell)]
  nativeRoute(app, services, { url: '/me', handlers: { GET: me(services) } })
  nativeRoute(app, services, { url: '/schema', handlers: { GET: schema(pages) } })
  nativeRoute(app, services, { url: '/models', handlers: { GET: models } })
  for (const page of pages) {
    const { url, policy, unlimited } = page
    const handlers = handlersOf(page, services)
    nativeRoute(app, services, { url, handlers, ...(policy && { policy }), ...(unlimited && { unlimited }) })
  }
  for (const model of served) {
    const url = urlOf(model)
    nativeRoute(app, services, { url: `/models${url}`, handlers: { GET: description(model) } })
    nativeRoute(app, services, { url, handlers: { GET: list(model, services), POST: create(model, services) } })
    nativeRoute(app, services, { url: `${url}/bulk`, handlers: { POST: bulk(model, services) } })
    nativeRoute(app, services, { url: `${url}/choices`, handlers: { GET: choices(model) } })
    nativeRoute(app, services, { url: `${url}/export.csv`, handlers: { GET: exportCsv(model) } })
    nativeRoute(app, services, {
      url: `${url}/:key`,
      handlers: { GET: row(model), PATCH: change(model, services), DELETE: remove(model, services) },
    })
    nativeRoute(app, services, { url: `${url}/:key/removal`, handlers: { GET: removal(model, services) } })
  }
}
