/**
 * Names of files as ALF has them: `_namespace_object.attribute_timescale.extra.extension`.
 *
 * Source: Alyx 3.6.1, which reads them with the grammar of ONE-api.
 */

const WORD = '[\\p{L}\\p{N}_]'
const ALF_NAME = new RegExp(
  [
    '^_?(?:(?<=_)[a-zA-Z0-9]+)?_?',
    `(?<object>${WORD}+)\\.`,
    '(?<attribute>(?:_[a-z]+_)?[a-zA-Z0-9]+(?:_times(?=[_.])|_intervals(?=[_.]))?)',
    `(?:_${WORD}+)?`,
    `(?:\\.[.\\p{L}\\p{N}_-]+)?\\.${WORD}+$`,
  ].join(''),
  'u',
)

/**
 * What a name says that the file holds: `spikes.times` of `_ibl_spikes.times_ephysClock.raw.npy`; of a name that is not
 * ALF, all but its extension.
 */
export function objectAndAttribute(name: string): string {
  const { object, attribute } = ALF_NAME.exec(name)?.groups ?? {}
  return object === undefined ? withoutExtension(name) : `${object}.${attribute}`
}

/** The last extension with its dot; '' for none. A dot at the beginning hides a file, and begins no extension. */
export function extensionOf(name: string): string {
  const visible = name.replace(/^\.+/, '')
  const dot = visible.lastIndexOf('.')
  return dot < 0 ? '' : visible.slice(dot)
}

const withoutExtension = (name: string): string => name.slice(0, name.length - extensionOf(name).length)
