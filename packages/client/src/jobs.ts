/** Tasks as work: their state, their attempts with logs, the queue from above, machines and pauses. */
import { queryOf } from './client.ts'
import type { Connection } from './connection.ts'

/** `Waiting`, `Held`, `Started`, `Errored`, `Abandoned`, `Empty`, `Incomplete`, `Complete`; a number for any other. */
export type TaskStatus = string

export interface TaskAttempt {
  readonly id: string
  readonly number: number
  readonly executor: 'worker' | 'celery' | 'poller'
  readonly worker: string | null
  readonly claimed_by: string | null
  readonly claimed_at: string
  readonly started_at: string | null
  readonly heartbeat_at: string | null
  readonly lease_until: string
  /** Null while it runs. */
  readonly ended_at: string | null
  readonly outcome: string | null
  readonly detail: string | null
  readonly error_type: string | null
  readonly error_message: string | null
  /** Share that is done. */
  readonly progress: number | null
  readonly message: string | null
  readonly step: string | null
  readonly version: string | null
  readonly elapsed_seconds: number | null
  readonly log_bytes: number
  /** What a machine reported after it had been given up. */
  readonly late_outcome: string | null
}

/** A parent or child of a task, with what the child needs of its parent. */
export interface TaskNeighbour {
  readonly id: string
  readonly name: string | null
  readonly status: TaskStatus
  readonly needs: string
}

export interface TaskView {
  readonly task: string
  readonly name: string | null
  readonly status: TaskStatus
  readonly owner: string | null
  readonly labels: readonly string[]
  readonly queued_at: string
  readonly not_before: string | null
  readonly tries: number
  readonly max_attempts: number | null
  readonly cancel_requested: boolean
  readonly attention: string | null
  readonly ready: boolean
  /** Parents that must end first. */
  readonly blocked_by: readonly TaskNeighbour[]
  readonly parents: readonly TaskNeighbour[]
  readonly children: readonly TaskNeighbour[]
  /** The newest first. */
  readonly attempts: readonly TaskAttempt[]
}

export interface MatrixCell {
  readonly lab: string | null
  readonly graph: string | null
  readonly counts: Readonly<Record<TaskStatus, number>>
  readonly attention: number
  readonly changed: string
  readonly newest_session: string | null
}

export interface SessionTasks {
  readonly session: string
  readonly lab: string | null
  readonly subject: string
  readonly date: string | null
  readonly number: number | null
  readonly projects: readonly string[]
  readonly protocol: string
  readonly qc: string
  readonly tasks: readonly {
    readonly id: string
    readonly graph: string | null
    readonly name: string | null
    readonly status: TaskStatus
    readonly attention: boolean
  }[]
}

export interface SessionTasksPage {
  readonly columns: readonly { readonly graph: string | null; readonly name: string | null; readonly level: number }[]
  readonly results: readonly SessionTasks[]
  readonly next: string | null
}

/** Tasks that failed alike. */
export interface AttentionGroup {
  readonly name: string | null
  readonly graph: string | null
  readonly error_type: string | null
  readonly count: number
  readonly newest: string
  readonly tasks: readonly string[]
  readonly error_message: string | null
}

export interface StepStatistics {
  readonly graph: string | null
  readonly name: string | null
  readonly version: string | null
  readonly succeeded: number
  readonly failed: number
  readonly lost: number
  readonly cancelled: number
  readonly released: number
  readonly failure_rate: number | null
  readonly median_seconds: number | null
  readonly p90_seconds: number | null
  readonly median_wait_seconds: number | null
  readonly last: string
}

export interface TaskStatistics {
  readonly now: {
    readonly ready: number
    readonly delayed: number
    readonly waiting_for_parents: number
    readonly running: number
    readonly attention: number
    readonly oldest_ready_seconds: number | null
  }
  readonly owners: readonly { readonly user: string | null; readonly ready: number; readonly running: number }[]
  readonly steps: readonly StepStatistics[]
}

export interface Worker {
  readonly id: string
  readonly name: string
  readonly kind: 'worker' | 'celery' | 'poller'
  readonly host: string
  readonly user: string | null
  readonly labs: readonly string[]
  readonly repositories: readonly string[]
  readonly executables: readonly string[]
  readonly labels: readonly string[]
  readonly cpu: number | null
  readonly gpu: number | null
  readonly ram_gb: number | null
  readonly slots: number
  readonly first_seen: string
  readonly last_seen: string
  readonly seconds_silent: number
  readonly drained: boolean
  readonly running: number
}

export type PauseScope = 'all' | 'graph' | 'executable' | 'lab' | 'repository'

