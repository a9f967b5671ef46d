import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { BadCredentials } from '../auth/bad-credentials.ts'
import { DatabaseFull, DatabaseUnavailable, InvalidText, StatementTimeout } from '../database/index.ts'
import { FilterError } from '../query/index.ts'
import { type Faults, Refused } from '../records/index.ts'
import { TooManyFields } from '../rest/page-links.ts'
import { Refusal, STATUS_OF_KIND } from '../rest/refusal.ts'
import { StorageUnavailable } from '../storage/index.ts'

/** What is wrong, by field or parameter. */
export type FaultsByName = Readonly<Record<string, readonly string[]>>

/**
 * An answer of the native API that is not a success. Its body is
 * `{"error": {"code", "message", "fields"?, "details"?}, "status_code"}`: the code for programs, the message for people.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly fields: FaultsByName | undefined
  readonly details: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    more: { fields?: FaultsByName; details?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.fields = more.fields
    this.details = more.details
    this.headers = more.headers ?? {}
  }
}

/** Seconds after which a client may try again when the database is away. */
const RETRY_SECONDS = 5
const unavailable = (message: string) =>
  new Problem(503, 'unavailable', message, { headers: { 'retry-after': String(RETRY_SECONDS) } })

export const problems = {
  notSignedIn: () =>
    new Problem(403, 'not_signed_in', 'Sign in first: send a token ("Authorization: Token …") or a web session.'),
  forbidden: (message: string) => new Problem(403, 'forbidden', message),
  noSuchModel: (path: string) => new Problem(404, 'no_such_model', `There is nothing at ${path} that you may see.`),
  noSuchRow: (label: string, key: string) =>
    new Problem(404, 'no_such_row', `No ${label} has the key "${key.slice(0, SHOWN_LENGTH)}".`),
  method: (method: string, allowed: string) =>
    new Problem(405, 'method_not_allowed', `${method} is not possible here. Possible: ${allowed}.`),
  throttled(seconds: number) {
    const wait = Math.ceil(seconds)
    return new Problem(429, 'too_many_requests', `Too many requests. Try again in ${wait} seconds.`, {
      headers: { 'retry-after': String(wait) },
    })
  },
  /** Every parameter that was not understood, with what was expected. */
  invalidParameters: (fields: FaultsByName) =>
    new Problem(400, 'invalid_parameters', Object.values(fields).flat().join(' '), { fields }),
} as const

const SHOWN_LENGTH = 60

const withFaults = (faults: Faults | undefined): { fields?: FaultsByName } => (faults ? { fields: faults } : {})

/** The problem that an error amounts to; undefined for a mistake of ours. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof Refused)
    return new Problem(STATUS_OF_KIND[error.kind], error.kind, error.message, {
      ...withFaults(error.faults),
      details: error.details,
    })
  if (error instanceof Refusal)
    return new Problem(error.status, 'bad_request', error.message, { headers: error.headers })
  if (error instanceof FilterError) return problems.invalidParameters({ [error.parameter ?? '']: [error.message] })
  if (error instanceof BadCredentials) return new Problem(403, 'bad_credentials', error.message)
  if (error instanceof TooManyFields) return new Problem(400, 'too_many_parameters', error.message)
  if (error instanceof InvalidText) return new Problem(400, 'invalid_value', `A value cannot be read: ${error.message}`)
  if (error instanceof DatabaseFull) return unavailable('The disk of the database is full. Nothing was changed.')
  if (error instanceof DatabaseUnavailable)
    return unavailable('The database is not reachable at the moment. Nothing was changed; please try again.')
  if (error instanceof StorageUnavailable) return unavailable(`${error.message} Nothing was changed; please try again.`)
  if (error instanceof StatementTimeout)
    return unavailable('The question took too long to answer. Ask for less, or try again later.')
  return problemOfRequest(error)
}

/** Faults of the request that the HTTP layer finds before any route of ours: bodies too large, broken forms. */
function problemOfRequest(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined
  if (error.statusCode < 400 || error.statusCode >= 500) return undefined
  return new Problem(error.statusCode, 'bad_request', error.message)
}

function ourMistake(error: unknown, request: FastifyRequest): Problem {
  const mistake = randomUUID()
  request.log.error({ err: error, mistake }, 'a mistake of the server')
  return new Problem(500, 'server_error', `A mistake of the server, number ${mistake} in its log.`)
}

/** Writes whatever went wrong as the native API writes it; what is our mistake leaves only a number. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error) ?? ourMistake(error, request)
  if (problem.status === 503) request.log.error({ err: error }, 'something that the server needs is unavailable')
  const { code, message, fields, details } = problem
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/json')
    .send(
      JSON.stringify({
        error: { code, message, ...(fields && { fields }), ...(details !== undefined && { details }) },
        status_code: problem.status,
      }),
    )
}
