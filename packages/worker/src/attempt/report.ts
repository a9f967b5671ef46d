import { open } from 'node:fs/promises'
import type { ExitCodes } from '../configuration/exit-codes.ts'
import { pause } from '../server/back-off.ts'
import { appendLog, type Finish, type Finished, finish as sendFinish, tellProgress } from '../server/calls.ts'
import { CallRefused } from '../server/failures.ts'
import type { Transport } from '../server/transport.ts'
import type { AttemptFolder, Exit } from './folder.ts'
import { heard } from './heard.ts'
import { type Note, progressIn } from './note.ts'
import { lastLineOf, outcomeOf } from './outcome.ts'
import { OutputFile } from './output-file.ts'

export interface ReportOptions {
  readonly attempt: string
  readonly folder: AttemptFolder
  readonly transport: Transport
  readonly spoolBytes: number
  /** Hears what the command tells, everything so far. */
  readonly noted?: (note: Note) => void
  /** Hears the text of the log as it is sent. */
  readonly printed?: (text: string) => void
  readonly troubled?: (error: Error) => void
  /** Nobody can wait for the server any longer. */
  readonly until?: AbortSignal
}

/** How often output is looked at: often while it flows, seldom while it does not. */
const SHORTEST_LOOK_MS = 100
const LONGEST_LOOK_MS = 1000
/** Pauses at most, while the server is away. */
const LONGEST_PAUSE_MS = 30_000
const LAST_WORDS_BYTES = 4096

/** Brings the output of one attempt to the server, and at the end how it ended. */
export class Report {
  readonly #options: ReportOptions
  readonly #output: OutputFile
  readonly #ended = new AbortController()
  #lost = false
  /** Resolves when all output is there. */
  readonly #logged: Promise<void>

  /** Begins at once with what is there. */
  constructor(options: ReportOptions) {
    this.#options = options
    this.#output = new OutputFile(options.folder, options.spoolBytes)
    this.#logged = this.#sendOutput()
    // Whoever finishes hears of it; until then nobody listens.
    this.#logged.catch(() => undefined)
  }

  /**
   * The command has ended: sends the rest, and how it ended.
   *
   * @throws GivenUp; what is left is in the folder, for another start
   */
  async finish(exit: Exit, codes: ExitCodes): Promise<{ finish: Finish; answer: Finished }> {
    this.#ended.abort()
    try {
      await this.#logged
      const { note } = this.#output.sent
      const finish = outcomeOf(exit, codes, note, lastLineOf(await lastWords(this.#options.folder)))
      const { transport, attempt } = this.#options
      const answer = await this.#heard(async () => {
        // Of a command that was quicker than any heartbeat, and its last words.
        const progress = progressIn(note)
        if (Object.keys(progress).length > 0) await tellProgress(transport, attempt, progress)
        return sendFinish(transport, attempt, finish)
      })
      return { finish, answer }
    } finally {
      await this.#output.close()
    }
  }

  /** Stops without a word to the server. */
  async drop(): Promise<void> {
    this.#lost = true
    this.#ended.abort()
    await this.#logged.catch(() => undefined)
    await this.#output.close()
  }

  async #sendOutput(): Promise<void> {
    let lookMs = SHORTEST_LOOK_MS
    while (!this.#lost) {
      // Asked before reading: what came in between is read the next time.
      const last = this.#ended.signal.aborted
      if (await this.#sendPiece(last)) {
        lookMs = SHORTEST_LOOK_MS
      } else if (last) {
        return
      } else {
        await pause(lookMs, this.#ended.signal)
        lookMs = Math.min(LONGEST_LOOK_MS, lookMs * 1.5)
      }
    }
  }

  /** @returns false when there was none */
  async #sendPiece(last: boolean): Promise<boolean> {
    const { attempt, transport } = this.#options
    const piece = await this.#output.next(last)
    if (piece === undefined) return false
    const before = this.#output.sent
    const note = Object.assign({}, before.note, ...piece.notes) as Note
    if (piece.notes.length > 0) this.#options.noted?.(note)
    const length = piece.text === '' ? before.offset : await this.#send(attempt, transport, before.offset, piece.text)
    // A server that is set back to an older state has less than it had: go on where it is.
    const offset = length < before.offset ? length : piece.after.offset
    this.#output.confirm({ ...piece.after, offset, note })
    this.#options.printed?.(piece.text)
    return true
  }

  /** @returns bytes that the server has */
  async #send(attempt: string, transport: Transport, offset: number, text: string): Promise<number> {
    try {
      const length = await this.#heard(() => appendLog(transport, attempt, offset, text))
      if (length !== 'lost') return length
      this.#lost = true
    } catch (error) {
      // A piece that the server will not take must not hold up all that follows, and the end.
      if (!(error instanceof CallRefused)) throw error
      this.#options.troubled?.(error)
    }
    return offset
  }

  #heard<T>(call: () => Promise<T>): Promise<T> {
    const { until, troubled } = this.#options
    return heard(call, { longestPauseMs: LONGEST_PAUSE_MS, ...(until && { until }), ...(troubled && { troubled }) })
  }
}

async function lastWords(folder: AttemptFolder): Promise<string> {
  try {
    await using file = await open(folder.output, 'r')
    const { size } = await file.stat()
    const length = Math.min(size, LAST_WORDS_BYTES)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8')
  } catch {
    return ''
  }
}
