import type { FastifyInstance } from 'fastify'
import type { Policy } from '../../auth/policy.ts'
import { sendFile } from '../file-answer.ts'
import { contractRoute, type Services } from '../gates.ts'
import { Refusal } from '../refusal.ts'
import { describedAs } from './described.ts'

/** As a proxy in front of the server keeps them; a stored file never changes under its name. */
const MEDIA_SECONDS = 30 * 24 * 60 * 60

/**
 * Pictures of notes, under two addresses. `/uploaded` is the contract's, for people who signed in. `/media` is the public
 * one, which a proxy in front of the server serves itself from the same folder: whoever knows the name of a file sees
 * it, and there is no list of names.
 */
export function uploadedRoutes(app: FastifyInstance, services: Services): void {
  const { mediaPath } = services
  fileRoute(app, services, '/uploaded/', 'contract', 'private, no-cache')
  fileRoute(app, services, '/media/', 'open', `public, max-age=${MEDIA_SECONDS}`)
  // The address that answers carry, where the laboratory chose its own.
  if (!['/uploaded/', '/media/'].includes(mediaPath))
    fileRoute(app, services, mediaPath, 'contract', 'private, no-cache')
}

function fileRoute(app: FastifyInstance, services: Services, path: string, policy: Policy, keep: string): void {
  const store = services.media
  contractRoute(app, services, {
    url: `${path}*`,
    policy,
    describe: describedAs('/uploaded/{img_url}'),
    offers: 'own',
    // A page of notes has many pictures, and none costs a question to the database.
    throttle: policy === 'open' ? 'none' : 'burst',
    handlers: {
      async GET({ request, reply }) {
        const { '*': name = '' } = request.params as { '*'?: string }
        const file = await store.find(name)
        if (!file) throw new Refusal(404, { detail: 'There is no such file.' })
        reply.header('cache-control', keep)
        return sendFile(request, reply, file)
      },
    },
  })
}
