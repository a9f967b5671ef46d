/**
 * Kinds of values that pages ask for, in the query or in a body: each says what it takes in the OpenAPI document and reads
 * it from a request. Nothing is guessed, and all faults of a request are told at once, by the place where they are.
 */
import { hasNonFinite, type JsonValue, PythonFloat, writePythonJson } from '../rest/python-json-body.ts'

export type JsonSchema = { readonly [name: string]: unknown }
/** What is wrong, by place: `entries.3.weight`. */
export type FaultsByPlace = Record<string, string[]>
/** Without a prototype: clients may call their parameters `__proto__`. */
export const noFaults = (): FaultsByPlace => Object.create(null)

export interface Kind<T> {
  readonly schema: JsonSchema
  /** The value, or anything once a fault was noted. */
  readonly read: (given: JsonValue | undefined, at: string, faults: FaultsByPlace) => T
  /** What the text of a query parameter stands for. */
  readonly fromText: (text: string) => JsonValue
  readonly optional?: true
}
export type Fields = Readonly<Record<string, Kind<unknown>>>
/** What was asked for, understood. */
export type Values<F extends Fields> = { readonly [N in keyof F]: F[N] extends Kind<infer T> ? T : never }

const SHOWN_LENGTH = 60
function shown(given: JsonValue | undefined): string {
  if (typeof given === 'string') return `"${given.slice(0, SHOWN_LENGTH)}"`
  if (given instanceof Map) return 'an object'
  if (Array.isArray(given)) return 'a list'
  return given instanceof PythonFloat ? String(given.value) : String(given)
}

export function note(faults: FaultsByPlace, at: string, sentence: string): void {
  faults[at] = [...(faults[at] ?? []), sentence]
}

const asIs = (text: string): JsonValue => text

/** A kind whose values are told from others by one question. */
function plain<T>(
  schema: JsonSchema,
  expected: string,
  understood: (given: JsonValue) => T | undefined,
  fromText: (text: string) => JsonValue = asIs,
): Kind<T> {
  return {
    schema,
    fromText,
    read(given, at, faults) {
      const value = given === undefined || given === null ? undefined : understood(given)
      if (value === undefined)
        note(
          faults,
          at,
          given === undefined ? `This is required: ${expected}.` : `Expected ${expected}, got ${shown(given)}.`,
        )
      return value as T
    },
  }
}

export interface TextLimits {
  readonly most?: number
  readonly least?: number
}

const USUAL_TEXT = 1000
const NULL_CHARACTER = '\u0000'

export const text = (help: string, { most = USUAL_TEXT, least = 0 }: TextLimits = {}): Kind<string> =>
  plain(
    { type: 'string', maxLength: most, ...(least > 0 && { minLength: least }), description: help },
    `a text of ${least > 0 ? `${least} to ` : 'at most '}${most} characters`,
    (given) =>
      typeof given === 'string' &&
      [...given].length <= most &&
      given.trim().length >= Math.min(least, 1) &&
      [...given].length >= least &&
      !given.includes(NULL_CHARACTER)
        ? given.toWellFormed()
        : undefined,
  )

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const uuid = (help: string): Kind<string> =>
  plain({ type: 'string', format: 'uuid', description: help }, 'a key (UUID)', (given) =>
    typeof given === 'string' && UUID.test(given) ? given.toLowerCase() : undefined,
  )

const numberOf = (given: JsonValue): number | undefined =>
  typeof given === 'number' ? given : given instanceof PythonFloat ? given.value : undefined

const numberFromText = (written: string): JsonValue =>
  /^-?\d{1,15}(?:\.\d{1,15})?$/.test(written.trim()) ? Number(written) : written

export interface Bounds {
  readonly least: number
  readonly most: number
}

export const number = (help: string, { least, most }: Bounds): Kind<number> =>
  plain(
    { type: 'number', minimum: least, maximum: most, description: help },
    `a number from ${least} to ${most}`,
    (given) => {
      const value = numberOf(given)
      return value !== undefined && value >= least && value <= most ? value : undefined
    },
    numberFromText,
  )

export const whole = (help: string, { least, most }: Bounds): Kind<number> =>
  plain(
    { type: 'integer', minimum: least, maximum: most, description: help },
    `a whole number from ${least} to ${most}`,
    (given) =>
      typeof given === 'number' && Number.isSafeInteger(given) && given >= least && given <= most ? given : undefined,
    numberFromText,
  )

export const truth = (help: string): Kind<boolean> =>
  plain(
    { type: 'boolean', description: help },
    'true or false',
    (given) => (typeof given === 'boolean' ? given : undefined),
    (written) => (written === 'true' ? true : written === 'false' ? false : written),
  )

const DAY = /^\d{4}-\d\d-\d\d$/

