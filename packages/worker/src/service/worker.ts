import { mkdirSync } from 'node:fs'
import { type AttemptFolder, AttemptFolders, type StopReason } from '../attempt/folder.ts'
import { GivenUp, heard } from '../attempt/heard.ts'
import { type Ended, Run } from '../attempt/run.ts'
import { type Command, commandFor } from '../configuration/commands.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { takeFolder } from '../machine/lock.ts'
import { type Resources, resourcesOf } from '../machine/resources.ts'
import { BackOff, pause } from '../server/back-off.ts'
import { type ClaimedAttempt, claim, type Finish, finish, readUsername, register } from '../server/calls.ts'
import { CallRefused, ServerAway } from '../server/failures.ts'
import type { Transport } from '../server/transport.ts'
import { cardOf } from './card.ts'
import { sentenceOf } from './fate.ts'
import { Heartbeats, type Kept } from './heartbeats.ts'
import { recover } from './recovery.ts'
import { Shares } from './shares.ts'
import { Standing } from './standing.ts'

/** How long to work: until stopped, one task, or until the server has none left. */
export type Extent = 'always' | 'once' | 'until-empty'

export interface WorkerOptions {
  readonly configuration: Configuration
  readonly transport: Transport
  /** Asked for each attempt, which gets a copy. */
  readonly token: () => string
  /** One line about what happens. */
  readonly say: (line: string) => void
  /** Hears all output, for somebody who watches. */
  readonly printed?: (text: string) => void
  /** Only this task. */
  readonly task?: string
}

/** The server answers when there is something to do, or after so long. */
const WAIT_SECONDS = 30
/** When some command may run no more often now, what is asked for changes with the next one that ends. */
const SHORT_WAIT_SECONDS = 5
const LONGEST_PAUSE_MS = 30_000
/** After being asked to stop, for the last words to the server. */
const LAST_WORDS_MS = 10_000
const NOT_FOUND = 404
/** With one call. */
const MOST_CLAIMED = 100
const EARLY_MS = 1_000

