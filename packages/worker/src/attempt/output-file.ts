import { type FileHandle, open } from 'node:fs/promises'
import type { AttemptFolder, SentOutput } from './folder.ts'
import type { Note } from './note.ts'
import { takeOutput } from './output-text.ts'

/** Bytes sent with one call. Binary rubbish grows sixfold on its way into JSON, and servers take about a megabyte. */
const PIECE_BYTES = 128 * 1024
/** What is kept of the end of output that is too long for the disk. */
const KEPT_TAIL_BYTES = PIECE_BYTES

/** What comes next for the log. */
export interface Piece {
  readonly text: string
  readonly notes: readonly Note[]
  /** Where the output stands once the server has the text, whose first byte is at the offset of what was sent before. */
  readonly after: SentOutput
}

/**
 * The output of a command, which writes into a file by itself: it is never held up by us, goes on when we are restarted,
 * and takes none of our memory. What may wait on disk is bounded.
 */
export class OutputFile {
  readonly #folder: AttemptFolder
  readonly #mostBytes: number
  #sent: SentOutput
  #file: FileHandle | undefined
  /** Used again and again: a hundred megabytes of output leave no rubbish behind. */
  #buffer: Buffer | undefined

  constructor(folder: AttemptFolder, mostBytes: number) {
    this.#folder = folder
    this.#mostBytes = mostBytes
    this.#sent = folder.sent()
  }

  /** How far the server has it. */
  get sent(): SentOutput {
    return this.#sent
  }

  /**
   * The next piece; undefined when there is none yet.
   *
   * @param last whether the command has ended, and nothing follows what is there
   */
  async next(last: boolean): Promise<Piece | undefined> {
    const { size } = await (await this.#opened()).stat()
    // After a crash between cutting the file and noting that down.
    if (size < this.#sent.position) this.#sent = { ...this.#sent, position: 0, atLineStart: true }
    const left = size - this.#sent.position
    if (left > this.#mostBytes) return this.#leaveOut(size)
    if (left === 0) {
      if (size > this.#mostBytes) await this.#cut()
      return undefined
    }
    const { position, offset, atLineStart } = this.#sent
    const bytes = await this.#read(position, Math.min(left, PIECE_BYTES))
    const taken = takeOutput(bytes, atLineStart, last && bytes.length === left)
    if (taken.bytes === 0) return undefined
    return {
      text: taken.text,
      notes: taken.notes,
      after: {
        note: this.#sent.note,
        position: position + taken.bytes,
        offset: offset + Buffer.byteLength(taken.text),
        atLineStart: taken.atLineStart,
      },
    }
  }

  /** The server has a piece. */
  confirm(after: SentOutput): void {
    this.#sent = after
    try {
      this.#folder.writeSent(after)
    } catch {
      // A full disk. It only matters after a crash, and then the server skips what it has.
    }
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  async #opened(): Promise<FileHandle> {
    this.#file ??= await open(this.#folder.output, 'r+')
    return this.#file
  }

  async #read(from: number, length: number): Promise<Buffer> {
    this.#buffer ??= Buffer.alloc(PIECE_BYTES)
    const { bytesRead } = await (await this.#opened()).read(this.#buffer, 0, length, from)
    return this.#buffer.subarray(0, bytesRead)
  }

  /** Goes on near the end, with a line that says what is missing, and gives the disk back. */
  async #leaveOut(size: number): Promise<Piece> {
    const { position, offset } = this.#sent
    const tail = await this.#read(size - KEPT_TAIL_BYTES, KEPT_TAIL_BYTES)
    const from = tail.indexOf(0x0a) + 1
    const missing = size - KEPT_TAIL_BYTES + from - position
    const gap = `\n[alyx-worker: ${missing} bytes of output were left out here; they came faster than they could be sent]\n`
    const taken = takeOutput(tail.subarray(from), true, true)
    const text = gap + taken.text
    await this.#cut()
    return {
      text,
      notes: taken.notes,
      after: { ...this.#sent, offset: offset + Buffer.byteLength(text), atLineStart: true },
    }
  }

  /** The command appends, so that it goes on at the new end. What it writes in this very moment may be lost. */
  async #cut(): Promise<void> {
    await (await this.#opened()).truncate(0)
    this.confirm({ ...this.#sent, position: 0 })
  }
}
