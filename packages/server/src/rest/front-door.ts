import type { FastifyInstance, FastifyRequest } from 'fastify'
import { cameThroughProxy, isLocal } from '../auth/caller.ts'
import { Refusal } from './refusal.ts'

export interface FrontDoorSettings {
  readonly httpMode: 'private-http' | 'https'
  /** `https://alyx.example.org` */
  readonly publicUrl: string
  /** Lower-case names; `*` is any, `.example.org` everything there. */
  readonly allowedHosts: readonly string[]
}

const READING = new Set(['GET', 'HEAD'])
/** Whoever watches the server asks the process itself, past any proxy. */
const WATCHED = /^\/(?:health\/(?:live|ready)|metrics)(?:\?|$)/
const OWN_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Lets in what was sent to a name of this server and, where the laboratory wants everything encrypted, came encrypted.
 * Programs on this machine that ask without a proxy between need neither.
 */
export function guardFrontDoor(app: FastifyInstance, settings: FrontDoorSettings): void {
  const { httpMode, publicUrl, allowedHosts } = settings
  app.addHook('onRequest', async (request, reply) => {
    if (isLocal(request) && OWN_NAMES.has(nameOf(request.host))) return
    if (!isAllowed(nameOf(request.host), allowedHosts)) throw strangeName(request)
    if (httpMode !== 'https' || request.protocol === 'https' || WATCHED.test(request.url)) return
    // Whoever is led to where they come from would be led in circles.
    if (request.headers['x-forwarded-proto'] !== undefined && !cameThroughProxy(request)) throw strangeProxy(request)
    if (READING.has(request.method)) return reply.redirect(publicUrl + request.url, 301)
    throw unencrypted(publicUrl)
  })
}

/** `alyx.example.org` of `Alyx.example.org:8000`; an address of IPv6 keeps its brackets. */
const nameOf = (host: string): string => host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')

const isAllowed = (name: string, allowed: readonly string[]): boolean =>
  allowed.some(
    (one) =>
      one === '*' ||
      one === name ||
      `[${one}]` === name ||
      (one.startsWith('.') && (name.endsWith(one) || name === one.slice(1))),
  )

const SHOWN_LENGTH = 100

function strangeName(request: FastifyRequest): Refusal {
  const name = nameOf(request.host).slice(0, SHOWN_LENGTH)
  request.log.warn({ host: name }, 'asked under a name that is not among ALYX_ALLOWED_HOSTS')
  return new Refusal(400, {
    detail: `This server is not called "${name}". Whoever runs it adds names with ALYX_ALLOWED_HOSTS.`,
  })
}

function strangeProxy(request: FastifyRequest): Refusal {
  request.log.warn({ peer: request.socket.remoteAddress }, 'a proxy that is not among ALYX_TRUSTED_PROXIES')
  return new Refusal(400, {
    detail:
      'A proxy passed this request on, and this server does not believe it. ALYX_TRUSTED_PROXIES names those that it believes.',
  })
}

const unencrypted = (publicUrl: string): Refusal =>
  new Refusal(403, {
    detail: `This server is asked over an encrypted connection only: ${publicUrl}. Nothing was changed.`,
  })
