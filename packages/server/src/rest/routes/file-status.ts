import type { FastifyInstance } from 'fastify'
import { pathsToSynchronise } from '../../domains/data/index.ts'
import { statementOf } from '../../query/index.ts'
import { contractRoute, type Services, sendJson } from '../gates.ts'
import { Refusal } from '../refusal.ts'
import { describedAs } from './described.ts'

/** Files whose copies a synchronisation would look at. */
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
      // Alyx without Globus fails with a 500. This is none of our mistakes, and a client that tries a 5xx again later
      // treats both alike.
      POST: async () => {
        throw new Refusal(501, { status_code: 501, detail: 'Globus is not configured on this server.' })
      },
    },
  })
}
