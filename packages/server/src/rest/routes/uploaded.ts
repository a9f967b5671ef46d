import type { FastifyInstance, FastifyReply } from 'fastify'
import { cameThroughProxy } from '../../auth/caller.ts'
import type { Policy } from '../../auth/policy.ts'
import type { MediaFile } from '../../media/media-store.ts'
import { MONTH_SECONDS } from '../../media/static-files.ts'
import { sendFile } from '../file-answer.ts'
import { contractRoute, type Services } from '../gates.ts'
import { Refusal } from '../refusal.ts'
import { describedAs } from './described.ts'

/**
 * Pictures of notes, under two addresses. `/uploaded` is the contract's, for people who signed in. `/media` is the public
 * one unless the laboratory decides otherwise, which a proxy in front of the server serves itself from the same folder: whoever knows the name of a file sees
 * it, and there is no list of names.
 */
export function uploadedRoutes(app: FastifyInstance, services: Services): void {
  const { mediaPath, mediaAccess } = services
  fileRoute(app, services, '/uploaded/', 'contract', 'private, no-cache')
  // As a proxy in front of the server keeps them; a stored file never changes under its name.
  if (mediaAccess === 'public') fileRoute(app, services, '/media/', 'open', `public, max-age=${MONTH_SECONDS}`)
  else fileRoute(app, services, '/media/', 'contract', 'private, no-cache')
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
        // Whether there is such a file was asked: nginx would answer with a page of its own.
        if (services.accelPath !== undefined && cameThroughProxy(request))
          return handOver(reply, file, services.accelPath + name.split('/').map(encodeURIComponent).join('/'))
        return sendFile(request, reply, file)
      },
    },
  })
}

/** Lets the proxy send the file, with parts and conditions as it knows them; what it may be shown as is said here. */
const handOver = (reply: FastifyReply, file: MediaFile, path: string): FastifyReply =>
  reply
    .type(file.type)
    .headers({ 'x-accel-redirect': path, ...(!file.inline && { 'content-disposition': 'attachment' }) })
    .send()
