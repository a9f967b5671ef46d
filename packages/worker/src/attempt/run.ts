import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import type { Command } from '../configuration/commands.ts'
import { CannotFill } from '../configuration/placeholders.ts'
import { markOf, ProcessTree } from '../machine/processes.ts'
import type { ClaimedAttempt, Finish, Finished, Progress } from '../server/calls.ts'
import type { Transport } from '../server/transport.ts'
import { type Share, startOf } from './environment.ts'
import type { AttemptFolder, Exit, StopReason } from './folder.ts'
import { GivenUp } from './heard.ts'
import { type Note, progressIn } from './note.ts'
import { Report } from './report.ts'

export interface RunOptions {
  readonly claimed: ClaimedAttempt
  readonly command: Command
  readonly share: Share
  readonly folder: AttemptFolder
  readonly transport: Transport
  /** Name of the account that the token is of. */
  readonly username: string
  readonly graceSeconds: number
  readonly spoolBytes: number
  /** Hears that there is something new to tell. */
  readonly changed?: () => void
  readonly printed?: (text: string) => void
  readonly troubled?: (error: Error) => void
}

/** What became of an attempt; undefined when it is left for another start. */
export type Ended = { readonly finish: Finish; readonly answer: Finished } | 'superseded' | undefined

/** Processes that a command leaves behind get so long to end by themselves. */
const LEFTOVER_GRACE_MS = 2_000
/** Timers of Node go no further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Failures to start a program that have to do with the machine at that moment. */
const PASSING = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EIO', 'ETXTBSY', 'ESTALE', 'ETIMEDOUT'])

/** One attempt on this machine, from its start until the server has heard of its end. */
export class Run {
  readonly claimed: ClaimedAttempt
  readonly command: Command
  readonly share: Share
  /** Resolves when nothing is left to be done for it here. */
  readonly ended: Promise<Ended>
  readonly #options: RunOptions
  readonly #report: Report
  readonly #begun = performance.now()
  readonly #hurry = new AbortController()
  readonly #giveUp = new AbortController()
  #tree: ProcessTree | undefined
  #stopping: Promise<void> | undefined
  #reason: StopReason | undefined
  #note: Note = {}
  #over = false

