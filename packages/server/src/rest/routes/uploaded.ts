import type { FastifyInstance } from 'fastify'
import { findMediaFile } from '../../media/media-files.ts'
import { contractRoute, type Services } from '../gates.ts'
import { Refusal } from '../refusal.ts'
import { describedAs } from './described.ts'

/** Pictures of notes. Where nginx stands in front it serves the same folder itself. */
export function uploadedRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/uploaded/*',
    policy: 'contract',
    describe: describedAs('/uploaded/{img_url}'),
    offers: 'own',
    handlers: {
      async GET({ request, reply }) {
        const { '*': path = '' } = request.params as { '*'?: string }
        const file = await findMediaFile(services.mediaRoot, path)
        if (!file) throw new Refusal(404, { detail: 'There is no such file.' })
        reply.type(file.type).header('content-length', file.bytes)
        if (!file.inline) reply.header('content-disposition', 'attachment')
        return reply.send(file.open())
      },
    },
  })
}
