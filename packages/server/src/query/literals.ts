import { FilterError, quoted } from './filter-error.ts'

/** A number as it was written, and what it means: `007` is 7, but on a column of text it is `007`. */
export interface NumberValue {
  readonly number: string
  readonly value: number
}
/** A dictionary, only of use in comparisons of JSON. Entries, because a key may be called anything, `__proto__` included. */
export interface ObjectValue {
  readonly entries: readonly (readonly [key: string, value: FilterValue])[]
}
export type FilterValue = null | boolean | string | NumberValue | ObjectValue | readonly FilterValue[]

export const isList = (value: FilterValue): value is readonly FilterValue[] => Array.isArray(value)
export const isNumber = (value: FilterValue): value is NumberValue =>
  typeof value === 'object' && value !== null && 'number' in value
export const isObject = (value: FilterValue): value is ObjectValue =>
  typeof value === 'object' && value !== null && 'entries' in value && !Array.isArray(value)

const MAX_DEPTH = 20

const NUMBER = /[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?/y
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy
const BLANKS = /[ \t\r\n\f]*/y
/** Characters of a string up to the next quote or backslash. */
const PLAIN = /[^'"\\\n]*/y
const WORDS = new Map<string, null | boolean>([
  ['None', null],
  ['True', true],
  ['False', false],
])
const ESCAPES = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['\n', ''],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])
const CODE_DIGITS = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

/** Reads one Python literal; one pass, nothing is evaluated. */
class Reader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): FilterValue {
    const value = this.#value()
    this.#match(BLANKS)
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  /** The next character after blanks, not consumed; empty at the end. */
  #peek(): string {
    this.#match(BLANKS)
    return this.#text[this.#at] ?? ''
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at += 1
    return true
  }

  #unexpected(): FilterError {
    const rest = this.#text.slice(this.#at)
    return new FilterError(
      rest === ''
        ? `the list ${quoted(this.#text)} is not complete`
        : `cannot read the list at ${quoted(rest)}: write texts in quotes, as in ["a", "b"], and numbers, True, False or None without`,
    )
  }

  #value(): FilterValue {
    const next = this.#peek()
    if (next === '[' || next === '(' || next === '{') return this.#nested(next)
    if (next === '"' || next === "'") return this.#string()
    const number = this.#match(NUMBER)
    if (number) {
      const written = number.replaceAll('_', '')
      return { number: written, value: Number(written) }
    }
    const from = this.#at
    const word = this.#match(WORD)
    const value = WORDS.get(word)
    if (value !== undefined) return value
    // Python 2 printed its texts as u'…'; scripts that paste such lists are still around.
    if ((word === 'u' || word === 'U') && /['"]/.test(this.#text[this.#at] ?? '')) return this.#string()
    this.#at = from
    throw this.#unexpected()
  }

  #nested(open: '[' | '(' | '{'): FilterValue {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw new FilterError(`lists may be nested at most ${MAX_DEPTH} deep`)
    this.#take(open)
    const value = open === '{' ? this.#object() : this.#list(open)
    this.#depth -= 1
    return value
  }

  #list(open: '[' | '('): FilterValue {
    const close = open === '[' ? ']' : ')'
    const values: FilterValue[] = []
    while (!this.#take(close)) {
      values.push(this.#value())
      if (this.#take(',')) continue
      if (!this.#take(close)) throw this.#unexpected()
      // ("a") is "a"; ("a",) is a list of one.
      return open === '(' && values.length === 1 ? values[0]! : values
    }
    return values
  }

  #object(): FilterValue {
    const entries: [string, FilterValue][] = []
    while (!this.#take('}')) {
      if (!/['"]/.test(this.#peek())) throw this.#unexpected()
      const key = this.#string()
      if (!this.#take(':')) throw this.#unexpected()
      entries.push([key, this.#value()])
      if (this.#take(',')) continue
      if (!this.#take('}')) throw this.#unexpected()
      break
    }
    return { entries }
  }

  #string(): string {
    const quote = this.#text[this.#at]!
    this.#at += 1
    const pieces: string[] = []
    for (;;) {
      pieces.push(this.#match(PLAIN))
      const next = this.#text[this.#at]
      if (next === undefined || next === '\n') throw new FilterError('a text in the list has no closing quote')
      this.#at += 1
      if (next === quote) return pieces.join('')
      pieces.push(next === '\\' ? this.#escape() : next)
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at]
    if (letter === undefined) throw this.#unexpected()
    this.#at += 1
    const plain = ESCAPES.get(letter)
    if (plain !== undefined) return plain
    const digits = CODE_DIGITS.get(letter)
    if (digits !== undefined) return this.#character(this.#text.slice(this.#at, this.#at + digits), digits, 16)
    if (/[0-7]/.test(letter)) {
      this.#at -= 1
      const octal = /^[0-7]{1,3}/.exec(this.#text.slice(this.#at, this.#at + 3))![0]
      return this.#character(octal, octal.length, 8)
    }
    return `\\${letter}`
  }

  #character(code: string, length: number, base: 8 | 16): string {
    const number = code.length === length && /^[0-9a-fA-F]+$/.test(code) ? Number.parseInt(code, base) : Number.NaN
    if (!(number <= 0x10ffff)) throw this.#unexpected()
    this.#at += length
    return String.fromCodePoint(number)
  }
}

/**
 * A Python literal: texts in quotes with escapes, numbers, `True`, `False`, `None`, and lists, tuples and dictionaries of
 * them. Nothing is evaluated; takes time proportional to the text.
 * @throws FilterError when it is anything else
 */
export function parseLiteral(text: string): FilterValue {
  return new Reader(text).whole()
}

const MAX_TEXT_LENGTH = 10_000

/** @throws FilterError when a text of the value cannot be given to PostgreSQL, or is longer than any that is stored */
export function requireStorable(value: FilterValue): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new FilterError('Null characters are not allowed.')
    if (!value.isWellFormed()) throw new FilterError('a text holds half of a character (a lone surrogate)')
    if (value.length > MAX_TEXT_LENGTH)
      throw new FilterError(`a text of ${value.length} characters is too long: ${MAX_TEXT_LENGTH} at most`)
  } else if (isNumber(value)) {
    if (value.number.length > MAX_TEXT_LENGTH) throw new FilterError('a number has too many digits')
  } else if (isObject(value)) {
    for (const [key, one] of value.entries) {
      requireStorable(key)
      requireStorable(one)
    }
  } else for (const one of value) requireStorable(one)
}
