/** Class and method of `connection.tune`, before channels, bytes of a frame and the heartbeat. */
const TUNE = Buffer.from([0, 10, 0, 30])
const HEARTBEAT_AT = 10

/**
 * How often the broker wants to hear from whoever is connected, from its `connection.tune`.
 *
 * @returns seconds, 0 for never; undefined when the piece is another one
 */
export function proposedHeartbeat(chunk: Buffer): number | undefined {
  if (!chunk.subarray(0, TUNE.length).equals(TUNE) || chunk.length < HEARTBEAT_AT + 2) return undefined
  return chunk.readUInt16BE(HEARTBEAT_AT)
}

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
