import { type Note, readNote } from './note.ts'

/** What has been made of a piece of output. */
export interface Taken {
  /** Bytes of the output that it comes from. */
  readonly bytes: number
  /** For the log: valid text, without the lines that were meant for us. */
  readonly text: string
  /** What the command told us. */
  readonly notes: readonly Note[]
  /** Whether what follows begins a line. */
  readonly atLineStart: boolean
}

/** Longer lines are no words to us. */
const LONGEST_NOTE = 8192
const BEGINNING = '::alyx '
const LINE_FEED = 0x0a
const NOTE_START = Buffer.from(BEGINNING)

/**
 * Turns a piece of output into text for the log. The same bytes give the same text however they are cut, so that a piece
 * can be sent again after a crash: characters are never cut, and neither are lines that are meant for us.
 *
 * @param atLineStart whether the piece begins a line
 * @param last whether nothing follows: what is left unfinished is taken as it is
 */
export function takeOutput(piece: Buffer, atLineStart: boolean, last: boolean): Taken {
  const whole = last ? piece : piece.subarray(0, endOfCharacters(piece))
  const notes: Note[] = []
  const texts: Buffer[] = []
  let from = 0
  let at = 0
  let lineStart = atLineStart
  while (at < whole.length) {
    const feed = whole.indexOf(LINE_FEED, at)
    const end = feed < 0 ? whole.length : feed + 1
    const line = whole.subarray(at, end)
    if (lineStart && mayBeNote(line)) {
      const open = feed < 0 && !last && line.length < LONGEST_NOTE
      // Judged when it is whole.
      if (open) break
      const note = line.length < LONGEST_NOTE ? readNote(line.toString('utf8')) : undefined
      if (note) {
        texts.push(whole.subarray(from, at))
        from = end
        notes.push(note)
      }
    }
    lineStart = feed >= 0
    at = end
  }
  texts.push(whole.subarray(from, at))
  return { bytes: at, text: cleaned(texts), notes, atLineStart: at === 0 ? atLineStart : lineStart }
}

/** Whether a line, or the beginning of one, begins as those that are meant for us. */
function mayBeNote(line: Buffer): boolean {
  const length = Math.min(line.length, NOTE_START.length)
  return length > 0 && line.subarray(0, length).equals(NOTE_START.subarray(0, length))
}

/** Valid text. PostgreSQL keeps no NUL, which is shown as a picture of one. */
function cleaned(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString('utf8').replaceAll('\0', '\u2400')
}

/** Where the last whole character ends: at most three bytes may be the beginning of one. */
function endOfCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needed > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}
