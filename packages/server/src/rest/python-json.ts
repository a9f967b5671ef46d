/**
 * The text forms in which the Alyx contract writes numbers, strings, dates and stored documents.
 * They are those of Python's json module as Django REST framework calls it, because clients compare and re-read them.
 *
 * Source: spec of the contract, "JSON encoding of values"; checked against Python 3.11.
 */

/** Python writes an exponent from here on, and below SMALLEST_PLAIN; JavaScript changes over at other magnitudes. */
const FIRST_EXPONENT = 1e16
const SMALLEST_PLAIN = 1e-4

const QUOTE = 34
const BACKSLASH = 92
const DOT = 46
const MINUS = 45
const DIGIT_0 = 48
const DIGIT_9 = 57

/**
 * A float as Python writes it: always with a decimal point or an exponent, `NaN` and `Infinity` as bare tokens.
 *
 * @param value a number, or the text of a PostgreSQL float8 (`20`, `1e+15`, `NaN`)
 * @returns `20.0`, `1000000000000000.0`, `1e-05`, `NaN`
 */
export function pythonFloat(value: number | string): string {
  if (typeof value === 'number') return floatOfNumber(value)
  // PostgreSQL writes the same shortest digits as Python; only its exponents and whole numbers differ.
  const last = value.charCodeAt(value.length - 1)
  if (last < DIGIT_0 || last > DIGIT_9)
    return value === 'NaN' || value.endsWith('Infinity') ? value : floatOfText(value)
  if (value.includes('e') || value.includes('E')) return floatOfText(value)
  return value.includes('.') ? value : `${value}.0`
}

const floatOfText = (text: string): string => floatOfNumber(Number(text))

function floatOfNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= SMALLEST_PLAIN && size < FIRST_EXPONENT) return Number.isInteger(value) ? `${value}.0` : String(value)
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (!Number.isFinite(value)) return String(value)
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}

/**
 * A string as a JSON token: non-ASCII characters stay themselves, except U+2028 and U+2029.
 * Half a surrogate pair becomes an escape, so that the bytes sent are always valid UTF-8.
 */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : withoutLineSeparators(JSON.stringify(text))
}

/** Names, paths, addresses: nothing in them needs an escape, and they are most of what is written. */
const PLAIN = /^[ !#-[\]-~]*$/

/** Both are legal in JSON and ended a line in older JavaScript, so the contract escapes them. They occur in strings only. */
function withoutLineSeparators(json: string): string {
  const found = json.includes('\u2028') || json.includes('\u2029')
  return found ? json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') : json
}

/**
 * A stored document as the contract shows it: no blanks, keys in their order, numbers with a point or an exponent as
 * Python floats, whole numbers as they are, however long.
 *
 * @param stored what PostgreSQL writes for a jsonb value; any valid JSON text is understood
 *
 * One pass without recursion: documents may be megabytes long and thousands of levels deep.
 */
export function jsonText(stored: string): string {
  // jsonb never writes these two escapes for characters that need none; other sources may.
  const mayEscape = stored.includes('\\u') || stored.includes('\\/')
  let out = ''
  let at = 0
  while (at < stored.length) {
    const opening = stored.indexOf('"', at)
    if (opening < 0) return withoutLineSeparators(out + betweenStrings(stored, at, stored.length))
    out += betweenStrings(stored, at, opening)
    at = endOfString(stored, opening)
    const token = stored.slice(opening, at)
    out += mayEscape && token.includes('\\') ? JSON.stringify(JSON.parse(token)) : token
  }
  return withoutLineSeparators(out)
}

/** The index after the quote that closes the string opened at `opening`. */
function endOfString(json: string, opening: number): number {
  let closing = json.indexOf('"', opening + 1)
  while (closing >= 0) {
    let first = closing
    while (json.charCodeAt(first - 1) === BACKSLASH) first--
    // An even number of backslashes escape each other and leave the quote to close the string.
    if ((closing - first) % 2 === 0) return closing + 1
    closing = json.indexOf('"', closing + 1)
  }
  return json.length
}

/** Punctuation, words and numbers of `json` from `start` to `end`, which hold no string. */
function betweenStrings(json: string, start: number, end: number): string {
  let out = ''
  let copied = start
  for (let at = start; at < end; at++) {
    const code = json.charCodeAt(at)
    if (code <= 32) {
      if (copied < at) out += json.slice(copied, at)
      copied = at + 1
    } else if (code === MINUS || (code >= DIGIT_0 && code <= DIGIT_9)) {
      const from = at
      let isFloat = false
      while (++at < end) {
        const next = json.charCodeAt(at)
        if (next >= DIGIT_0 && next <= DIGIT_9) continue
        // Only the characters of a number may follow: point, e, E and the signs of an exponent.
        if (next === DOT || next === 101 || next === 69 || (isFloat && (next === 43 || next === MINUS))) isFloat = true
        else break
      }
      if (isFloat) {
        out += json.slice(copied, from) + floatOfText(json.slice(from, at))
        copied = at
      } else if (code === MINUS && at === from + 2 && json.charCodeAt(from + 1) === DIGIT_0) {
        out += `${json.slice(copied, from)}0` // Python's whole numbers have no minus zero.
        copied = at
      }
      at--
    }
  }
  return copied < end ? out + json.slice(copied, end) : out
}

/**
 * The same document with Python's default blanks (`{"a": 1, "b": 2}`), or one value per line when `indent` is given.
 *
 * @param compact JSON without blanks between tokens
 * @param indent  blanks per level; 0 or absent for one line
 */
export function spacedJson(compact: string, indent = 0): string {
  const parts: string[] = []
  let depth = 0
  const line = () => (indent > 0 ? `\n${' '.repeat(indent * depth)}` : '')
  for (let at = 0; at < compact.length; at++) {
    const code = compact.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(compact, at)
      parts.push(compact.slice(at, end))
      at = end - 1
      continue
    }
    const character = compact[at] as string
    if (character === '{' || character === '[') {
      const empty = compact[at + 1] === '}' || compact[at + 1] === ']'
      if (empty) {
        parts.push(character, compact[++at] as string)
      } else {
        depth++
        parts.push(character, line())
      }
    } else if (character === '}' || character === ']') {
      depth--
      parts.push(line(), character)
    } else if (character === ',') parts.push(indent > 0 ? ',' : ', ', line())
    else parts.push(character === ':' ? ': ' : character)
  }
  return parts.join('')
}

/** `2018-07-09 12:34:56.123+00` in its parts; years of other lengths and `infinity` do not match. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:[+-]\d\d(?::\d\d){0,2})?$/

/**
 * A moment as the contract writes it: wall clock of the server's zone, no offset, microseconds only when there are some.
 *
 * @param stored the text of a PostgreSQL timestamptz read through a connection in the server's zone
 * @returns `2018-07-09T12:34:56.123000`; texts outside Python's years 1 to 9999 come back unchanged
 */
export function datetimeText(stored: string): string {
  const parts = TIMESTAMP.exec(stored)
  if (parts === null) return stored
  const [, day, time, fraction] = parts
  return fraction === undefined || /^0+$/.test(fraction)
    ? `${day}T${time}`
    : `${day}T${time}.${fraction.padEnd(6, '0')}`
}
