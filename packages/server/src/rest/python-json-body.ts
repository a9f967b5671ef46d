/**
 * Request bodies in JSON, read as the reference reads them: Python's json module, with its wider grammar (`NaN`,
 * `Infinity`), its distinction between whole numbers and floats, and its error messages, which clients see.
 *
 * Source: spec of the contract, "Request bodies"; CPython 3.11, json decoder. Checked against it with generated texts.
 */

import { jsonString, pythonFloat } from './python-json.ts'

/** A number that was written with a point or an exponent, or as `NaN` or `Infinity`: `1.0` is not the integer 1. */
export class PythonFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/**
 * A parsed body. Whole numbers are numbers while a number is exact, else bigints. Objects are maps, because the order
 * of their keys is echoed and a JavaScript object would move keys that look like numbers to the front.
 */
export type JsonValue = null | boolean | string | number | bigint | PythonFloat | JsonValue[] | JsonObject

export type JsonObject = Map<string, JsonValue>

/** Why a body is not JSON, in the words of Python's decoder; the contract puts `JSON parse error - ` before it. */
export class PythonJsonError extends Error {
  override name = 'PythonJsonError'
}

/** Deep enough for any document; deeper ones could exhaust PostgreSQL's stack when stored. */
const MAX_DEPTH = 10_000

/** Small values take a hundred times their text in memory; half a million channels have four million values. */
const MAX_VALUES = 5_000_000

/** Python refuses to turn longer digit strings into integers, because that takes quadratic time. */
const MAX_INTEGER_DIGITS = 4300

const QUOTE = 34
const BACKSLASH = 92
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

// JSON forbids control characters inside strings; the backslash starts an escape.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NEEDS_CARE = /[\\\x00-\x1f]/
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
const WORDS: readonly [string, () => JsonValue][] = [
  ['null', () => null],
  ['true', () => true],
  ['false', () => false],
  ['NaN', () => new PythonFloat(Number.NaN)],
  ['Infinity', () => new PythonFloat(Number.POSITIVE_INFINITY)],
  ['-Infinity', () => new PythonFloat(Number.NEGATIVE_INFINITY)],
]

/**
 * @throws PythonJsonError with Python's message: `Expecting value: line 1 column 9 (char 8)`
 *
 * Linear, and without recursion: a body of a million brackets is refused, not a crash.
 */
export function parsePythonJson(text: string): JsonValue {
  if (text.startsWith('\ufeff')) fail('Unexpected UTF-8 BOM (decode using utf-8-sig)', text, 0)
  const reader = new Reader(text)
  const value = reader.document()
  if (reader.at < text.length) fail('Extra data', text, reader.at)
  return value
}

/** Position and line are counted in characters, as Python does, not in UTF-16 units. */
function fail(message: string, text: string, at: number): never {
  let line = 1
  let lineStart = 0
  let characters = 0
  // Counted in place: the text may have megabytes.
  for (let index = 0; index < at; index++) {
    if (isLow(text.charCodeAt(index)) && isHigh(text.charCodeAt(index - 1))) continue
    characters++
    if (text.charCodeAt(index) === NEWLINE) {
      line++
      lineStart = characters
    }
  }
  throw new PythonJsonError(`${message}: line ${line} column ${characters - lineStart + 1} (char ${characters})`)
}

const NEWLINE = 10
/** First and second half of a character beyond the first 65,536. */
const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00
const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000

/** A list or object that is still being read; `key` is the property whose value comes next. */
type Open = { list: JsonValue[] } | { map: JsonObject; key: string }

