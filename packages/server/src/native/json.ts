import type { ValueKind } from '@alyx/models'
import { list, type Origin, type WriteText } from '../rest/json.ts'

const quoted: WriteText = (text) => JSON.stringify(text.toWellFormed())
const asIs: WriteText = (text) => text
const plain: WriteText = (text) => `"${text}"`

/** PostgreSQL's text of a float is JSON already, but for three values that JSON has no word for. */
const float: WriteText = (text) => (/[a-zA-Z]$/.test(text) ? `"${text}"` : text)

const MOMENT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d)(:\d\d)?$/

/**
 * A moment with its offset, in the server's zone: `2018-07-09T12:34:56.123+01:00`. It means the same wherever it is
 * read, and comes back in filters and bodies as it is. Never through a `Date`, which has no microseconds.
 */
export const momentText = (stored: string): string =>
  stored.replace(MOMENT, (_, day, clock, hours, minutes = ':00') => `${day}T${clock}${hours}${minutes}`)

/** Address of a picture of the media folder. */
export const pictureAddress = (path: string, { origin, mediaPath }: Origin): string =>
  `${origin}${mediaPath}${path.split('/').map(encodeURIComponent).join('/')}`

/** Notes with the addresses of their pictures, where they had paths in the media folder. */
export const withAddresses = <T extends { readonly image: string | null }>(notes: readonly T[], origin: Origin): T[] =>
  notes.map((note) => ({ ...note, image: note.image && pictureAddress(note.image, origin) }))

/** JSON of a value of each kind, given PostgreSQL's text of it. Every answer is JSON that any parser takes. */
export const writers: { readonly [K in ValueKind]: WriteText } = {
  uuid: plain,
  identity: asIs,
  text: quoted,
  longText: quoted,
  email: quoted,
  url: quoted,
  image: (path, origin) => (path === '' ? 'null' : quoted(pictureAddress(path, origin), origin)),
  integer: asIs,
  float,
  boolean: (text) => (text.startsWith('t') ? 'true' : 'false'),
  date: plain,
  datetime: (text) => plain(momentText(text), { origin: '', mediaPath: '' }),
  json: asIs,
  choice: quoted,
  level: asIs,
  floatList: list((text) => float(text, { origin: '', mediaPath: '' })),
  integerList: list((text) => text),
}
