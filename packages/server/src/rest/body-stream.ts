import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from './refusal.ts'

/** What a body may cost before somebody loses patience. */
export interface Patience {
  /** Bytes of the whole body. */
  readonly bytes: number
  /** Longest silence between two pieces, in milliseconds. */
  readonly silenceMs: number
}

const SECOND_MS = 1000

/** What is still read of a body that nobody wants, so that a client which sends first and reads afterwards hears why. */
export const UNWANTED: Patience = { bytes: 64 * 1024 * 1024, silenceMs: 5 * SECOND_MS }
/** And for how long altogether. */
const UNWANTED_MS = 60 * SECOND_MS

export const tooLarge = (what: string, bytes: number): Refusal =>
  new Refusal(413, { detail: `${what} is larger than ${bytes} bytes.` })

/** Its connection ends with it: nobody knows where the next request would begin. */
const tooSlow = (silenceMs: number): Refusal =>
  new Refusal(
    408,
    { detail: `Nothing more of the body came for ${silenceMs / SECOND_MS} seconds. Nothing was changed.` },
    { connection: 'close' },
  )
const cutOff = (): Refusal => new Refusal(400, { detail: 'The body of the request ended too early.' })

/** Whether the headers announce a body, whatever the method: one address of the contract reads the body of a GET. */
export const announcesBody = ({ headers }: FastifyRequest): boolean =>
  Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined

/** @throws Refusal 413 for a body that says itself that it is too large: not a byte of it is read */
export function requireAnnounced({ headers }: FastifyRequest, bytes: number): void {
  if (Number(headers['content-length'] ?? 0) > bytes) throw tooLarge('The body of the request', bytes)
}

/**
 * The whole body, in memory. The stream is left intact when the body is refused, because the answer goes through the
 * same socket.
 *
 * @throws Refusal 413 when there is more than `bytes`, 408 when the client falls silent, 400 when it hangs up
 */
export function readBytes({ raw }: Pick<FastifyRequest, 'raw'>, { bytes, silenceMs }: Patience): Promise<Buffer> {
  if (raw.destroyed && !raw.readableEnded) return Promise.reject(cutOff())
  const chunks: Buffer[] = []
  let size = 0
  return listenedTo(raw, silenceMs, (chunk, stop) => {
    size += chunk.length
    if (size > bytes) stop(tooLarge('The body of the request', bytes))
    else chunks.push(chunk)
  }).then(() => Buffer.concat(chunks, size))
}

/**
 * Listens to a stream until it ends, breaks, falls silent or is stopped. Afterwards it is paused, not destroyed.
 * @param hear  called with each piece; `stop(error)` ends the listening
 */
function listenedTo(
  stream: IncomingMessage,
  silenceMs: number,
  hear: (chunk: Buffer, stop: (error: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      clearTimeout(timer)
      stream.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
      if (error === undefined) return resolve()
      stream.pause()
      reject(error)
    }
    const timer = setTimeout(() => settle(tooSlow(silenceMs)), silenceMs)
    const onData = (chunk: Buffer) => {
      timer.refresh()
      hear(chunk, settle)
    }
    const onEnd = () => settle()
    const onClose = () => settle(cutOff())
    stream.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
    // Whoever listened before may have paused it.
    stream.resume()
  })
}

/**
 * Fails when the body of a request falls silent while something else reads it.
 * @returns a promise that never fulfils, and what ends the watch
 */
export function watchForSilence({ raw }: FastifyRequest, silenceMs: number): { silence: Promise<never>; end(): void } {
  const { promise: silence, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(tooSlow(silenceMs)), silenceMs)
  const refresh = () => timer.refresh()
  // Once everything is here, whoever is slow is not the client.
  const stop = () => clearTimeout(timer)
  raw.on('data', refresh).on('end', stop)
  return {
    silence,
    end() {
      clearTimeout(timer)
      raw.off('data', refresh).off('end', stop)
    },
  }
}

/**
 * Reads and forgets what is left of the body before the answer is sent: a request is answered without its body when the
 * gates refuse it. Closing at once would make the client's next write fail, and it would never read why. Whoever sends
 * too much or too slowly loses the connection.
 */
export async function discardBody(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, silenceMs }: Patience,
): Promise<void> {
  const { raw } = request
  if (raw.readableEnded || raw.destroyed || !announcesBody(request) || reply.getHeader('connection') === 'close') return
  raw.unpipe()
  const patience = Date.now() + UNWANTED_MS
  let size = 0
  const done = listenedTo(raw, silenceMs, (chunk, stop) => {
    size += chunk.length
    if (size > bytes || Date.now() > patience) stop(new Error('enough'))
  })
  await done.catch(() => {
    // In braces: a reply that is returned is waited for, and would wait for itself.
    reply.header('connection', 'close')
  })
}
