/**
 * Query strings and the `next` and `previous` links of lists, as Django and Django REST framework read and write them.
 * Clients cut these links apart as text, so every character counts.
 *
 * Source: spec of the contract, "Pagination"; Django 5.2, http.QueryDict; Django REST framework 3.16, LimitOffsetPagination.
 */

import { pythonInt } from './python-int.ts'

/** Django's setting for the number of fields in a query string or form, as Alyx sets it. */
const MAX_FIELDS = 10_000

const DEFAULT_LIMIT = 250
const MAX_LIMIT = 1000

/** More parameters than any honest client sends: a 400. */
export class TooManyFields extends Error {
  override name = 'TooManyFields'

  constructor(allowed: number) {
    super(`The request has more than ${allowed} parameters.`)
  }
}

/** The parameters of a request in their order. A name may be repeated; where one value is asked for, the last one counts. */
export class Query {
  readonly #values = new Map<string, string[]>()

  constructor(pairs: Iterable<readonly [string, string]>) {
    for (const [name, value] of pairs) {
      const known = this.#values.get(name)
      if (known === undefined) this.#values.set(name, [value])
      else known.push(value)
    }
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The last value of `name`. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.at(-1)
  }

  /** All values of `name` in their order; empty when it was not sent. */
  getAll(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** Each name once, in the order of first appearance, with all its values. */
  lists(): Iterable<readonly [string, readonly string[]]> {
    return this.#values.entries()
  }
}

/**
 * @param raw what follows the `?` as Node gives it (one character per byte), or the bytes of a form body
 * @throws TooManyFields
 *
 * Blank values are kept, `;` separates nothing, empty pairs are skipped, escapes that are none stay as they are, and
 * bytes that are not UTF-8 become U+FFFD.
 */
export function parseQuery(raw: string | Uint8Array, maxFields = MAX_FIELDS): Query {
  const text = typeof raw === 'string' && !/[^\0-\x7f]/.test(raw) ? raw : decoded(raw)
  if (text === '') return new Query([])
  const fields = text.split('&', maxFields + 1)
  if (fields.length > maxFields) throw new TooManyFields(maxFields)
  return new Query(
    fields
      .filter((field) => field !== '')
      .map((field) => {
        const equals = field.indexOf('=')
        return equals < 0
          ? [unquotePlus(field), '']
          : [unquotePlus(field.slice(0, equals)), unquotePlus(field.slice(equals + 1))]
      }),
  )
}

/** UTF-8 as a whole or, from programs that send something else, one character per byte. */
function decoded(raw: string | Uint8Array): string {
  const bytes = typeof raw === 'string' ? Buffer.from(raw, 'latin1') : Buffer.from(raw)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}

function unquotePlus(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    // A byte that is not UTF-8, or a % that starts no escape: only the runs of true escapes are decoded.
    return spaced.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(escapes.replaceAll('%', ''), 'hex')),
    )
  }
}

/** A name or value as Python's urlencode writes it: blanks as `+`, all but letters, digits and `_.-~` escaped. */
function quotePlus(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** Which rows of a list are asked for. */
export type Page = { limit: number; offset: number }

/**
 * `limit` and `offset` of a request. Nonsense is not an error of this contract: it means the default.
 *
 * @returns limit 1 to 1000, 250 by default; offset 0 or more
 */
export function pageOf(query: Query): Page {
  const limit = pythonInt(query.get('limit') ?? '')
  const offset = pythonInt(query.get('offset') ?? '')
  return {
    limit: limit === undefined || limit <= 0n ? DEFAULT_LIMIT : Math.min(Number(limit), MAX_LIMIT),
    // Beyond any table either way; a larger one would not fit PostgreSQL's bigint.
    offset: offset === undefined || offset <= 0n ? 0 : Math.min(Number(offset), Number.MAX_SAFE_INTEGER),
  }
}

/**
 * The addresses of the pages after and before this one; null where there is none.
 *
 * @param address scheme, host and path of the request: `http://lab.example/subjects`
 * @param count   rows of the whole list
 *
 * All other parameters are kept, sorted by name, repeated ones in their order.
 */
export function pageLinks(
  address: string,
  query: Query,
  { limit, offset }: Page,
  count: number,
): { next: string | null; previous: string | null } {
  const link = (newOffset: number) => `${address}?${queryOfPage(query, limit, newOffset)}`
  return {
    next: offset + limit >= count ? null : link(offset + limit),
    previous: offset <= 0 ? null : link(offset - limit),
  }
}

function queryOfPage(query: Query, limit: number, offset: number): string {
  const lists = new Map(query.lists())
  lists.set('limit', [String(limit)])
  if (offset > 0) lists.set('offset', [String(offset)])
  else lists.delete('offset')
  return [...lists]
    .sort(([a], [b]) => byCharacter(a, b))
    .flatMap(([name, values]) => values.map((value) => `${quotePlus(name)}=${quotePlus(value)}`))
    .join('&')
}

/** Python sorts texts by character, JavaScript by UTF-16 unit; the order of UTF-8 bytes is Python's. */
const byCharacter = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
