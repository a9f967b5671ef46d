import type { Run } from '../attempt/run.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { type WorkerStatus, writeStatus } from './status-file.ts'

/** How this worker stands, for `alyx-worker status` and for its own log: a trouble is told once, and its end. */
export class Standing {
  readonly #configuration: Configuration
  readonly #say: (line: string) => void
  readonly #started = new Date().toISOString()
  readonly #ended: Record<string, number> = {}
  #worker: string | null = null
  #reached: string | null = null
  #trouble: string | null = null
  #running: WorkerStatus['running'] = []
  stopping = false

  constructor(configuration: Configuration, say: (line: string) => void) {
    this.#configuration = configuration
    this.#say = say
  }

  registered(worker: string): void {
    this.#worker = worker
    this.reached()
  }

  reached(): void {
    if (this.#trouble !== null) this.#say('the server answers again')
    this.#trouble = null
    this.#reached = new Date().toISOString()
    this.#write()
  }

  troubled(error: Error): void {
    if (this.#trouble === error.message) return
    this.#say(`trouble, going on and trying again: ${error.message}`)
    this.#trouble = error.message
    this.#write()
  }

  count(outcome: string): void {
    this.#ended[outcome] = (this.#ended[outcome] ?? 0) + 1
  }

  write(runs: readonly Run[]): void {
    this.#running = runs.map((run) => ({
      attempt: run.claimed.attempt,
      task: run.claimed.task.id,
      name: run.claimed.task.name,
      command: run.command.name,
      began: new Date(Date.now() - run.elapsedSeconds * 1000).toISOString(),
      progress: run.progress.progress ?? null,
      message: run.progress.message ?? null,
      reporting: run.isOver,
    }))
    this.#write()
  }

  #write(): void {
    const { name, server, slots, stateFolder } = this.#configuration
    writeStatus(stateFolder, {
      pid: process.pid,
      name,
      server,
      worker: this.#worker,
      started: this.#started,
      stopping: this.stopping,
      reached: this.#reached,
      trouble: this.#trouble,
      slots,
      running: this.#running,
      ended: this.#ended,
    })
  }
}
