import type { FastifyInstance } from 'fastify'
import { findStatic, staticLifetime } from '../../media/static-files.ts'
import { sendFile } from '../file-answer.ts'
import type { Services } from '../gates.ts'
import { Refusal } from '../refusal.ts'

/**
 * Files of the web application and whatever else never changes. With a proxy in front nobody asks here: it serves the
 * same folder with the same headers.
 */
export function staticFileRoutes(app: FastifyInstance, { staticRoots }: Services): void {
  app.get('/static/*', { config: { policy: 'open' }, exposeHeadRoute: true }, async (request, reply) => {
    const { '*': path } = request.params as { '*': string }
    const file = await findStatic(staticRoots, path)
    if (!file) throw new Refusal(404, { detail: 'There is no such file.' })
    reply.header('cache-control', staticLifetime(path))
    return sendFile(request, reply, file)
  })
  app.get('/favicon.ico', { config: { policy: 'open' }, exposeHeadRoute: true }, (_, reply) =>
    reply.redirect('/static/favicon.svg', 302),
  )
}