/** Claims tasks, runs them, and reports. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #folders: AttemptFolders
  readonly #standing: Standing
  readonly #runs = new Set<Run>()
  /** Claimed, and waiting until this machine has room: by the server's reckoning they fit. */
  #waiting: ClaimedAttempt[] = []
  readonly #stopping = new AbortController()
  readonly #hurrying = new AbortController()
  readonly #leaving = new AbortController()
  #shares!: Shares
  #resources!: Resources
  #heartbeats: Heartbeats | undefined
  #id = ''
  #username = ''
  #failures = 0
  /** Attempts that have been started. */
  begun = 0
  #wake: () => void = () => undefined

  constructor(options: WorkerOptions) {
    const { configuration } = options
    this.#options = options
    mkdirSync(configuration.stateFolder, { recursive: true, mode: 0o700 })
    this.#folders = new AttemptFolders(configuration.stateFolder)
    this.#standing = new Standing(configuration, options.say)
  }

  /**
   * Works until there is nothing more to do.
   *
   * @returns attempts that did not succeed
   * @throws FolderTaken when another worker has this one's name, or what the server says when it will not have us
   */
  async work(extent: Extent): Promise<number> {
    const giveBack = takeFolder(this.#options.configuration.stateFolder)
    try {
      this.#resources = await resourcesOf(this.#options.configuration)
      this.#shares = new Shares(this.#resources)
      await this.#workInFolder(extent)
      return this.#failures
    } finally {
      giveBack()
    }
  }

  /** Takes nothing more, lets what runs end within its time, and stops the rest. Asked again: stops it now. */
  stop(): void {
    if (this.#stopping.signal.aborted) {
      this.#options.say('stopping now')
      this.#hurrying.abort()
      return
    }
    const { drainSeconds } = this.#options.configuration
    if (this.#runs.size > 0)
      this.#options.say(`stopping: what runs may take ${drainSeconds} s to end. Ask again to stop it at once.`)
    this.#stopping.abort()
    this.#wake()
    this.#standing.stopping = true
  }

  async #workInFolder(extent: Extent): Promise<void> {
    const { transport, say, configuration } = this.#options
    const until = this.#leaving.signal
    const troubled = (error: Error) => this.#standing.troubled(error)
    const spoolBytes = configuration.spoolMb * 1e6
    const { graceSeconds } = configuration
    const reportLeft = await recover({
      folders: this.#folders,
      transport,
      graceSeconds,
      spoolBytes,
      say,
      troubled,
      until,
    })
    await this.#register().catch((error) => {
      // Asked to stop before the server ever answered.
      if (!(error instanceof GivenUp)) throw error
    })
    if (this.#stopping.signal.aborted) return
    const left = reportLeft()
    this.#heartbeats = new Heartbeats({
      transport,
      kept: () => this.#kept(),
      troubled,
      reached: () => this.#standing.reached(),
    })
    try {
      await this.#claimAll(extent)
      await this.#endRuns()
      await Promise.race([left, this.#afterLastWords()])
    } finally {
      this.#leaving.abort()
      await this.#heartbeats.stop()
      await left
      this.#standing.write([])
    }
  }

  async #register(): Promise<void> {
    const { transport, say } = this.#options
    const troubled = (error: Error) => this.#standing.troubled(error)
    const card = cardOf(this.#options.configuration, this.#resources)
    const presented = async () => {
      this.#username = await readUsername(transport)
      return register(transport, card)
    }
    this.#id = await heard(presented, {
      until: this.#stopping.signal,
      longestPauseMs: LONGEST_PAUSE_MS,
      troubled: (error) => {
        // Nothing runs yet: somebody should hear at once that this will not work.
        if (!(error instanceof ServerAway)) throw error
        troubled(error)
      },
    })
    const { cpu, ramGb, gpus } = this.#resources
    say(`ready for ${transport.address} as ${card.name}: ${cpu} cores, ${ramGb} GB, ${gpus.length} GPUs`)
    this.#standing.registered(this.#id)
  }

  async #claimAll(extent: Extent): Promise<void> {
    const backOff = new BackOff(undefined, LONGEST_PAUSE_MS)
    const stopping = this.#stopping.signal
    while (!stopping.aborted) {
      this.#startWaiting()
      const free = this.#options.configuration.slots - this.#runs.size
      const open = this.#options.configuration.commands.some((command) => this.#mayRun(command))
      if (free <= 0 || this.#waiting.length > 0 || !open) {
        await this.#nextEnd()
        continue
      }
      const attempts = await this.#claim(extent === 'once' ? 1 : free, extent === 'always', backOff)
      if (attempts === undefined) continue
      this.#waiting.push(...attempts)
      this.#startWaiting()
      if (extent === 'once') return
      if (extent === 'until-empty' && attempts.length === 0) {
        if (this.#runs.size === 0) return
        await this.#nextEnd()
      }
    }
  }

  /** @returns undefined when the server did not answer, after a pause */
  async #claim(limit: number, mayWait: boolean, backOff: BackOff): Promise<ClaimedAttempt[] | undefined> {
    const { transport, configuration, task } = this.#options
    const open = configuration.commands.filter((command) => this.#mayRun(command))
    const all = open.length === configuration.commands.length
    const asked = performance.now()
    try {
      const wish = {
        limit: Math.min(limit, MOST_CLAIMED),
        lease_seconds: configuration.leaseSeconds,
        wait_seconds: mayWait ? (all ? WAIT_SECONDS : SHORT_WAIT_SECONDS) : 0,
        ...(!all && { executables: open.flatMap(({ executables }) => executables) }),
        ...(configuration.graphs.length > 0 && { graphs: configuration.graphs }),
        ...(task !== undefined && { tasks: [task] }),
      }
      const attempts = await claim(transport, this.#id, wish, this.#stopping.signal)
      this.#standing.reached()
      backOff.reset()
      // A server that is about to stop does not let anybody wait.
      const early = attempts.length === 0 && mayWait && performance.now() - asked < EARLY_MS
      if (early) await pause(EARLY_MS, this.#stopping.signal)
      return attempts
    } catch (error) {
      if (this.#stopping.signal.aborted) return undefined
      if (!(error instanceof Error)) throw error
      this.#standing.troubled(error)
      const forgotten = error instanceof CallRefused && error.status === NOT_FOUND
      if (!mayWait && !(error instanceof ServerAway) && !forgotten) throw error
      await pause(
        backOff.nextMs(error instanceof ServerAway ? error.retryAfterSeconds : undefined),
        this.#stopping.signal,
      )
      // The server has forgotten us: perhaps it was set back to an older state.
      if (forgotten && !this.#stopping.signal.aborted) await this.#register()
      return undefined
    }
  }

  #mayRun(command: Command): boolean {
    const running = [...this.#runs].filter((run) => run.command === command).length
    return running < (command.atOnce ?? Number.POSITIVE_INFINITY)
  }

  /** All that the server believes to be here. */
  #kept(): Kept[] {
    const waiting = this.#waiting.map((claimed) => ({
      claimed,
      progress: { message: 'waits for room on its machine' },
      stop: (reason: StopReason) => this.#dropWaiting(claimed, reason),
    }))
    return [...this.#runs, ...waiting]
  }

  #dropWaiting(dropped: ClaimedAttempt, reason: StopReason): void {
    this.#waiting = this.#waiting.filter((claimed) => claimed !== dropped)
    if (reason === 'cancelled') void this.#tell(dropped, { outcome: 'cancelled' })
    this.#wake()
  }

  /** How an attempt ended that never began here. */
  async #tell({ attempt }: ClaimedAttempt, how: Finish): Promise<void> {
    const until = this.#leaving.signal
    await heard(() => finish(this.#options.transport, attempt, how), { until }).catch(() => undefined)
  }

  /** Starts what has been claimed, in its order, as far as there is room. */
  #startWaiting(): void {
    this.#waiting = this.#waiting.filter((claimed) => !this.#start(claimed))
  }

  /** @returns false when it has to wait until something else has ended */
  #start(claimed: ClaimedAttempt): boolean {
    const { configuration, transport, say, token, printed } = this.#options
    const { task } = claimed
    const command = commandFor(configuration.commands, task.executable)
    if (!command) {
      void this.#refuse(claimed, `No command of this machine runs "${task.executable}".`)
      return true
    }
    const share = this.#mayRun(command) ? this.#shares.take(task, command) : undefined
    if (!share) return false
    let folder: AttemptFolder
    try {
      folder = this.#folders.of(claimed.attempt)
      const claimedAt = new Date().toISOString()
      folder.create({ server: transport.address, claimed, exitCodes: command.exitCodes, claimedAt }, token())
    } catch (error) {
      this.#shares.giveBack(share)
      void this.#refuse(claimed, `Its folder cannot be made: ${(error as Error).message}`)
      return true
    }
    const run = new Run({
      claimed,
      command,
      share,
      folder,
      transport,
      username: this.#username,
      graceSeconds: configuration.graceSeconds,
      spoolBytes: configuration.spoolMb * 1e6,
      changed: () => {
        this.#heartbeats?.tell()
        this.#standing.write([...this.#runs])
      },
      troubled: (error) => this.#standing.troubled(error),
      ...(printed && { printed }),
    })
    this.#runs.add(run)
    this.begun += 1
    say(`${task.name} (${task.id}) begins, attempt ${claimed.number}`)
    this.#standing.write([...this.#runs])
    this.#heartbeats?.tell()
    void this.#follow(run)
    return true
  }

  async #follow(run: Run): Promise<void> {
    const { task } = run.claimed
    try {
      const ended = await run.ended
      this.#count(ended)
      this.#options.say(`${task.name} (${task.id}) ${sentenceOf(ended)}, after ${run.elapsedSeconds.toFixed(1)} s`)
    } catch (error) {
      this.#failures += 1
      this.#options.say(`${task.name} (${task.id}) cannot be reported: ${(error as Error).message}`)
    }
    this.#runs.delete(run)
    this.#shares.giveBack(run.share)
    this.#wake()
    this.#standing.write([...this.#runs])
  }

  #count(ended: Ended): void {
    const outcome = ended === undefined ? 'left' : ended === 'superseded' ? ended : ended.finish.outcome
    if (outcome !== 'succeeded') this.#failures += 1
    this.#standing.count(outcome)
  }

  /** Gives back what cannot be run here, with the reason. */
  async #refuse(claimed: ClaimedAttempt, why: string): Promise<void> {
    const { task } = claimed
    this.#options.say(`${task.name} (${task.id}) cannot be run: ${why}`)
    this.#failures += 1
    await this.#tell(claimed, { outcome: 'failed', error_type: 'CannotStart', error_message: why, transient: true })
  }

  /** Until some run has ended, or we are asked to stop. Nothing may be awaited between looking and this. */
  async #nextEnd(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  /** After the last claim: waits for what runs; when asked to stop, only so long. */
  async #endRuns(): Promise<void> {
    while (this.#runs.size > 0 && !this.#stopping.signal.aborted) {
      this.#startWaiting()
      await this.#nextEnd()
    }
    const { configuration } = this.#options
    const released = this.#waiting.map((claimed) => this.#tell(claimed, { outcome: 'released' }))
    this.#waiting = []
    if (this.#runs.size > 0) {
      const all = Promise.all([...this.#runs].map((run) => run.ended.catch(() => undefined)))
      // A timer that nobody waits for any more would keep the process.
      const enough = new AbortController()
      void all.then(() => enough.abort())
      this.#hurrying.signal.addEventListener('abort', () => enough.abort())
      if (!this.#hurrying.signal.aborted) await pause(configuration.drainSeconds * 1000, enough.signal)
      for (const run of this.#runs) run.stop('released')
      const hurry = () => {
        for (const run of this.#runs) run.hurry()
      }
      if (this.#hurrying.signal.aborted) hurry()
      this.#hurrying.signal.addEventListener('abort', hurry)
      await Promise.race([all, this.#allOver().then(() => this.#afterLastWords())])
      for (const run of this.#runs) run.giveUpReporting()
      await all
    }
    await Promise.race([Promise.all(released), this.#afterLastWords()])
    await pause(0)
  }

  async #allOver(): Promise<void> {
    while ([...this.#runs].some((run) => !run.isOver)) await pause(100)
  }

  /** Only when asked to stop: otherwise the server is waited for as long as it takes. */
  async #afterLastWords(): Promise<void> {
    await this.#asked(this.#stopping.signal)
    await pause(LAST_WORDS_MS, this.#leaving.signal)
  }

  async #asked(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
}
