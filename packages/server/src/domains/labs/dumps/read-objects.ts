import { Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { createGunzip } from 'node:zlib'
import { DumpError } from './dump-error.ts'
import { parseExactly } from './exact-json.ts'

/** One entry of a dump, not yet compared with any model. */
export interface DumpedObject {
  /** Line of the file where the object begins, from 1. */
  readonly line: number
  readonly value: Record<string, unknown>
}

const GZIP_MAGIC = [0x1f, 0x8b]
const [NEWLINE, QUOTE, BACKSLASH, OPEN, CLOSE] = [10, 34, 92, 123, 125]
const BETWEEN = /^[\s,[\]\uFEFF]*$/

/**
 * Objects of a Django dump, one at a time: a JSON list, or one object per line, compressed by gzip or not. Keeps one
 * object in memory, whatever the size of the file.
 *
 * @throws DumpError when the file is no dump, is cut off, or an object is not valid JSON
 */
export async function* readObjects(source: Readable): AsyncGenerator<DumpedObject> {
  const cutter = new ObjectCutter()
  for await (const text of decoded(source)) yield* cutter.take(text)
  cutter.finish()
}

async function* decoded(source: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for await (const chunk of unzipped(source)) yield decode(decoder, chunk)
  yield decode(decoder)
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch (error) {
    throw new DumpError({ line: 1 }, 'the file is not UTF-8 text', { cause: error })
  }
}

/** The bytes, unpacked when the first two say gzip. */
async function* unzipped(source: Readable): AsyncGenerator<Uint8Array> {
  let first: Uint8Array | undefined
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array | string>
  const next = async () => {
    const step = await chunks.next()
    return step.done ? undefined : typeof step.value === 'string' ? Buffer.from(step.value) : step.value
  }
  while ((first?.length ?? 0) < GZIP_MAGIC.length) {
    const more = await next()
    if (!more) break
    first = first ? Buffer.concat([first, more]) : more
  }
  const all = (async function* () {
    if (first) yield first
    for (let chunk = await next(); chunk; chunk = await next()) yield chunk
  })()
  if (!first || !GZIP_MAGIC.every((byte, at) => first[at] === byte)) return yield* all
  try {
    const gunzip = createGunzip()
    const packed = Readable.from(all)
    packed.on('error', (error) => gunzip.destroy(error))
    yield* packed.pipe(gunzip) as AsyncIterable<Uint8Array>
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith('Z_')) throw error
    throw new DumpError({ line: 1 }, 'the compressed file is damaged or cut off', { cause: error })
  }
}

/** Cuts text into its outermost objects by counting braces outside strings; JSON.parse then reads each. */
class ObjectCutter {
  #line = 1
  #depth = 0
  #inString = false
  #escaped = false
  /** Text of the object being read, from earlier chunks. */
  #begun = ''
  #objectLine = 1
  #found = 0

  finish(): void {
    if (this.#depth > 0) throw new DumpError({ line: this.#objectLine }, 'the file ends inside this object')
    this.#between(this.#begun)
    if (this.#found === 0 && !this.#begun.includes('[')) this.#notADump('it holds no list of objects')
  }

  *take(text: string): Generator<DumpedObject> {
    let start = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === NEWLINE) this.#line++
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (code === BACKSLASH) this.#escaped = true
        else if (code === QUOTE) this.#inString = false
      } else if (code === QUOTE) this.#inString = true
      else if (code === OPEN) {
        if (this.#depth++ === 0) {
          this.#between(this.#begun + text.slice(start, at))
          this.#begun = ''
          this.#objectLine = this.#line
          start = at
        }
      } else if (code === CLOSE && --this.#depth === 0) {
        yield this.#object(this.#begun + text.slice(start, at + 1))
        this.#begun = ''
        start = at + 1
      } else if (this.#depth < 0) this.#notADump('"}" without "{"')
    }
    this.#begun += text.slice(start)
  }

  #object(text: string): DumpedObject {
    this.#found++
    try {
      return { line: this.#objectLine, value: parseExactly(withQuotedInfinities(text)) as Record<string, unknown> }
    } catch (error) {
      const line = Number(/line (\d+)/.exec((error as Error).message)?.[1] ?? 1)
      throw new DumpError({ line: this.#objectLine + line - 1 }, `not valid JSON (${(error as Error).message})`, {
        cause: error,
      })
    }
  }

  #between(text: string): void {
    if (!BETWEEN.test(text)) this.#notADump(`found ${JSON.stringify(text.trim().slice(0, 40))} between objects`)
  }

  #notADump(what: string): never {
    throw new DumpError({ line: this.#line }, `not a dump, which is a JSON list of {"model", "pk", "fields"}: ${what}`)
  }
}

/** Python writes NaN and infinities as bare words, which JSON does not know; as texts PostgreSQL reads them. */
function withQuotedInfinities(text: string): string {
  if (!/[[:]\s*-?(?:NaN|Infinity)\s*[,}\]]|,\s*-?(?:NaN|Infinity)\s*[,\]]/.test(text)) return text
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
}
