/**
 * Which form of an answer the client gets: JSON, perhaps indented, or the page for people in a browser.
 *
 * Source: spec of the contract, "Content negotiation"; Django REST framework 3.16, DefaultContentNegotiation, which
 * ranks media types by how specific they are and does not look at quality values.
 */

/** A form that a route can answer in. `format` is its name in `?format=`. */
export type Renderer = { format: string; mediaType: string }

/** What every resource of the contract offers, in order of preference. */
export const RENDERERS = [
  { format: 'json', mediaType: 'application/json' },
  { format: 'api', mediaType: 'text/html' },
] as const satisfies readonly Renderer[]

/** `indent` is the number of blanks per level; 0 for compact JSON. */
export type Negotiated<R extends Renderer> =
  | { renderer: R; indent: number }
  | { refused: 'not_acceptable' | 'unknown_format' }

const MAX_INDENT = 8

/**
 * @param accept   the Accept header; undefined when the client sent none
 * @param format   the value of `?format=`; undefined or empty when it asks for nothing
 * @param renderers what the route can answer in, the preferred first
 * @returns `unknown_format` is the contract's 404, `not_acceptable` its 406
 */
export function negotiate<R extends Renderer>(
  accept: string | undefined,
  format: string | undefined,
  renderers: readonly R[],
): Negotiated<R> {
  const offered = format ? renderers.filter((renderer) => renderer.format === format) : renderers
  if (offered.length === 0) return { refused: 'unknown_format' }

  const accepted = (accept ?? '*/*').split(',').map((range) => parseMediaType(range.trim()))
  for (const level of [3, 2, 1, 0]) {
    const ranges = accepted.filter((range) => specificity(range) === level)
    for (const renderer of offered) {
      const range = ranges.find((candidate) => covers(candidate, renderer.mediaType))
      if (range !== undefined) return { renderer, indent: indentOf(range) }
    }
  }
  return { refused: 'not_acceptable' }
}

export type MediaType = { type: string; parameters: ReadonlyMap<string, string> }

/**
 * A media type with its parameters, names in lower case, quotes removed: `application/json; indent=4`.
 * Serves Accept and Content-Type.
 */
export function parseMediaType(text: string): MediaType {
  // Semicolons inside quotes separate nothing; a quote left open reaches to the end.
  const [type = '', ...rest] = text.match(/(?:"(?:[^"\\]|\\.)*"?|[^;"])+/g) ?? []
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase()
    if (name !== '') parameters.set(name, equals < 0 ? '' : unquoted(part.slice(equals + 1).trim()))
  }
  return { type: type.trim().toLowerCase(), parameters }
}

function unquoted(value: string): string {
  const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"')
  return quoted ? value.slice(1, -1).replaceAll('\\\\', '\\').replaceAll('\\"', '"') : value
}

/** 3 with parameters other than a quality, 2 without, 1 for `type/*`, 0 for `*` of any kind. */
function specificity({ type, parameters }: MediaType): number {
  const [main, sub] = type.split('/')
  if (main === '*') return 0
  if (sub === '*') return 1
  return parameters.size === 0 || (parameters.size === 1 && parameters.has('q')) ? 2 : 3
}

function covers(range: MediaType, mediaType: string): boolean {
  const [main, sub] = mediaType.split('/')
  const [wantedMain = '', wantedSub = ''] = range.type.split('/')
  return (wantedSub === '*' || wantedSub === sub) && (wantedMain === '*' || wantedMain === main)
}

/** At most 8, as more would let a client inflate an answer; nonsense means compact. */
function indentOf({ parameters }: MediaType): number {
  const asked = parameters.get('indent')?.trim() ?? ''
  return /^[+-]?\d+$/.test(asked) ? Math.max(0, Math.min(Number(asked), MAX_INDENT)) : 0
}
