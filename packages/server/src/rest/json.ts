import type { ValueKind } from '@alyx/models'
import { datetimeText, jsonString, jsonText, pythonFloat } from './python-json.ts'

/** What addresses in an answer are made of. */
export interface Origin {
  /** `http://host:port` as the client called us. */
  readonly origin: string
  /** Where pictures and other media are fetched: `/uploaded/`. */
  readonly mediaPath: string
}

/** JSON of a value, given PostgreSQL's text of it. */
export type WriteText = (text: string, origin: Origin) => string

/** JSON of a list, given PostgreSQL's text of it and what makes one value of it JSON. */
export const list =
  (item: (text: string) => string): WriteText =>
  (text) =>
    text === '{}'
      ? '[]'
      : `[${text
          .slice(1, -1)
          .split(',')
          .map((one) => (one === 'NULL' ? 'null' : item(one)))
          .join(',')}]`

const quoted: WriteText = (text) => `"${text}"`
const asIs: WriteText = (text) => text

/** Percent-encodes a path but leaves what addresses may hold, slashes included. */
const encodePath = (path: string): string => path.split('/').map(encodeSegment).join('/')

/** Percent-encodes one word of a path, as Django's reverse does: everything but letters, digits and `-._~!$&'()*+,;=:@`. */
export const encodeSegment = (word: string): string =>
  encodeURIComponent(word).replace(/%(?:24|26|2B|2C|3B|3D|3A|40)/g, (code) => decodeURIComponent(code))

/** How each kind of value is written in JSON, as Alyx's clients expect it: naive date-times, floats always with a point. */
export const writers: { readonly [K in ValueKind]: WriteText } = {
  uuid: quoted,
  identity: asIs,
  text: jsonString,
  longText: jsonString,
  email: jsonString,
  url: jsonString,
  image: (path, { origin, mediaPath }) =>
    path === '' ? 'null' : jsonString(`${origin}${mediaPath}${encodePath(path)}`),
  integer: asIs,
  float: pythonFloat,
  boolean: (text) => (text.startsWith('t') ? 'true' : 'false'),
  date: quoted,
  datetime: (text) => `"${datetimeText(text)}"`,
  json: jsonText,
  choice: jsonString,
  level: asIs,
  floatList: list(pythonFloat),
  integerList: list(asIs as (text: string) => string),
}

/** JSON of a value that a rule computed. */
export function writeComputed(kind: ValueKind, value: unknown, origin: Origin): string {
  if (value === null || value === undefined) return 'null'
  if (kind === 'boolean') return value ? 'true' : 'false'
  return writers[kind](Object.is(value, -0) ? '-0' : String(value), origin)
}