class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  /** The value of the whole text, with blanks around it. */
  document(): JsonValue {
    const open: Open[] = []
    let values = 0
    this.blanks()
    for (;;) {
      let value: JsonValue
      if (++values > MAX_VALUES) throw new PythonJsonError(`More than ${MAX_VALUES} values`)
      const character = this.text[this.at]
      if (character === '[' || character === '{') {
        this.at++
        this.blanks()
        const isList = character === '['
        if (this.text[this.at] === (isList ? ']' : '}')) {
          this.at++
          value = isList ? [] : new Map()
        } else {
          if (open.length >= MAX_DEPTH) throw new PythonJsonError(`More than ${MAX_DEPTH} levels of nesting`)
          open.push(isList ? { list: [] } : { map: new Map(), key: this.#key() })
          continue
        }
      } else value = this.#scalar()
      for (;;) {
        this.blanks()
        const parent = open.at(-1)
        if (parent === undefined) return value
        if ('list' in parent) parent.list.push(value)
        else parent.map.set(parent.key, value)
        if (this.#continues(parent)) break
        open.pop()
        value = 'list' in parent ? parent.list : parent.map
      }
    }
  }

  blanks(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.at++
    }
  }

  /** After a value: true when another one follows in `parent`, false when it is closed. */
  #continues(parent: Open): boolean {
    const character = this.text[this.at]
    if (character === ('list' in parent ? ']' : '}')) {
      this.at++
      return false
    }
    if (character !== ',') fail("Expecting ',' delimiter", this.text, this.at)
    this.at++
    this.blanks()
    if ('map' in parent) parent.key = this.#key()
    return true
  }

  #key(): string {
    if (this.text.charCodeAt(this.at) !== QUOTE)
      fail('Expecting property name enclosed in double quotes', this.text, this.at)
    const key = this.#string()
    this.blanks()
    if (this.text[this.at] !== ':') fail("Expecting ':' delimiter", this.text, this.at)
    this.at++
    this.blanks()
    return key
  }

  #scalar(): JsonValue {
    if (this.text.charCodeAt(this.at) === QUOTE) return this.#string()
    NUMBER.lastIndex = this.at
    const number = NUMBER.exec(this.text)
    if (number !== null) {
      this.at = NUMBER.lastIndex
      const isFloat = number[1] !== undefined || number[2] !== undefined
      return isFloat ? new PythonFloat(Number(number[0])) : integer(number[0])
    }
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return value()
      }
    }
    return fail('Expecting value', this.text, this.at)
  }

  #string(): string {
    const start = this.at + 1
    const closing = this.text.indexOf('"', start)
    if (closing >= 0) {
      const content = this.text.slice(start, closing)
      if (!NEEDS_CARE.test(content)) {
        this.at = closing + 1
        return content
      }
    }
    return this.#stringWithEscapes(start)
  }

  #stringWithEscapes(start: number): string {
    const { text } = this
    const parts: string[] = []
    let copied = start
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        parts.push(text.slice(copied, at))
        this.at = at + 1
        return parts.join('')
      }
      if (code < 32) fail('Invalid control character at', text, at)
      if (code !== BACKSLASH) continue
      parts.push(text.slice(copied, at))
      const letter = text[++at]
      if (letter === undefined) break
      if (letter === 'u') {
        const digits = text.slice(at + 1, at + 5)
        // Python wants one more character after the digits, so a text that ends here is a bad escape, not a lost quote.
        if (!/^[0-9a-fA-F]{4}$/.test(digits) || at + 5 >= text.length) fail('Invalid \\uXXXX escape', text, at)
        // The halves of a pair find each other by standing side by side in the string.
        parts.push(String.fromCharCode(Number.parseInt(digits, 16)))
        at += 4
      } else {
        const character = ESCAPES[letter]
        if (character === undefined) fail('Invalid \\escape', text, at - 1)
        parts.push(character)
      }
      copied = at + 1
    }
    return fail('Unterminated string starting at', text, start - 1)
  }
}

function integer(digits: string): number | bigint {
  const length = digits.startsWith('-') ? digits.length - 1 : digits.length
  if (length > MAX_INTEGER_DIGITS)
    throw new PythonJsonError(
      `Exceeds the limit (${MAX_INTEGER_DIGITS} digits) for integer string conversion: value has ${length} digits; ` +
        'use sys.set_int_max_str_digits() to increase the limit',
    )
  const number = Number(digits)
  if (!Number.isSafeInteger(number)) return BigInt(digits)
  return number === 0 ? 0 : number // Python's integers have no minus zero.
}

/** How a notation writes values: JSON, or Python's own `repr`. */
type Notation = {
  none: string
  true: string
  false: string
  comma: string
  colon: string
  string: (text: string) => string
  float: (value: number) => string
}

const JSON_NOTATION: Notation = {
  none: 'null',
  true: 'true',
  false: 'false',
  comma: ',',
  colon: ':',
  string: jsonString,
  float: pythonFloat,
}

const PYTHON_NOTATION: Notation = {
  none: 'None',
  true: 'True',
  false: 'False',
  comma: ', ',
  colon: ': ',
  string: pythonStringRepr,
  float: (value) => pythonFloat(value).replace('Infinity', 'inf').replace('NaN', 'nan'),
}

/** Compact JSON of a parsed body: what is stored in jsonb and what the answer to a write echoes. */
export function writePythonJson(value: JsonValue): string {
  return written(value, JSON_NOTATION)
}

