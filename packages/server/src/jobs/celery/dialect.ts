/**
 * JSON as kombu writes it: types that JSON does not have are objects with `__type__` and `__value__`, and numbers that are
 * none stand there as Python writes them.
 */

/** A message that cannot be read, and why. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** Larger ones are not read: an answer of a worker is a sentence, a log lies elsewhere. */
const MOST_BYTES = 16 * 1024 * 1024
/** Texts, which stay as they are, or a number that JSON does not know. */
const TEXT_OR_NO_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/gs
/** What stands for such a number while the text is parsed. */
const NO_NUMBER = '__no_number__'

/**
 * Reads the body of a message.
 *
 * @returns plain values: UUIDs, dates, decimals and bytes as texts, `NaN` and infinities as numbers
 * @throws Unreadable for another encoding, pickle above all, which would run what it contains
 */
export function readBody(contentType: string | undefined, body: unknown): unknown {
  if (contentType !== 'application/json') throw new Unreadable(`a message of type ${contentType ?? 'unknown'}`)
  if (!Buffer.isBuffer(body)) return tagged(body)
  if (body.length > MOST_BYTES) throw new Unreadable(`a message of ${body.length} bytes`)
  return readJson(body.toString('utf8'))
}

/** @throws Unreadable */
export function readJson(text: string): unknown {
  try {
    return tagged(JSON.parse(text))
  } catch (error) {
    if (error instanceof Unreadable) throw error
  }
  try {
    return tagged(
      JSON.parse(text.replace(TEXT_OR_NO_NUMBER, (word) => (word[0] === '"' ? word : `{"${NO_NUMBER}":"${word}"}`))),
    )
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw new Unreadable(`a message that is no JSON: ${(error as Error).message}`)
  }
}

const UUID_HEX = /^[\da-f]{32}$/i

/** How each tagged type reads. */
const READERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  uuid(value) {
    const hex = typeof value === 'object' && value !== null ? (value as { hex?: unknown }).hex : undefined
    if (typeof hex !== 'string' || !UUID_HEX.test(hex)) throw new Unreadable('a UUID without 32 digits')
    return hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  },
  datetime: asText,
  date: asText,
  time: asText,
  decimal: asText,
  bytes: asText,
  base64: asText,
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new Unreadable('a tagged value that is no text')
  return value
}

/** Deeper ones are refused before the stack ends. */
const DEEPEST = 200

/** The same values with what is tagged read. */
function tagged(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) throw new Unreadable('a message that is nested too deep')
  if (Array.isArray(value)) return value.map((one) => tagged(one, depth + 1))
  const names = Object.keys(value)
  const of = value as Record<string, unknown>
  if (names.length === 1 && names[0] === NO_NUMBER) return Number(of[NO_NUMBER])
  if (names.length === 2 && '__type__' in of && '__value__' in of) {
    const type = String(of.__type__)
    const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined
    if (read === undefined) throw new Unreadable(`a value of the unknown type "${type}"`)
    return read(of.__value__)
  }
  // Names of others: `__proto__` among them is a name like any other.
  const plain: Record<string, unknown> = Object.create(null)
  for (const name of names) plain[name] = tagged(of[name], depth + 1)
  return plain
}
