import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExitCodes } from '../configuration/exit-codes.ts'
import type { ProcessMark } from '../machine/processes.ts'
import type { ClaimedAttempt } from '../server/calls.ts'
import type { Note } from './note.ts'

/** What is kept of an attempt from its claim until the server has heard of its end. */
export interface KeptAttempt {
  /** Address of the server that gave it. */
  readonly server: string
  readonly claimed: ClaimedAttempt
  readonly exitCodes: ExitCodes
  /** ISO 8601 */
  readonly claimedAt: string
}

/** Why a command was stopped. */
export type StopReason = 'cancelled' | 'time limit' | 'released' | 'superseded'

/** How a command ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
  /** Undefined when it ended by itself. */
  readonly stopped?: StopReason
  readonly elapsedSeconds: number
  /** Why it could not be started, or what else went wrong with us. */
  readonly trouble?: { readonly type: string; readonly message: string; readonly transient: boolean }
}

/** How far the output has been sent. */
export interface SentOutput {
  /** Bytes of the file. */
  readonly position: number
  /** Bytes of the log, as the server counts. */
  readonly offset: number
  readonly atLineStart: boolean
  /** What the command has told of itself so far, put together. */
  readonly note: Note
}

const OWNER_ONLY = 0o600
const OWNER_ONLY_FOLDER = 0o700
const NOTHING_SENT: SentOutput = { position: 0, offset: 0, atLineStart: true, note: {} }

/** The folder of one attempt, readable by its owner alone, because arguments and tokens are in it. */
export class AttemptFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Everything that its command may have printed. */
  get output(): string {
    return join(this.path, 'output')
  }
  get argumentsFile(): string {
    return join(this.path, 'arguments.json')
  }
  get taskFile(): string {
    return join(this.path, 'task.json')
  }
  get tokenFile(): string {
    return join(this.path, 'token')
  }
  get workFolder(): string {
    return join(this.path, 'work')
  }

  /** Written first: what is found here after a crash was claimed. */
  create(kept: KeptAttempt, token: string): void {
    mkdirSync(this.workFolder, { recursive: true, mode: OWNER_ONLY_FOLDER })
    this.#put('attempt.json', kept)
    this.#put('arguments.json', kept.claimed.task.arguments)
    this.#put('task.json', kept.claimed.task)
    writeFileSync(this.tokenFile, token, { mode: OWNER_ONLY })
    writeFileSync(this.output, '', { mode: OWNER_ONLY })
  }

  /** Undefined when a crash came before it was written. */
  kept(): KeptAttempt | undefined {
    return this.#get<KeptAttempt>('attempt.json')
  }

  writeProcess(mark: ProcessMark): void {
    this.#put('process.json', mark)
  }
  process(): ProcessMark | undefined {
    return this.#get<ProcessMark>('process.json')
  }

  writeSent(sent: SentOutput): void {
    this.#put('sent.json', sent)
  }
  sent(): SentOutput {
    return this.#get<SentOutput>('sent.json') ?? NOTHING_SENT
  }

  /** From here on the attempt only has to be reported. */
  writeExit(exit: Exit): void {
    this.#put('exit.json', exit)
  }
  exit(): Exit | undefined {
    return this.#get<Exit>('exit.json')
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 })
  }

  /** Whole or not at all, whatever happens meanwhile. */
  #put(name: string, value: unknown): void {
    const file = join(this.path, name)
    writeFileSync(`${file}.new`, JSON.stringify(value), { mode: OWNER_ONLY })
    renameSync(`${file}.new`, file)
  }

  #get<T>(name: string): T | undefined {
    try {
      return JSON.parse(readFileSync(join(this.path, name), 'utf8')) as T
    } catch {
      return undefined
    }
  }
}

/** Folders of attempts in the folder of a worker. */
export class AttemptFolders {
  readonly #path: string

  constructor(stateFolder: string) {
    this.#path = join(stateFolder, 'attempts')
    mkdirSync(this.#path, { recursive: true, mode: OWNER_ONLY_FOLDER })
  }

  of(attempt: string): AttemptFolder {
    // From the server, and part of a path.
    if (!/^[\w-]+$/.test(attempt)) throw new Error(`"${attempt}" is no key of an attempt`)
    return new AttemptFolder(join(this.#path, attempt))
  }

  /** Those that earlier starts left. */
  left(): AttemptFolder[] {
    if (!existsSync(this.#path)) return []
    return readdirSync(this.#path).map((name) => new AttemptFolder(join(this.#path, name)))
  }
}
