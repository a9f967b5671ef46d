import type { FastifyInstance } from 'fastify'

/** Addresses whose slash at the end was forgotten: told where to go, path only. */
const MISSING_SLASH = ['/admin', '/docs', '/cache/info', '/cache/info/:tag', '/auth/login', '/auth/logout'] as const

export function redirectRoutes(app: FastifyInstance): void {
  app.get('/', { config: { policy: 'open' }, exposeHeadRoute: true }, (_, reply) =>
    reply.type('text/html; charset=utf-8').redirect('/admin', 302),
  )
  for (const url of MISSING_SLASH) {
    app.all(url, { config: { policy: 'open' } }, (request, reply) => {
      const [path, ...query] = request.url.split('?')
      const target = `${path}/${query.length > 0 ? `?${query.join('?')}` : ''}`
      // Two slashes in front would name another host.
      return reply.type('text/html; charset=utf-8').redirect(target.replace(/^\/{2,}/, '/'), 301)
    })
  }
}