export interface Pause {
  readonly id: string
  readonly scope: PauseScope
  readonly value: string | null
  readonly reason: string | null
  readonly at: string
  readonly by: string | null
  readonly until: string | null
}

export type TaskAction = 'cancel' | 'abandon' | 'reset' | 'retry' | 'hold'

/** Which tasks an action is for; names of things. */
export interface TaskFilter {
  readonly graph?: string
  readonly lab?: string
  readonly project?: string
  readonly session?: string
  readonly name?: string
  readonly status?: readonly TaskStatus[]
  readonly error_type?: string
  readonly attention?: boolean
}

export interface ActionAnswer {
  readonly results: readonly { readonly task: string; readonly outcome: string }[]
  /** The filter fits others besides. */
  readonly more: boolean
}

const listOf = async <T>(connection: Connection, path: string): Promise<readonly T[]> =>
  (await connection.get<{ results: T[] }>(path)).results

export const taskView = (connection: Connection, key: string): Promise<TaskView> => connection.get(`/jobs/tasks/${key}`)

export interface MatrixQuestion {
  readonly project?: string | undefined
  /** Only tasks that changed in so many days. */
  readonly days?: string | undefined
}
export const taskMatrix = (connection: Connection, { project, days }: MatrixQuestion) =>
  listOf<MatrixCell>(connection, `/jobs/matrix${queryOf({ project, days })}`)

export interface SessionsQuestion extends MatrixQuestion {
  readonly graph?: string | undefined
  readonly lab?: string | undefined
  readonly status?: string | undefined
  readonly critical?: string | undefined
  readonly after?: string | undefined
}
export const sessionsWithTasks = (connection: Connection, question: SessionsQuestion): Promise<SessionTasksPage> =>
  connection.get(`/jobs/sessions${queryOf({ ...question })}`)

export const tasksNeedingAttention = (connection: Connection) => listOf<AttentionGroup>(connection, '/jobs/attention')

export const taskStatistics = (
  connection: Connection,
  question: { readonly days: string; readonly graph?: string | undefined; readonly lab?: string | undefined },
): Promise<TaskStatistics> => connection.get(`/jobs/statistics${queryOf(question)}`)

/** What somebody does to tasks: those of the keys, or all that fit. With `dry_run` it is only said what would become of each. */
export const actOnTasks = async (
  connection: Connection,
  asked: {
    readonly action: TaskAction
    readonly tasks?: readonly string[]
    readonly filter?: TaskFilter
    readonly dry_run?: boolean
  },
): Promise<ActionAnswer> => (await connection.send<ActionAnswer>('/jobs/actions', { method: 'POST', body: asked })).body

export const workers = (connection: Connection) => listOf<Worker>(connection, '/jobs/workers')
export const drainWorker = async (connection: Connection, key: string, drained: boolean): Promise<void> => {
  await connection.send(`/jobs/workers/${key}`, { method: 'PATCH', body: { drained } })
}

export const pauses = (connection: Connection) => listOf<Pause>(connection, '/jobs/pauses')
export const pauseTasks = async (
  connection: Connection,
  asked: { readonly scope: PauseScope; readonly value?: string; readonly reason?: string; readonly until?: string },
): Promise<void> => {
  await connection.send('/jobs/pauses', { method: 'POST', body: asked })
}
export const endPause = async (connection: Connection, key: string): Promise<void> => {
  await connection.send(`/jobs/pauses/${key}`, { method: 'DELETE' })
}

/** Where a browser saves the log of an attempt. */
export const logAddress = (attempt: string): string => `/api/v1/jobs/attempts/${attempt}/log.txt`

export interface LogReader {
  /** More of the log. @param cut  bytes between what was told before and this, which are not kept */
  told(text: string, cut: number): void
  /** The attempt has ended and all was told. */
  ended(): void
  /** It cannot be read any more, or may not. */
  failed(): void
}

/** Reads the log of an attempt from its beginning and goes on while it grows, until the answer is called. */
export function followLog(attempt: string, reader: LogReader): () => void {
  const source = new EventSource(`/api/v1/jobs/attempts/${attempt}/log/stream`)
  let next = 0
  source.addEventListener('log', (event) => {
    const { data, lastEventId } = event as MessageEvent
    const { offset, text } = JSON.parse(data as string) as { offset: number; text: string }
    reader.told(text, Math.max(offset - next, 0))
    next = Number(lastEventId)
  })
  source.addEventListener('end', () => {
    source.close()
    reader.ended()
  })
  source.addEventListener('error', () => {
    // Browsers come back by themselves after an interruption, and not after a refusal.
    if (source.readyState === EventSource.CLOSED) reader.failed()
  })
  return () => source.close()
}
