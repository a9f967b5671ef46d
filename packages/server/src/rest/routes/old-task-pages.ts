import type { FastifyInstance, FastifyRequest } from 'fastify'
import { contractRoute, type Services } from '../gates.ts'

const MATRIX = '/admin-tasks/status'

/** The matrix with the filters of an old address. */
function placeOf({ params }: FastifyRequest): string {
  const { graph, lab } = params as { readonly graph?: string; readonly lab?: string }
  const query = new URLSearchParams({ ...(graph && { graph }), ...(lab && { lab }) }).toString()
  return `/admin/tasks/${query && `?${query}`}`
}

/** Addresses of Alyx's matrix of tasks, which stand in bookmarks, lead to the page that took its place. */
export function oldTaskPageRoutes(app: FastifyInstance, services: Services): void {
  for (const url of [MATRIX, `${MATRIX}/`, `${MATRIX}/:graph`, `${MATRIX}/:graph/:lab`])
    contractRoute(app, services, {
      url,
      policy: 'contract',
      describe: () => ({ name: 'Moved', description: 'Leads to the page that took the place of this one.' }),
      handlers: { GET: async ({ request, reply }) => reply.redirect(placeOf(request), 302) },
    })
}
