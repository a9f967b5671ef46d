import type { FastifyInstance } from 'fastify'
import { pathsToSynchronise } from '../../domains/data/index.ts'
import { statementOf } from '../../query/index.ts'
import { contractRoute, type Services, sendJson } from '../gates.ts'
import { refusals } from '../refusal.ts'
import { describedAs } from './described.ts'

/** Files whose copies a synchronisation would look at, and the routes that record files. */
export function fileStatusRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/sync-file-status',
    policy: 'members',
    describe: describedAs('/sync-file-status'),
    handlers: {
      async GET(call) {
        const rows = await call.database.rows(statementOf(pathsToSynchronise))
        return sendJson(call, JSON.stringify(rows.map(([path]) => path)))
      },
      POST: async ({ request, path }) => Promise.reject(refusals.notYet(request.method, path)),
    },
  })
  for (const url of ['/register-file', '/new-download']) {
    contractRoute(app, services, {
      url,
      policy: 'members',
      describe: describedAs(url),
      handlers: { POST: async ({ request, path }) => Promise.reject(refusals.notYet(request.method, path)) },
    })
  }
}
