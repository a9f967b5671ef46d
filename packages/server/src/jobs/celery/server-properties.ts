/** Before the number of the version in the broker's first frame: the field's name with its length, and `S` for a text. */
const VERSION_FIELD = Buffer.from('\x07versionS', 'latin1')
const LENGTH_BYTES = 4
const LONGEST_VERSION = 64

/**
 * What the broker calls its version, from a piece of its `connection.start`.
 *
 * @returns as in `3.10.8`; undefined when the piece does not tell
 */
export function brokerVersion(chunk: Buffer): string | undefined {
  const at = chunk.indexOf(VERSION_FIELD)
  const start = at + VERSION_FIELD.length + LENGTH_BYTES
  if (at < 0 || start > chunk.length) return undefined
  const length = chunk.readUInt32BE(start - LENGTH_BYTES)
  if (length > LONGEST_VERSION || start + length > chunk.length) return undefined
  const text = chunk.toString('utf8', start, start + length)
  return /^[\w.+-]+$/.test(text) ? text : undefined
}
