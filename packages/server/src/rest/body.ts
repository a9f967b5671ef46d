import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseMediaType } from './accept.ts'
import { announcesBody, discardBody, type Patience, readBytes, requireAnnounced, UNWANTED } from './body-stream.ts'
import { type Form, readMultipart, type UploadedFile } from './multipart.ts'
import { parseQuery } from './page-links.ts'
import { decodeJsonBody, type JsonValue, PythonJsonError, parsePythonJson, pythonTypeName } from './python-json-body.ts'
import { Refusal, refusals } from './refusal.ts'

export type { UploadedFile } from './multipart.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What is read of a request unless its handler says otherwise. */
    bodyLimits: BodyLimits
  }
}

/** What a request brings along. A form says less than JSON: what is absent from it may be a box that was not ticked. */
export type Body = { readonly kind: 'json'; readonly value: JsonValue } | ({ readonly kind: 'form' } & Form)

/** Values of a body by name: what JSON says, or for a form the last text given under each name. */
export type BodyFields = ReadonlyMap<string, JsonValue>

const MULTIPART = 'multipart/form-data'
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

const KIB = 1024
const MIB = KIB * KIB
const SECOND_MS = 1000

/** What is read of one request before it is refused. */
export interface BodyLimits {
  /** Bytes of the body of a member, files included. */
  readonly member: number
  /** Bytes of the body of somebody who did not sign in. */
  readonly anonymous: number
  /** Parts of a form, files included. */
  readonly parts: number
  /** Bytes of the part of a form that is no file. */
  readonly field: number
  /** Bytes of a file. */
  readonly file: number
  /** Longest silence between two pieces, in milliseconds. */
  readonly silenceMs: number
}

/** Bytes of a request besides the file that it brings: the other fields, and what is between the parts. */
const BESIDE_FILE = 14 * MIB

/** Bytes of a whole request of a member. A proxy in front of the server should let as much through. */
export const requestBytes = (maxUploadMb: number): number => maxUploadMb * MIB + BESIDE_FILE

/** @param maxUploadMb  MiB of a file */
const bodyLimits = (maxUploadMb: number): BodyLimits => ({
  // Channels of a night or the log of a task are some megabytes. A body is in memory as bytes, as text and as values at
  // the same time, so the limit cannot be generous as well.
  member: requestBytes(maxUploadMb),
  // A name and a password.
  anonymous: 64 * KIB,
  // These two as Django has them.
  parts: 10_000,
  field: 2.5 * MIB,
  file: maxUploadMb * MIB,
  // A rig on a bad line pauses for seconds; a client that says nothing for longer is gone, or holds our sockets.
  silenceMs: 30 * SECOND_MS,
})

const NO_FILES: ReadonlyMap<string, UploadedFile> = new Map()

/**
 * Makes an application leave bodies where they are, until a handler reads them: nothing of a body is kept for somebody
 * who may not send it.
 *
 * @param maxUploadMb  MiB that an uploaded file may have
 * @param unwanted  how much of a body that no handler read is still waited for before the answer
 */
export async function leaveBodies(
  app: FastifyInstance,
  { maxUploadMb, unwanted = UNWANTED }: { readonly maxUploadMb: number; readonly unwanted?: Patience },
): Promise<void> {
  app.decorate('bodyLimits', bodyLimits(maxUploadMb))
  await app.register(multipart)
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.addHook('onSend', async (request, reply) => discardBody(request, reply, unwanted))
}

/**
 * Reads the body of a request that passed the gates: how much is read depends on who sends it. To be called once.
 *
 * @returns an empty body has no values, in a form or, whatever its type, in JSON
 * @throws Refusal 415 for another type, 400 for JSON or a form that is none, 413 for too much, 408 for a silent client
 */
export async function readBody(request: FastifyRequest, limits: BodyLimits = request.server.bodyLimits): Promise<Body> {
  const { type } = parseMediaType(request.headers['content-type'] ?? '')
  const whole = { bytes: request.account ? limits.member : limits.anonymous, silenceMs: limits.silenceMs }
  requireAnnounced(request, whole.bytes)
  if (!announcesBody(request)) return emptyBody(type)
  if (type === MULTIPART) return { kind: 'form', ...(await readMultipart(request, { whole, ...limits })) }
  const bytes = await readBytes(request, whole)
  if (bytes.length === 0) return emptyBody(type)
  if (type === FORM) return { kind: 'form', fields: new Map(parseQuery(bytes).lists()), files: NO_FILES }
  if (type !== JSON_TYPE) throw refusals.mediaType(request.headers['content-type'] ?? '')
  return { kind: 'json', value: parsed(bytes) }
}

/**
 * Reads the body of a request as named values, each name once; files are left out.
 * @throws Refusal as `readBody` does, and 400 for JSON that is no object
 */
export async function readFields(request: FastifyRequest): Promise<BodyFields> {
  const body = await readBody(request)
  if (body.kind === 'json') return objectOf(body.value)
  return new Map([...body.fields].map(([name, values]) => [name, values.at(-1) ?? '']))
}

const emptyBody = (type: string): Body =>
  type === FORM || type === MULTIPART
    ? { kind: 'form', fields: new Map(), files: NO_FILES }
    : { kind: 'json', value: new Map() }

function parsed(bytes: Uint8Array): JsonValue {
  try {
    return parsePythonJson(decodeJsonBody(bytes))
  } catch (error) {
    if (error instanceof PythonJsonError) throw refusals.invalid(`JSON parse error - ${error.message}`)
    throw error
  }
}

/**
 * The named values of a JSON body.
 * @throws Refusal 400 when it is something else
 */
export function objectOf(value: JsonValue): BodyFields {
  if (value instanceof Map) return value
  if (value === null) throw new Refusal(400, { non_field_errors: ['No data provided'] })
  throw new Refusal(400, {
    non_field_errors: [`Invalid data. Expected a dictionary, but got ${pythonTypeName(value)}.`],
  })
}
