/**
 * Addresses that answer what one page of the web application needs, declared as data: what may be asked, what is done,
 * how it is described. Beside the addresses of the models, which are the same for all of them.
 */
import type { FastifyReply } from 'fastify'
import { instantNow } from '../recording/index.ts'
import type { Recorder } from '../records/index.ts'
import { readBody } from '../rest/body.ts'
import type { Form } from '../rest/multipart.ts'
import type { JsonValue } from '../rest/python-json-body.ts'
import { carriedOut } from '../rest/writing/write-call.ts'
import {
  type NativeCall,
  type NativeHandler,
  type NativeHandlers,
  type NativeRoute,
  type NativeServices,
  sendJson,
} from './gate.ts'
import {
  type FaultsByPlace,
  type Fields,
  type JsonSchema,
  noFaults,
  objectSchema,
  optional,
  readFields,
  truth,
  type Values,
} from './kinds.ts'
import { Problem, problems } from './problem.ts'
import { jsonBody } from './writing/one-row.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a request asks of an operation. */
export interface Asked<P extends Fields, Q extends Fields, B extends Fields> {
  readonly call: NativeCall
  readonly services: NativeServices
  readonly path: Values<P>
  readonly query: Values<Q>
  readonly body: Values<B>
}

interface Described {
  /** One line. */
  readonly summary: string
  /** What else a programmer should know. */
  readonly description?: string
  /** What the answer is. */
  readonly answer: string
}

interface Parameters<P extends Fields, Q extends Fields> extends Described {
  readonly path?: P
  readonly query?: Q
}

/** One method of an address. */
export interface Operation extends Described {
  readonly path: Fields
  readonly query: Fields
  readonly body: Fields | undefined
  /** Files that may come with the body, which is a form then: what each is, by its name. */
  readonly files?: Readonly<Record<string, string>>
  /** Of a success; 200 when absent. */
  readonly status?: number
  /** Media type of the answer; JSON when absent. */
  readonly mediaType?: string
  readonly handler: (services: NativeServices) => NativeHandler
}

export interface Page {
  /** Below `/api/v1`, with `:name` for words that vary. */
  readonly url: string
  readonly tag: string
  readonly policy?: NativeRoute['policy']
  readonly unlimited?: true
  readonly operations: Partial<Record<Method, Operation>>
}

const NOTHING = {}

/** The words of the address and the query, understood. @throws Problem with all that is wrong */
function addressed<P extends Fields, Q extends Fields>(call: NativeCall, pathFields: P, queryFields: Q) {
  const lost = noFaults()
  const words = new Map(Object.entries(call.request.params as Record<string, string>))
  const path = readFields(pathFields, words, lost)
  if (Object.keys(lost).length > 0) throw new Problem(404, 'missing', `There is nothing at ${call.path}.`)
  const faults = noFaults()
  const given = [...call.query.lists()].map(([name, values]): [string, JsonValue] => {
    const text = values.at(-1)!
    return [name, Object.hasOwn(queryFields, name) ? queryFields[name]!.fromText(text) : text]
  })
  const query = readFields(queryFields, new Map(given), faults)
  if (Object.keys(faults).length > 0) throw problems.invalidParameters(faults)
  return { path, query }
}

/** @throws Problem 400 with all that is wrong */
function embodied<B extends Fields>(sent: JsonValue, fields: B): Values<B> {
  if (!(sent instanceof Map)) throw refusedBody({ '': ['Expected an object.'] })
  const faults = noFaults()
  const body = readFields(fields, sent, faults)
  if (Object.keys(faults).length > 0) throw refusedBody(faults)
  return body
}

const MOST_FAULTS = 100

function refusedBody(faults: FaultsByPlace): Problem {
  const fields = Object.fromEntries(Object.entries(faults).slice(0, MOST_FAULTS))
  const sentences = Object.entries(fields).map(([at, said]) =>
    at === '' ? said.join(' ') : `${at}: ${said.join(' ')}`,
  )
  return new Problem(400, 'invalid', sentences.slice(0, 5).join(' '), { fields })
}

const answerWith = ({ reply }: NativeCall, status: number, value: unknown) =>
  value === undefined
    ? reply.code(204).send()
    : sendJson(reply.code(status).header('cache-control', 'private, no-cache'), JSON.stringify(value, plainNumbers))

