import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { BadCredentials } from '../auth/bad-credentials.ts'
import { DatabaseFull, DatabaseUnavailable, InvalidText, StatementTimeout } from '../database/index.ts'
import { FilterError } from '../query/index.ts'
import { Refused } from '../records/index.ts'
import { StorageUnavailable } from '../storage/index.ts'
import { InvalidParameters } from './filters/index.ts'
import { writeBody } from './gates.ts'
import { TooManyFields } from './page-links.ts'
import { Refusal, refusals, STATUS_OF_KIND } from './refusal.ts'

/** Seconds after which a client may try again when the database is away. */
const RETRY_SECONDS = 5

const unavailable = (detail: string) => new Refusal(503, { detail }, { 'retry-after': String(RETRY_SECONDS) })

/** The refusal that an error amounts to; undefined for a mistake of ours. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof Refused) return refusalOfRule(error)
  if (error instanceof InvalidParameters) return new Refusal(400, error.parameters)
  if (error instanceof FilterError)
    return error.parameter ? new Refusal(400, { [error.parameter]: [error.message] }) : refusals.invalid(error.message)
  if (error instanceof BadCredentials) return refusals.badCredentials(error.message)
  if (error instanceof TooManyFields) return refusals.invalid(error.message)
  if (error instanceof InvalidText) return refusals.invalid(`A value cannot be read: ${error.message}`)
  if (error instanceof DatabaseFull) return unavailable('The disk of the database is full. Nothing was changed.')
  if (error instanceof DatabaseUnavailable)
    return unavailable('The database is not reachable at the moment. Nothing was changed; please try again.')
  if (error instanceof StorageUnavailable) return unavailable(`${error.message} Nothing was changed; please try again.`)
  if (error instanceof StatementTimeout)
    return unavailable('The question took too long to answer. Ask for less, or try again later.')
  return requestRefusal(error)
}

/** What a rule of the laboratory refuses, in the contract's two shapes: by field, or in a sentence. */
function refusalOfRule({ kind, message, faults, details }: Refused): Refusal {
  const status = STATUS_OF_KIND[kind]
  if (faults)
    return new Refusal(
      status,
      Object.fromEntries(Object.entries(faults).map(([name, said]) => [name === '' ? 'non_field_errors' : name, said])),
    )
  return new Refusal(status, { status_code: status, detail: message, ...(details !== undefined && { details }) })
}

/** Faults of the request that the HTTP layer finds before any route: bodies too large, broken addresses. */
function requestRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined
  if (error.statusCode < 400 || error.statusCode >= 500) return undefined
  return new Refusal(error.statusCode, { detail: error.message })
}

/** Writes whatever went wrong as the contract writes it; what is our mistake goes to the log and leaves only a number. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error) ?? ourMistake(error, request)
  if (refusal.status === 503) request.log.error({ err: error }, 'something that the server needs is unavailable')
  reply.code(refusal.status).headers(refusal.headers)
  const body = Array.isArray(refusal.body) ? refusal.body : { ...refusal.body, status_code: refusal.status }
  return writeBody(reply, request.rendered, JSON.stringify(body))
}

function ourMistake(error: unknown, request: FastifyRequest): Refusal {
  const mistake = randomUUID()
  request.log.error({ err: error, mistake }, 'a mistake of the server')
  return new Refusal(500, { detail: `A mistake of the server; whoever runs it finds it in the log under ${mistake}.` })
}
