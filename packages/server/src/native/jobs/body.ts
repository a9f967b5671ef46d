import { type JsonValue, PythonFloat } from '../../rest/python-json-body.ts'
import type { NativeCall } from '../gate.ts'
import { Problem } from '../problem.ts'
import { jsonBody } from '../writing/one-row.ts'

/** A value as `JSON.parse` would have given it. */
type Plain = null | boolean | string | number | Plain[] | { [name: string]: Plain }

function plain(value: JsonValue): Plain {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, inner]) => [name, plain(inner)]))
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof PythonFloat) return value.value
  return typeof value === 'bigint' ? Number(value) : value
}

/** Reads one value. Answers undefined for what it does not take. */
interface Kind<T> {
  readonly expected: string
  read(value: Plain): T | undefined
}

const kind = <T>(expected: string, read: (value: Plain) => T | undefined): Kind<T> => ({ expected, read })

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)$/

export const isUuid = (text: string): boolean => UUID.test(text)

/** Text of at most so many characters; what PostgreSQL cannot keep in a text is none. */
export const text = (most: number, least = 0): Kind<string> =>
  kind(`a text of ${least > 0 ? `${least} to ` : 'at most '}${most} characters`, (value) =>
    typeof value === 'string' &&
    value.length <= most &&
    value.length >= least &&
    !value.includes('\0') &&
    value.isWellFormed()
      ? value
      : undefined,
  )

export const uuid = kind('a UUID', (value) =>
  typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined,
)

export const moment = kind('a moment such as 2026-03-01T09:00:00+01:00', (value) =>
  typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined,
)

export const flag = kind('true or false', (value) => (typeof value === 'boolean' ? value : undefined))

export const whole = (least: number, most: number): Kind<number> =>
  kind(`a whole number from ${least} to ${most}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined,
  )

export const number = (least: number, most: number): Kind<number> =>
  kind(`a number from ${least} to ${most}`, (value) =>
    typeof value === 'number' && value >= least && value <= most ? value : undefined,
  )

export const oneOf = <const T extends string>(...words: readonly T[]): Kind<T> =>
  kind(`one of ${words.join(', ')}`, (value) => words.find((word) => word === value))

export const list = <T>(inner: Kind<T>, most: number): Kind<readonly T[]> =>
  kind(`a list of at most ${most}, each ${inner.expected}`, (value) => {
    if (!Array.isArray(value) || value.length > most) return undefined
    const read = value.map((one) => inner.read(one))
    return read.includes(undefined) ? undefined : (read as T[])
  })

/** A JSON object whose text is no longer than so many bytes. */
export const document = (mostBytes: number): Kind<Readonly<Record<string, unknown>>> =>
  kind(`a JSON object of at most ${mostBytes} bytes`, (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && JSON.stringify(value).length <= mostBytes
      ? value
      : undefined,
  )

/** Something that has fields of its own: read by a function that may refuse. */
export const nested = <T>(expected: string, read: (fields: Fields) => T): Kind<T> =>
  kind(expected, (value) => (isObject(value) ? readAll(value, read) : undefined))

const isObject = (value: Plain): value is { [name: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of a body, read one after the other; all faults are told at once. */
export class Fields {
  readonly #values: ReadonlyMap<string, Plain>
  readonly #known = new Set<string>()
  readonly #faults: Record<string, string[]> = {}

  constructor(values: { readonly [name: string]: Plain }) {
    this.#values = new Map(Object.entries(values))
  }

  /** The value of a field; undefined when it is absent or null. */
  optional<T>(name: string, { expected, read }: Kind<T>): T | undefined {
    this.#known.add(name)
    const value = this.#values.get(name)
    if (value === undefined || value === null) return undefined
    try {
      const found = read(value)
      if (found === undefined) this.#faults[name] = [`This must be ${expected}.`]
      return found
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#faults[name] = Object.entries(error.fields ?? {}).flatMap(([inner, sentences]) =>
        sentences.map((sentence) => (inner === '' ? sentence : `${inner}: ${sentence}`)),
      )
      return undefined
    }
  }

  /** The value of a field that must be there. What it answers counts only once `done` has not thrown. */
  required<T>(name: string, wanted: Kind<T>): T {
    const given = this.#values.get(name)
    const value = this.optional(name, wanted)
    if (given === undefined || given === null) this.#faults[name] = [`This is needed: ${wanted.expected}.`]
    return value as T
  }

  /** @throws Problem 400 with every fault; unknown fields are faults */
  done(): void {
    for (const name of this.#values.keys())
      if (!this.#known.has(name))
        this.#faults[name] = [`There is no such field. Known: ${[...this.#known].join(', ')}.`]
    if (Object.keys(this.#faults).length > 0)
      throw new Problem(
        400,
        'invalid',
        Object.entries(this.#faults)
          .map(([name, sentences]) => `${name}: ${sentences.join(' ')}`)
          .join(' '),
        { fields: this.#faults },
      )
  }
}

/** Reads the body of a request, which is a JSON object. @throws Problem 400, 415 */
export async function bodyOf<T>(call: NativeCall, read: (fields: Fields) => T): Promise<T> {
  const value = plain(await jsonBody(call))
  if (!isObject(value)) throw new Problem(400, 'invalid', 'The body must be a JSON object.')
  return readAll(value, read)
}

function readAll<T>(value: { [name: string]: Plain }, read: (fields: Fields) => T): T {
  const fields = new Fields(value)
  const found = read(fields)
  fields.done()
  return found
}

/** A UUID in the path of a request. @throws Problem 404 */
export function keyInPath({ request }: NativeCall, label: string): string {
  const { key } = request.params as { key: string }
  if (!UUID.test(key)) throw new Problem(404, 'no_such_row', `No ${label} has the key "${key.slice(0, 60)}".`)
  return key.toLowerCase()
}

/** A whole number among the parameters of a request. @throws Problem 400 */
export function wholeParameter({ query }: NativeCall, name: string, fallback: number, most: number): number {
  const given = query.get(name)
  if (given === undefined) return fallback
  const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN
  if (value <= most) return value
  throw new Problem(400, 'invalid_parameters', `${name} is a whole number from 0 to ${most}.`, {
    fields: { [name]: [`This must be a whole number from 0 to ${most}.`] },
  })
}