/** Whole numbers beyond 2^53 keep their digits. */
const plainNumbers = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value

/** An operation that reads. */
export function reading<P extends Fields = typeof NOTHING, Q extends Fields = typeof NOTHING>(
  given: Parameters<P, Q> & { readonly run: (asked: Asked<P, Q, typeof NOTHING>) => Promise<unknown> },
): Operation {
  const { path = NOTHING as P, query = NOTHING as Q, run } = given
  return {
    ...given,
    path,
    query,
    body: undefined,
    handler: (services) => async (call) =>
      answerWith(call, 200, await run({ call, services, ...addressed(call, path, query), body: NOTHING })),
  }
}

/** An operation that reads and answers something else than JSON: it sends its answer itself. */
export function sending<P extends Fields = typeof NOTHING, Q extends Fields = typeof NOTHING>(
  given: Parameters<P, Q> & {
    readonly mediaType: string
    readonly send: (asked: Asked<P, Q, typeof NOTHING>) => Promise<FastifyReply>
  },
): Operation {
  const { path = NOTHING as P, query = NOTHING as Q, send } = given
  return {
    ...given,
    path,
    query,
    body: undefined,
    handler: (services) => (call) => send({ call, services, ...addressed(call, path, query), body: NOTHING }),
  }
}

/** An operation without a body: the address says all. It answers nothing (204). */
export function removing<P extends Fields = typeof NOTHING>(
  given: Parameters<P, typeof NOTHING> & {
    readonly run: (asked: Asked<P, typeof NOTHING, typeof NOTHING>) => Promise<void>
  },
): Operation {
  const { path = NOTHING as P, run } = given
  return {
    ...given,
    status: 204,
    path,
    query: NOTHING,
    body: undefined,
    handler: (services) => async (call) => {
      await run({ call, services, ...addressed(call, path, NOTHING), body: NOTHING })
      return answerWith(call, 204, undefined)
    },
  }
}

/** An operation with a body that sees to its writing itself. */
export function acting<P extends Fields = typeof NOTHING, B extends Fields = typeof NOTHING>(
  given: Parameters<P, typeof NOTHING> & {
    readonly body: B
    readonly status?: number
    readonly run: (asked: Asked<P, typeof NOTHING, B>) => Promise<unknown>
  },
): Operation {
  const { path = NOTHING as P, body, run, status = 200 } = given
  return {
    ...given,
    path,
    query: NOTHING,
    body,
    handler: (services) => async (call) => {
      const address = addressed(call, path, NOTHING)
      return answerWith(
        call,
        status,
        await run({ call, services, ...address, body: embodied(await jsonBody(call), body) }),
      )
    },
  }
}

/** Ends a transaction whose answer is wanted and whose changes are not. */
class NotKept extends Error {
  readonly answer: object

  constructor(answer: object) {
    super('not kept')
    this.answer = answer
  }
}

const DRY_RUN = optional(truth('Say what would happen, and change nothing.'))

/**
 * An operation that records: one transaction with the rules of all domains, kept as a whole or not at all. Every such
 * operation takes `dry_run`, and its answer says whether something was `written`.
 */
export function recording<P extends Fields = typeof NOTHING, B extends Fields = typeof NOTHING>(
  given: Parameters<P, typeof NOTHING> & {
    readonly body: B
    readonly status?: number
    readonly run: (
      asked: Asked<P, typeof NOTHING, B> & {
        readonly recorder: Recorder
        /** Nothing of what is written will be kept: what costs much to write need not be. */
        readonly dryRun: boolean
      },
    ) => Promise<object>
  },
): Operation {
  const { path = NOTHING as P, status = 200, run } = given
  const body: Fields = { ...given.body, dry_run: DRY_RUN }
  return {
    ...given,
    path,
    query: NOTHING,
    body,
    handler: (services) => async (call) => {
      const address = addressed(call, path, NOTHING)
      const sent = await jsonBody(call)
      const { dry_run: dryRun = false, ...wanted } = embodied(sent, body) as { dry_run?: boolean }
      try {
        const answer = await carriedOut(
          { ...call, now: instantNow() },
          services,
          async (recorder) => {
            const made = await run({ call, services, ...address, body: wanted as Values<B>, recorder, dryRun })
            if (dryRun) throw new NotKept(made)
            return { status, json: JSON.stringify({ written: true, ...made }, plainNumbers) }
          },
          { source: 'native', body: { kind: 'json', value: sent } },
        )
        return sendJson(call.reply.code(answer.status).headers(answer.headers ?? {}), answer.json!)
      } catch (error) {
        if (!(error instanceof NotKept)) throw error
        return answerWith(call, 200, { written: false, ...error.answer })
      }
    },
  }
}