function isDay(written: string): boolean {
  if (!DAY.test(written) || written < '0001') return false
  const at = new Date(`${written}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(written)
}

export const day = (help: string): Kind<string> =>
  plain({ type: 'string', format: 'date', description: help }, 'a day as 2026-03-02', (given) =>
    typeof given === 'string' && isDay(given) ? given : undefined,
  )

const MOMENT =
  /^(\d{4}-\d\d-\d\d)[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)$/

export const moment = (help: string): Kind<string> =>
  plain(
    { type: 'string', format: 'date-time', description: help },
    'a moment with its offset as 2026-03-02T09:30:00+00:00',
    (given) => {
      const [, date] = typeof given === 'string' ? (MOMENT.exec(given) ?? []) : []
      return date !== undefined && isDay(date) ? (given as string) : undefined
    },
    // A plus sign that was not escaped arrives as a blank.
    (written) => written.replace(/(:\d\d(?:\.\d+)?) (\d\d(?::?\d\d)?)$/, '$1+$2'),
  )

export const oneOf = <const V extends string | number>(help: string, values: readonly V[]): Kind<V> =>
  plain(
    { enum: values, description: help },
    `one of ${values.join(', ')}`,
    (given) => values.find((value) => value === given),
    (written) => values.find((value) => String(value) === written) ?? written,
  )

export interface ListLimits {
  readonly most: number
  readonly least?: number
}

/** In a query the elements are separated by commas. */
export const list = <T>(help: string, element: Kind<T>, { most, least = 0 }: ListLimits): Kind<readonly T[]> => ({
  schema: {
    type: 'array',
    items: element.schema,
    maxItems: most,
    ...(least > 0 && { minItems: least }),
    description: help,
  },
  fromText: (written) =>
    written
      .split(',')
      .filter((one) => one.trim() !== '')
      .map((one) => element.fromText(one.trim())),
  read(given, at, faults) {
    if (!Array.isArray(given)) {
      note(faults, at, given === undefined ? 'This list is required.' : `Expected a list, got ${shown(given)}.`)
      return []
    }
    if (given.length > most || given.length < least) {
      note(faults, at, `Expected ${least > 0 ? `${least} to ` : 'at most '}${most} elements, got ${given.length}.`)
      return []
    }
    return given.map((one, place) => element.read(one, `${at}.${place}`, faults))
  },
})

/** An object of these fields and no others. */
export const object = <F extends Fields>(help: string, fields: F): Kind<Values<F>> => ({
  schema: { ...objectSchema(fields), description: help },
  fromText: asIs,
  read(given, at, faults) {
    if (!(given instanceof Map)) {
      note(faults, at, given === undefined ? 'This is required.' : `Expected an object, got ${shown(given)}.`)
      return {} as Values<F>
    }
    return readFields(fields, given, faults, at)
  },
})

export const objectSchema = (fields: Fields): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
  required: Object.entries(fields).flatMap(([name, { optional }]) => (optional ? [] : [name])),
  additionalProperties: false,
})

/** Reads the fields of an object, and notes names that are none of them. */
export function readFields<F extends Fields>(
  fields: F,
  given: ReadonlyMap<string, JsonValue>,
  faults: FaultsByPlace,
  at = '',
): Values<F> {
  const placeOf = (name: string) => (at === '' ? name : `${at}.${name}`)
  const names = Object.keys(fields)
  for (const name of given.keys())
    if (!names.includes(name))
      note(
        faults,
        placeOf(name.slice(0, SHOWN_LENGTH)),
        `There is no "${name.slice(0, SHOWN_LENGTH)}" here${names.length > 0 ? `: ${names.join(', ')}` : ''}.`,
      )
  return Object.fromEntries(
    names.map((name) => [name, fields[name]!.read(given.get(name), placeOf(name), faults)]),
  ) as Values<F>
}

const LONGEST_DOCUMENT = 20_000

/** Any JSON, as its text. @param most  characters of it */
export const document = (help: string, most = LONGEST_DOCUMENT): Kind<string> => ({
  schema: { description: help },
  fromText: asIs,
  read(given, at, faults) {
    const written = given === undefined ? undefined : writePythonJson(given)
    if (written === undefined) note(faults, at, 'This is required.')
    else if (written.length > most) note(faults, at, `At most ${most} characters of JSON, not ${written.length}.`)
    // PostgreSQL's documents have neither null characters nor numbers that are none.
    else if (written.includes('\\u0000') || hasNonFinite(given!))
      note(faults, at, 'Expected JSON without NaN, Infinity and null characters.')
    return written ?? 'null'
  },
})

/** A JSON object, as its text. @param most  characters of it */
export function objectDocument(help: string, most = LONGEST_DOCUMENT): Kind<string> {
  const any = document(help, most)
  return {
    ...any,
    schema: { type: 'object', description: help },
    read(given, at, faults) {
      if (given instanceof Map) return any.read(given, at, faults)
      note(faults, at, given === undefined ? 'This is required.' : `Expected an object, got ${shown(given)}.`)
      return '{}'
    },
  }
}

/** Whatever was sent, to be read by whoever asked for it. */
export const anything = (help: string, schema: JsonSchema = {}): Kind<JsonValue> => ({
  schema: { ...schema, description: help },
  fromText: asIs,
  read: (given) => given ?? null,
})

export const optional = <T>(kind: Kind<T>): Kind<T | undefined> => ({
  ...kind,
  optional: true,
  read: (given, at, faults) => (given === undefined ? undefined : kind.read(given, at, faults)),
})

export const otherwise = <T>(kind: Kind<T>, usual: T): Kind<T> => ({
  ...kind,
  schema: { ...kind.schema, default: usual },
  optional: true,
  read: (given, at, faults) => (given === undefined ? usual : kind.read(given, at, faults)),
})

/** Null is as good as nothing: what programs send for a value that they do not have. */
export const ifAny = <T>(kind: Kind<T>): Kind<T | undefined> => ({
  ...kind,
  schema: { anyOf: [kind.schema, { type: 'null' }] },
  optional: true,
  read: (given, at, faults) => (given === undefined || given === null ? undefined : kind.read(given, at, faults)),
})

export const nullable = <T>(kind: Kind<T>): Kind<T | null> => ({
  ...kind,
  schema: { anyOf: [kind.schema, { type: 'null' }] },
  read: (given, at, faults) => (given === null ? null : kind.read(given, at, faults)),
})
