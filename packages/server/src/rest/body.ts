import type { FastifyRequest } from 'fastify'
import { parseMediaType } from './accept.ts'
import { parseQuery } from './page-links.ts'
import { decodeJsonBody, type JsonValue, PythonJsonError, parsePythonJson, pythonTypeName } from './python-json-body.ts'
import { Refusal, refusals } from './refusal.ts'

/** Values of a body by name: what JSON says, or for a form the last text given under each name. */
export type BodyFields = ReadonlyMap<string, JsonValue>

const MULTIPART = 'multipart/form-data'
const FORM = 'application/x-www-form-urlencoded'
/** Largest part of a form that is not a file. */
const LARGEST_FIELD_BYTES = 2.5 * 1024 * 1024
const MOST_FIELDS = 10_000

/**
 * Reads the body of a request as named values: JSON, form or multipart. An empty body has none.
 * @throws Refusal 415 for another type, 400 for JSON that is none or is no object
 */
export async function readFields(request: FastifyRequest): Promise<BodyFields> {
  const { type } = parseMediaType(request.headers['content-type'] ?? '')
  if (type === MULTIPART) return multipartFields(request)
  const bytes = await bodyBytes(request)
  if (bytes.length === 0) return new Map()
  if (type === FORM) return new Map([...parseQuery(bytes).lists()].map(([name, values]) => [name, values.at(-1) ?? '']))
  if (type !== 'application/json') throw refusals.mediaType(request.headers['content-type'] ?? '')
  return objectOf(parsed(bytes))
}

/** Bytes of the body; of a GET request too, which one address of the contract reads. */
async function bodyBytes(request: FastifyRequest): Promise<Uint8Array> {
  if (request.body instanceof Uint8Array) return request.body
  if (
    request.method !== 'GET' ||
    !(Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'])
  )
    return new Uint8Array()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.raw as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_FIELD_BYTES)
      throw new Refusal(413, { detail: `The body of the request is larger than ${LARGEST_FIELD_BYTES} bytes.` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parsed(bytes: Uint8Array): JsonValue {
  try {
    return parsePythonJson(decodeJsonBody(bytes))
  } catch (error) {
    if (error instanceof PythonJsonError) throw refusals.invalid(`JSON parse error - ${error.message}`)
    throw error
  }
}

function objectOf(value: JsonValue): BodyFields {
  if (value instanceof Map) return value
  if (value === null) throw new Refusal(400, { non_field_errors: ['No data provided'] })
  throw new Refusal(400, {
    non_field_errors: [`Invalid data. Expected a dictionary, but got ${pythonTypeName(value)}.`],
  })
}

async function multipartFields(request: FastifyRequest): Promise<BodyFields> {
  const fields = new Map<string, JsonValue>()
  for await (const part of request.parts({ limits: { fields: MOST_FIELDS, fieldSize: LARGEST_FIELD_BYTES } })) {
    if (part.type === 'field') fields.set(part.fieldname, String(part.value))
    else part.file.resume()
  }
  return fields
}
