import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a worker tells about itself to `alyx-worker status`. Times in ISO 8601. */
export interface WorkerStatus {
  readonly pid: number
  readonly name: string
  readonly server: string
  /** Key of this machine on the server; null before it has answered. */
  readonly worker: string | null
  readonly started: string
  readonly stopping: boolean
  /** When the server last answered. */
  readonly reached: string | null
  /** What went wrong last, when nothing has gone right since. */
  readonly trouble: string | null
  readonly slots: number
  readonly running: readonly {
    readonly attempt: string
    readonly task: string
    readonly name: string
    readonly command: string
    readonly began: string
    readonly progress: number | null
    readonly message: string | null
    /** The command has ended, and the server has not heard of it yet. */
    readonly reporting: boolean
  }[]
  /** Attempts since the start, by how they ended. */
  readonly ended: Readonly<Record<string, number>>
}

const NAME = 'status.json'

export function writeStatus(folder: string, status: WorkerStatus): void {
  const file = join(folder, NAME)
  try {
    writeFileSync(`${file}.new`, JSON.stringify(status, undefined, 2))
    renameSync(`${file}.new`, file)
  } catch {
    // A full disk must not stop the work.
  }
}

/** Undefined when no worker has ever run with this folder. */
export function readStatus(folder: string): WorkerStatus | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, NAME), 'utf8')) as WorkerStatus
  } catch {
    return undefined
  }
}
