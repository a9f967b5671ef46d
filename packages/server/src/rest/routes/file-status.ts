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
      // As Alyx without Globus: a client keeps what a 5xx refuses, and asks again later.
      POST: async () => {
        throw new Refusal(500, { status_code: 500, detail: 'Globus is not configured on this server.' })
      },
    },
  })
}
