import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseUuid } from '../django-dates.ts'
import { contractRoute, type Services } from '../gates.ts'

/** Pages that Alyx wrote by hand, by the tab of the animal's page that shows the same and more. */
const TABS = { 'water-history': 'water', 'weighing-plot': 'water', 'subject-history': 'timeline' } as const
/** Alyx's matrix of tasks, and the parameters of its addresses, which are filters of the page that took its place. */
const MATRIX = '/admin-tasks/status'
const DAY = /^\d{4}-\d{2}-\d{2}$/

const parameter = (request: FastifyRequest, name: string): string =>
  (request.params as Readonly<Record<string, string>>)[name] ?? ''
const keyIn = (request: FastifyRequest): string | undefined => {
  const read = parseUuid(parameter(request, 'subject'))
  return 'value' in read ? read.value : undefined
}

/**
 * Addresses of pages below `/admin-actions` and `/admin-tasks`, which stand in bookmarks, mails and notebooks, lead to the pages that took
 * their place. The picture of weights is a chart now: where it was embedded, the link has to be followed.
 */
export function oldPageRoutes(app: FastifyInstance, services: Services): void {
  const leading = (
    url: string,
    to: (request: FastifyRequest) => string,
    exists: (request: FastifyRequest) => boolean = () => true,
  ) =>
    contractRoute(app, services, {
      url,
      policy: 'contract',
      exists,
      describe: () => ({ name: 'Moved', description: 'Leads to the page that took the place of this one.' }),
      handlers: { GET: async ({ request, reply }) => reply.redirect(to(request), 302) },
    })

  for (const [page, tab] of Object.entries(TABS))
    leading(
      `/admin-actions/${page}/:subject`,
      (request) => `/admin/subjects/subject/${keyIn(request)}/change/?tab=${tab}`,
      (request) => keyIn(request) !== undefined,
    )
  for (const url of ['/admin-actions/training', '/admin-actions/training/', '/admin-actions/training/:date'])
    leading(url, (request) => {
      const date = parameter(request, 'date')
      return `/admin/training/${DAY.test(date) ? `?date=${date}` : ''}`
    })
  for (const url of [MATRIX, `${MATRIX}/`, `${MATRIX}/:graph`, `${MATRIX}/:graph/:lab`])
    leading(url, ({ params }) => {
      const query = new URLSearchParams(params as Readonly<Record<string, string>>).toString()
      return `/admin/tasks/${query && `?${query}`}`
    })
}