  constructor(options: RunOptions) {
    this.#options = options
    this.claimed = options.claimed
    this.command = options.command
    this.share = options.share
    this.#report = new Report({
      attempt: options.claimed.attempt,
      folder: options.folder,
      transport: options.transport,
      spoolBytes: options.spoolBytes,
      until: this.#giveUp.signal,
      noted: (note) => {
        this.#note = note
        options.changed?.()
      },
      ...(options.printed && { printed: options.printed }),
      ...(options.troubled && { troubled: options.troubled }),
    })
    this.ended = this.#run()
  }

  get elapsedSeconds(): number {
    return (performance.now() - this.#begun) / 1000
  }

  /** How far the command says it is. */
  get progress(): Progress {
    return progressIn(this.#note)
  }

  /** Whether the command has ended, and only the report is under way. */
  get isOver(): boolean {
    return this.#over
  }

  /** Asks the command to end, and makes it after its grace. The first reason counts, but for one that takes all away. */
  stop(reason: StopReason): void {
    if (this.#over) return
    if (this.#reason === undefined || reason === 'superseded') this.#reason = reason
    const { command, graceSeconds } = this.#options
    const graceMs = (command.graceSeconds ?? graceSeconds) * 1000
    if (this.#tree) this.#stopping ??= this.#tree.stop(graceMs, this.#hurry.signal)
  }

  /** No more grace. */
  hurry(): void {
    this.#hurry.abort()
  }

  /** Leaves what the server has not heard yet for another start. */
  giveUpReporting(): void {
    this.#giveUp.abort()
  }

  async #run(): Promise<Ended> {
    const { folder, command } = this.#options
    const exit = await this.#runCommand()
    this.#over = true
    this.#options.changed?.()
    if (exit.stopped === 'superseded') {
      await this.#report.drop()
      folder.remove()
      return 'superseded'
    }
    try {
      const reported = await this.#report.finish(exit, command.exitCodes)
      folder.remove()
      return reported
    } catch (error) {
      if (error instanceof GivenUp) return undefined
      // The server understood, and will not have it: nothing that we could say later would help.
      folder.remove()
      throw error
    }
  }

  async #runCommand(): Promise<Exit> {
    const { folder } = this.#options
    const exit = await this.#exitOfCommand()
    const whole = { ...exit, elapsedSeconds: this.elapsedSeconds, ...(this.#reason && { stopped: this.#reason }) }
    try {
      folder.writeExit(whole)
    } catch {
      // A full disk. It only matters after a crash, and then the attempt counts as lost.
    }
    return whole
  }

  async #exitOfCommand(): Promise<Omit<Exit, 'elapsedSeconds'>> {
    const { claimed } = this.#options
    let child: ChildProcess
    try {
      child = await this.#spawn()
    } catch (error) {
      return { code: null, signal: null, trouble: troubleOf(error) }
    }
    const exited = once(child, 'exit')
    this.#tree = new ProcessTree(child.pid!, claimed.attempt)
    this.#noteProcess(child.pid!)
    // Cancelled while it was being started.
    if (this.#reason) this.stop(this.#reason)
    const limit = this.#limitTime()
    const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null]
    clearTimeout(limit)
    await this.#stopping
    await this.#tree.stop(LEFTOVER_GRACE_MS, this.#hurry.signal)
    return { code, signal }
  }

  #noteProcess(pid: number): void {
    try {
      this.#options.folder.writeProcess(markOf(pid))
    } catch {
      // A full disk. It only matters after a crash, and there are other ways then to find most of what runs.
    }
  }

  /** The machine's limit and the task's: the shorter one. */
  #limitTime(): NodeJS.Timeout | undefined {
    const limits = [this.#options.command.timeoutSeconds, this.claimed.timeout_seconds ?? undefined]
    const seconds = Math.min(...limits.map((one) => one ?? Number.POSITIVE_INFINITY))
    if (seconds === Number.POSITIVE_INFINITY) return undefined
    return setTimeout(() => this.stop('time limit'), Math.min(seconds * 1000, LONGEST_TIMER_MS))
  }

  /** @throws CannotFill, MissingFolder, or the error of the system when the program cannot be started */
  async #spawn(): Promise<ChildProcess> {
    const { claimed, command, folder, share, transport, username } = this.#options
    const start = startOf(command, { claimed, server: transport.address, username, share, folder })
    if (!existsSync(start.folder)) throw new MissingFolder(`The working folder ${start.folder} is not there.`)
    // It writes into the file by itself, and appends, so that the file may be cut under it.
    const output = openSync(folder.output, 'a')
    try {
      const child = spawn(start.program, [...start.words], {
        cwd: start.folder,
        env: { ...start.environment },
        stdio: ['ignore', output, output],
        // Leads a group of its own, by which all that it starts can be ended.
        detached: process.platform !== 'win32',
        windowsHide: true,
        windowsVerbatimArguments: command.shell,
      })
      await once(child, 'spawn')
      return child
    } finally {
      closeSync(output)
    }
  }
}

class MissingFolder extends Error {
  override readonly name = 'MissingFolder'
}

function troubleOf(error: unknown): NonNullable<Exit['trouble']> {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (error instanceof CannotFill) return { type: 'CannotFill', message, transient: false }
  // A share that is not mounted at the moment, more often than a mistake.
  if (error instanceof MissingFolder) return { type: 'MissingFolder', message, transient: true }
  const type = code === 'ENOENT' ? 'ProgramNotFound' : code === 'EACCES' ? 'ProgramNotExecutable' : 'CannotStart'
  return { type, message: `The command cannot be started: ${message}`, transient: PASSING.has(code) }
}
