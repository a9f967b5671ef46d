import type { FastifyRequest } from 'fastify'

const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/
/** Any of these says that somebody else is behind the connection, whether or not their words are believed. */
const PROXY_HEADERS = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via']

/** Whether a program on this very machine calls, and calls us directly: a proxy beside us speaks for others. */
export const isLocal = ({ socket, headers }: FastifyRequest): boolean =>
  LOOPBACK.test(socket.remoteAddress ?? '') && PROXY_HEADERS.every((name) => headers[name] === undefined)

/** Whether a proxy that we believe passed the request on. */
export const cameThroughProxy = ({ ips }: FastifyRequest): boolean => (ips?.length ?? 0) > 1