/** The value as Python's `repr` shows it, which some messages quote: `['CL001']`, `{'a': None}`. */
export function pythonRepr(value: JsonValue): string {
  return written(value, PYTHON_NOTATION)
}

/** The value as Python's `str` shows it: strings as they are, everything else as `repr`. */
export function pythonStr(value: JsonValue): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

/** The name of the value's type in Python, which messages quote: `Expected a dictionary, but got list.` */
export function pythonTypeName(value: JsonValue): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  if (value instanceof PythonFloat) return 'float'
  if (Array.isArray(value)) return 'list'
  return value instanceof Map ? 'dict' : 'int'
}

/** Whether NaN or an infinity is anywhere inside: JSON columns refuse them with `Value must be valid JSON.` */
export function hasNonFinite(value: JsonValue): boolean {
  const rest: JsonValue[] = [value]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next instanceof PythonFloat && !Number.isFinite(next.value)) return true
    if (next instanceof Map || Array.isArray(next)) for (const member of next.values()) rest.push(member)
  }
  return false
}

type Writing = { rest: Iterator<JsonValue | [string, JsonValue]>; keyed: boolean; close: string; first: boolean }

/** Without recursion, like the reader: what could be read can be written. */
function written(value: JsonValue, notation: Notation): string {
  const parts: string[] = []
  const open: Writing[] = []
  const write = (member: JsonValue): void => {
    if (Array.isArray(member)) {
      parts.push('[')
      open.push({ rest: member.values(), keyed: false, close: ']', first: true })
    } else if (member instanceof Map) {
      parts.push('{')
      open.push({ rest: member.entries(), keyed: true, close: '}', first: true })
    } else parts.push(scalarText(member, notation))
  }
  write(value)
  for (let writing = open.at(-1); writing !== undefined; writing = open.at(-1)) {
    const next = writing.rest.next()
    if (next.done) {
      parts.push(writing.close)
      open.pop()
      continue
    }
    if (!writing.first) parts.push(notation.comma)
    writing.first = false
    if (writing.keyed) {
      const [key, member] = next.value as [string, JsonValue]
      parts.push(notation.string(key), notation.colon)
      write(member)
    } else write(next.value as JsonValue)
  }
  return parts.join('')
}

function scalarText(value: null | boolean | string | number | bigint | PythonFloat, notation: Notation): string {
  if (value === null) return notation.none
  if (typeof value === 'boolean') return value ? notation.true : notation.false
  if (typeof value === 'string') return notation.string(value)
  return value instanceof PythonFloat ? notation.float(value.value) : String(value)
}

const NAMED_ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function pythonStringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  // Other, separator and private characters are not printable for Python; the blank is.
  const body = text.replace(/[\\'\p{C}\p{Z}]/gu, (character) => {
    if (character === ' ' || (character === "'" && quote === '"')) return character
    if (character === "'") return "\\'"
    const code = character.codePointAt(0) as number
    const hex = code.toString(16)
    const coded = code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`
    return NAMED_ESCAPES[character] ?? (code > 0xffff ? `\\U${hex.padStart(8, '0')}` : coded)
  })
  return quote + body + quote
}

/**
 * The text of a JSON body. Like the reference, a character cut off at the very end is dropped (the parser then says
 * what is missing), and other bytes that are not UTF-8 are refused in Python's words.
 *
 * @throws PythonJsonError `'utf-8' codec can't decode byte 0xff in position 0: invalid start byte`
 */
export function decodeJsonBody(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
  } catch {
    throw new PythonJsonError(utf8Problem(bytes))
  }
}

/** Finds the first byte sequence that is not UTF-8. */
function utf8Problem(bytes: Uint8Array): string {
  const isNext = (at: number, low = 0x80, high = 0xbf) => bytes[at]! >= low && bytes[at]! <= high
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at]!
    const length =
      lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >> 4 === 0xe ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
    const byte = `byte 0x${lead.toString(16)} in position ${at}`
    if (length === 0) return `'utf-8' codec can't decode ${byte}: invalid start byte`
    // Overlong forms, surrogates and characters past U+10FFFF show in the second byte.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    let good = 1
    while (good < length && (good === 1 ? isNext(at + 1, low, high) : isNext(at + good))) good++
    if (good < length && at + good < bytes.length) {
      const where = good === 1 ? byte : `bytes in position ${at}-${at + good - 1}`
      return `'utf-8' codec can't decode ${where}: invalid continuation byte`
    }
    at += length
  }
  return "'utf-8' codec can't decode the body"
}
