import type { Model, ValueField, ValueKind } from '@alyx/models'
import type { Value } from '../../records/index.ts'
import { parseBodyDate, parseBodyDateTime, parseUuid } from '../django-dates.ts'
import { pythonInt } from '../python-int.ts'
import {
  hasNonFinite,
  type JsonValue,
  PythonFloat,
  pythonStr,
  pythonTypeName,
  writePythonJson,
} from '../python-json-body.ts'
import type { ContractField } from '../schema-document/contract-field.ts'

/** What became of a value of a body: something to store, or all that is wrong with it. */
export type Intake = { readonly value: Value } | { readonly faults: readonly string[] }

const fault = (...faults: string[]): Intake => ({ faults })
const judged = (value: Value, faults: readonly string[]): Intake => (faults.length > 0 ? { faults } : { value })

export const REQUIRED = 'This field is required.'
export const NULL_REFUSED = 'This field may not be null.'
const BLANK_REFUSED = 'This field may not be blank.'
/** Longest text that is read as a number. */
const LONGEST_NUMBER = 1000

const EMAIL =
  /^[^\s@"(),:;<>[\\\]]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$|^[^\s@"(),:;<>[\\\]]+@localhost$/u
const URL_FORM =
  /^(?:https?|ftps?):\/\/(?:[^\s/?#@]+@)?(?:localhost|\[[\da-f:.]+\]|[\p{L}\p{N}.-]+\.[\p{L}\p{N}-]{2,})\.?(?::\d{1,5})?(?:[/?#]\S*)?$/iu

/** A text as Python would have it: numbers are turned into texts, blanks around are cut off. */
function asText(given: JsonValue): string | undefined {
  if (typeof given === 'string') return given.trim()
  if (typeof given === 'number' || typeof given === 'bigint' || given instanceof PythonFloat) return pythonStr(given)
  return undefined
}

/** What a text must be besides a text. */
type TextRule = (text: string) => string | undefined

function readText(given: JsonValue, field: ValueField, facts: ContractField, rules: readonly TextRule[] = []): Intake {
  const text = asText(given)
  if (text === undefined) return fault('Not a valid string.')
  if (text === '') {
    if ('emptyIsNull' in field && field.emptyIsNull) return { value: null }
    const taken = (field.blank || facts.blank) && !facts.emptyRefused
    return taken ? { value: '' } : fault(BLANK_REFUSED)
  }
  const faults = rules.map((rule) => rule(text)).filter((said) => said !== undefined)
  if (facts.maxLength !== undefined && [...text].length > facts.maxLength)
    faults.push(`Ensure this field has no more than ${facts.maxLength} characters.`)
  if (text.includes('\0')) faults.push('Null characters are not allowed.')
  if (!text.isWellFormed()) faults.push('Half a character is not allowed.')
  return judged(text, faults)
}

function readInteger(given: JsonValue, facts: ContractField): Intake {
  if (typeof given === 'string' && given.length > LONGEST_NUMBER) return fault('String value too large.')
  const text = typeof given === 'boolean' ? '' : asText(given)
  const number = text === undefined ? undefined : pythonInt(text.replace(/\.0*\s*$/, ''))
  if (number === undefined) return fault('A valid integer is required.')
  const value = Number.isSafeInteger(Number(number)) ? Number(number) : number
  return judged(value, beyond(value, facts))
}

function readFloat(given: JsonValue, facts: ContractField): Intake {
  if (typeof given === 'string' && given.length > LONGEST_NUMBER) return fault('String value too large.')
  const value = pythonNumber(given)
  if (value === undefined) return fault('A valid number is required.')
  return judged(value, beyond(value, facts))
}

/** A number as Python's `float()` reads it. */
function pythonNumber(given: JsonValue): number | undefined {
  if (typeof given === 'boolean') return Number(given)
  if (typeof given === 'number') return given
  if (typeof given === 'bigint') return Number(given)
  if (given instanceof PythonFloat) return given.value
  if (typeof given !== 'string') return undefined
  const text = given.trim().replace(/(?<=\d)_(?=\d)/g, '')
  const word = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i.exec(text)
  if (word) return word[2] ? (word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number.NaN
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

function beyond(value: number | bigint, { minimum, maximum }: ContractField): string[] {
  if (maximum !== undefined && value > maximum) return [`Ensure this value is less than or equal to ${maximum}.`]
  if (minimum !== undefined && value < minimum) return [`Ensure this value is greater than or equal to ${minimum}.`]
  return []
}

const YES = new Set(['t', 'true', 'y', 'yes', 'on', '1'])
const NO = new Set(['f', 'false', 'n', 'no', 'off', '0'])

function readBoolean(given: JsonValue, facts: ContractField): Intake {
  const text =
    typeof given === 'boolean'
      ? String(given)
      : asText(given)
          ?.toLowerCase()
          .replace(/^([01])\.0$/, '$1')
  if (text !== undefined && YES.has(text)) return { value: true }
  if (text !== undefined && NO.has(text)) return { value: false }
  if (facts.nullable && (text === 'null' || text === '')) return { value: null }
  return fault('Must be a valid boolean.')
}

function readUuid(given: JsonValue): Intake {
  const text =
    typeof given === 'number' || typeof given === 'bigint' ? BigInt(given).toString(16).padStart(32, '0') : given
  const parsed = typeof text === 'string' ? parseUuid(text) : { message: '' }
  return 'value' in parsed ? parsed : fault('Must be a valid UUID.')
}

function readChoice(
  given: JsonValue,
  choices: readonly (readonly [string | number, string])[],
  blank: boolean,
): Intake {
  const text = typeof given === 'object' ? undefined : pythonStr(given)
  if (text === '' && blank) return { value: '' }
  const found = choices.find(([value]) => String(value) === text)
  return found ? { value: found[0] } : fault(`"${pythonStr(given)}" is not a valid choice.`)
}

function readList(name: string, given: JsonValue, whole: boolean): Intake {
  if (!Array.isArray(given)) return fault(`Expected a list of items but got type "${pythonTypeName(given)}".`)
  const values: (number | null)[] = []
  for (const item of given) {
    const value = item === null ? null : pythonNumber(item)
    if (value === undefined || (whole && value !== null && !Number.isInteger(value)))
      return fault(`Field '${name}' expected a ${whole ? 'whole number' : 'number'} but got '${pythonStr(item)}'.`)
    values.push(value)
  }
  return { value: values }
}

type OfKind<K extends ValueKind> = Extract<ValueField, { kind: K }>
type Read<K extends ValueKind> = (given: JsonValue, field: OfKind<K>, facts: ContractField) => Intake

const matching =
  (pattern: string | undefined, message: string | undefined): TextRule =>
  (text) =>
    pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(text)
      ? undefined
      : (message ?? 'Enter a valid value.')

const plainText = (given: JsonValue, field: ValueField, facts: ContractField): Intake => readText(given, field, facts)

/** How a value of each kind is read from a body, in the words that clients of Alyx know. Null is judged before. */
const readers: { readonly [K in ValueKind]: Read<K> } = {
  uuid: readUuid,
  identity: (given, _, facts) => readInteger(given, facts),
  text: (given, field, facts) =>
    readText(given, field, facts, facts.pattern === undefined ? [] : [matching(field.pattern, field.patternMessage)]),
  longText: plainText,
  email: (given, field, facts) =>
    readText(given, field, facts, [(text) => (EMAIL.test(text) ? undefined : 'Enter a valid email address.')]),
  url: (given, field, facts) =>
    readText(given, field, facts, [(text) => (URL_FORM.test(text) ? undefined : 'Enter a valid URL.')]),
  image: () => fault('The submitted data was not a file. Check the encoding type on the form.'),
  integer: (given, _, facts) => readInteger(given, facts),
  float: (given, _, facts) => readFloat(given, facts),
  boolean: (given, _, facts) => readBoolean(given, facts),
  date: (given) => {
    const parsed = parseBodyDate(given)
    return 'value' in parsed ? parsed : fault(parsed.message)
  },
  datetime: (given) => {
    const parsed = parseBodyDateTime(given)
    return 'value' in parsed ? parsed : fault(parsed.message)
  },
  json: (given) => (hasNonFinite(given) ? fault('Value must be valid JSON.') : { value: writePythonJson(given) }),
  choice: (given, { choices, blank }) => readChoice(given, choices, blank === true),
  level: (given, { choices }) => readChoice(given, choices, false),
  floatList: (given, _, { name }) => readList(name, given, false),
  integerList: (given, _, { name }) => readList(name, given, true),
}

/** Reads a value of a field that has a column of its own. */
export function readValue(given: JsonValue, field: ValueField, facts: ContractField): Intake {
  if (given === null) return facts.nullable || field.kind === 'json' ? { value: null } : fault(NULL_REFUSED)
  return (readers[field.kind] as (given: JsonValue, field: ValueField, facts: ContractField) => Intake)(
    given,
    field,
    facts,
  )
}

/** Reads the label of a level, exactly as it is written. @param also  other words that are taken */
export function readLabel(
  given: JsonValue,
  name: string,
  choices: readonly (readonly [value: string | number, label: string])[],
  also: Readonly<Record<string, number>> = {},
): Intake {
  if (given === null) return fault(NULL_REFUSED)
  if (typeof given === 'string' && Object.hasOwn(also, given)) return { value: also[given]! }
  const found = choices.find(([, label]) => label === given)
  return found
    ? { value: found[0] }
    : fault(`Invalid ${name}, choices are: ${choices.map(([, label]) => label).join(', ')}`)
}

/** Texts by which a row can be looked for, or why a value names none. */
export type Naming = { readonly name: string } | { readonly faults: readonly string[] } | { readonly nobody: true }

/** Reads a value that names a row of another model by one of its fields. */
export function readName(given: JsonValue, to: Model, by: string, named: 'field' | 'id' | 'pk' | undefined): Naming {
  const field = to.fields[by] as ValueField | undefined
  const isKey = named === undefined
  if (typeof given === 'object' || (isKey && typeof given === 'boolean'))
    return {
      faults: [isKey ? `Incorrect type. Expected pk value, received ${pythonTypeName(given)}.` : 'Invalid value.'],
    }
  const text = pythonStr(given)
  if (field?.kind === 'uuid' || field?.kind === undefined || (field.kind as string) === 'reference') {
    const parsed = parseUuid(text)
    return 'value' in parsed ? { name: parsed.value } : { faults: [`“${text}” is not a valid UUID.`] }
  }
  if (field.kind === 'integer' || field.kind === 'identity') {
    const number = pythonInt(text)
    if (number === undefined)
      return {
        faults: [isKey ? `Incorrect type. Expected pk value, received ${pythonTypeName(given)}.` : 'Invalid value.'],
      }
    return number > 2n ** 31n - 1n || number < -(2n ** 31n) ? { nobody: true } : { name: String(number) }
  }
  return text.includes('\0') || !text.isWellFormed() ? { nobody: true } : { name: text }
}