/**
 * An operation that takes files, as a form of several parts, and sees to its writing itself.
 *
 * The texts of the form are read as those of a query.
 */
export function uploading<B extends Fields>(
  given: Parameters<typeof NOTHING, typeof NOTHING> & {
    readonly body: B
    readonly files: Readonly<Record<string, string>>
    readonly status?: number
    readonly send: (asked: Asked<typeof NOTHING, typeof NOTHING, B> & { readonly form: Form }) => Promise<FastifyReply>
  },
): Operation {
  const { body, send } = given
  return {
    ...given,
    path: NOTHING,
    query: NOTHING,
    handler: (services) => async (call) => {
      const form = await readBody(call.request)
      if (form.kind !== 'form') throw new Problem(415, 'unsupported_media_type', 'Send multipart/form-data.')
      const texts = [...form.fields].map(([name, values]): [string, JsonValue] => {
        const said = values.at(-1)!
        return [name, Object.hasOwn(body, name) ? body[name]!.fromText(said) : said]
      })
      const address = addressed(call, NOTHING, NOTHING)
      return send({ call, services, ...address, body: embodied(new Map(texts), body), form })
    },
  }
}

/** The handlers of a page's address. */
export const handlersOf = ({ operations }: Page, services: NativeServices): NativeHandlers =>
  Object.fromEntries(Object.entries(operations).map(([method, { handler }]) => [method, handler(services)]))

function contentOf({ mediaType = 'application/json', status }: Operation): JsonSchema {
  if (status === 204) return {}
  return { content: { [mediaType]: { schema: { type: mediaType === 'application/json' ? 'object' : 'string' } } } }
}

function bodyOf(fields: Fields, files: Operation['files']): JsonSchema {
  const schema = objectSchema(fields)
  if (!files) return { 'application/json': { schema } }
  const binary = Object.entries(files).map(([name, description]) => [
    name,
    { type: 'string', format: 'binary', description },
  ])
  const properties = { ...(schema.properties as JsonSchema), ...Object.fromEntries(binary) }
  return { 'multipart/form-data': { schema: { ...schema, properties } } }
}

/** What the OpenAPI document says of pages. */
export function pathsOfPages(pages: readonly Page[], base: string, problem: JsonSchema): JsonSchema {
  const parametersOf = (fields: Fields, place: 'path' | 'query') =>
    Object.entries(fields).map(([name, { schema, optional: mayMiss }]) => ({
      name,
      in: place,
      required: place === 'path' || !mayMiss,
      schema,
      description: schema.description,
      ...(schema.type === 'array' && { style: 'form', explode: false }),
    }))
  const one = (tag: string, url: string, method: string, operation: Operation) => ({
    operationId: `${method.toLowerCase()}.${url.replaceAll(/[/:]+/g, '.').replace(/^\./, '')}`,
    tags: [tag],
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    parameters: [...parametersOf(operation.path, 'path'), ...parametersOf(operation.query, 'query')],
    ...(operation.body && {
      requestBody: { required: true, content: bodyOf(operation.body, operation.files) },
    }),
    responses: {
      [operation.status ?? 200]: { description: operation.answer, ...contentOf(operation) },
      default: { description: 'What went wrong.', content: { 'application/json': { schema: problem } } },
    },
  })
  return Object.fromEntries(
    pages.map(({ url, tag, operations }) => [
      `${base}${url.replaceAll(/:(\w+)/g, '{$1}')}`,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [
          method.toLowerCase(),
          one(tag, url, method, operation),
        ]),
      ),
    ]),
  )
}
