import { CallRefused } from './failures.ts'
import { isRecord, type Transport } from './transport.ts'

/** How a machine describes itself. */
export interface MachineCard {
  readonly name: string
  readonly host: string
  readonly versions: Readonly<Record<string, string>>
  readonly labs: readonly string[]
  readonly repositories: readonly string[]
  /** Exact names, or beginnings of them that end in `*`. */
  readonly executables: readonly string[]
  readonly labels: readonly string[]
  readonly cpu: number
  readonly gpu: number
  readonly ram_gb: number
  readonly slots: number
}

/** A task as its run needs it. What it does not have is null. */
export interface ClaimedTask {
  readonly id: string
  readonly name: string
  readonly executable: string
  readonly graph: string | null
  readonly session: string | null
  readonly lab: string | null
  readonly subject: string | null
  /** YYYY-MM-DD */
  readonly date: string | null
  readonly number: number | null
  /** Whatever JSON whoever made the task gave it; an object as a rule. */
  readonly arguments: unknown
  readonly priority: number | null
  readonly data_repository: string | null
  /** Cores; -1 for all of them, null when nobody said. */
  readonly cpu: number | null
  readonly gpu: number | null
  /** GB */
  readonly ram: number | null
  readonly version: string | null
}

/** The right to run a task once, for as long as the lease is renewed. */
export interface ClaimedAttempt {
  readonly attempt: string
  readonly number: number
  readonly lease_seconds: number
  readonly timeout_seconds: number | null
  readonly task: ClaimedTask
}

export interface ClaimWish {
  readonly limit: number
  readonly wait_seconds: number
  readonly lease_seconds: number
  /** Only these, a part of what the worker said it can run. */
  readonly executables?: readonly string[]
  readonly graphs?: readonly string[]
  /** Only these tasks, by their keys. */
  readonly tasks?: readonly string[]
}

/** How far a run has come. */
export interface Progress {
  /** 0 to 1 */
  readonly progress?: number
  readonly message?: string
  readonly step?: string
}

/** What the server knows of an attempt of ours. */
export interface Renewal {
  readonly attempt: string
  readonly cancelRequested: boolean
  /** It is no longer ours: given to somebody else, or taken away. */
  readonly lost: boolean
}

/** How a run ended. */
export interface Finish {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'released'
  readonly detail?: 'Complete' | 'Incomplete' | 'Empty'
  readonly error_type?: string
  readonly error_message?: string
  readonly transient?: boolean
  readonly version?: string
  readonly elapsed_seconds?: number
}

/** What became of a finish that we sent. */
export interface Finished {
  /** Status of the task afterwards; undefined when the attempt was no longer ours. */
  readonly status: string | undefined
  readonly retryAt: string | undefined
}

const JOBS = '/api/v1/jobs'
const CONFLICT = 409
/** Statuses that say: none of yours, or no longer. */
const GONE: ReadonlySet<number> = new Set([403, 404, CONFLICT])

/** @returns the key that the server gives this machine; the same one each time for the same name */
export async function register(transport: Transport, card: MachineCard): Promise<string> {
  const answer = await transport.call('POST', `${JOBS}/workers`, { body: card })
  return textOf(answer, 'worker')
}

/** Name of the account whose token we have. */
export async function readUsername(transport: Transport): Promise<string> {
  return textOf(await transport.call('GET', '/api/v1/me'), 'username')
}

/** Tasks to run, at once or as soon as there are any within the time asked for. */
export async function claim(
  transport: Transport,
  worker: string,
  wish: ClaimWish,
  signal?: AbortSignal,
): Promise<ClaimedAttempt[]> {
  const answer = await transport.call('POST', `${JOBS}/claim`, {
    body: { worker, ...wish },
    waitMs: wish.wait_seconds * 1000,
    ...(signal && { signal }),
  })
  const attempts = Array.isArray(answer.attempts) ? answer.attempts : []
  return attempts.filter(isRecord).map(claimedOf)
}

/** Renews the leases of many attempts with one call. */
export async function renew(transport: Transport, attempts: readonly string[]): Promise<Renewal[]> {
  const answer = await transport.call('POST', `${JOBS}/heartbeats`, { body: { attempts } })
  const told = (Array.isArray(answer.results) ? answer.results : []).filter(isRecord)
  return told.map((one) => ({
    attempt: textOf(one, 'attempt'),
    cancelRequested: one.cancel_requested === true,
    lost: typeof one.refused === 'string',
  }))
}

/** Renews the lease of one attempt, and tells how far it is. */
export async function tellProgress(transport: Transport, attempt: string, progress: Progress): Promise<Renewal> {
  try {
    const answer = await transport.call('POST', `${JOBS}/attempts/${attempt}/heartbeat`, { body: progress })
    return { attempt, cancelRequested: answer.cancel_requested === true, lost: false }
  } catch (error) {
    if (error instanceof CallRefused && GONE.has(error.status)) return { attempt, cancelRequested: false, lost: true }
    throw error
  }
}

/**
 * Appends to the log of an attempt.
 *
 * @param offset bytes of UTF-8 that came before
 * @returns bytes that the server has now; 'lost' when the attempt is none of ours any more
 */
export async function appendLog(
  transport: Transport,
  attempt: string,
  offset: number,
  text: string,
): Promise<number | 'lost'> {
  try {
    const answer = await transport.call('POST', `${JOBS}/attempts/${attempt}/log`, { body: { offset, text } })
    return numberOf(answer, 'length')
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error
    if (error.status === CONFLICT && typeof error.details.length === 'number') return error.details.length
    if (GONE.has(error.status)) return 'lost'
    throw error
  }
}

/** Says how an attempt ended. Saying it twice is harmless. */
export async function finish(transport: Transport, attempt: string, how: Finish): Promise<Finished> {
  try {
    const answer = await transport.call('POST', `${JOBS}/attempts/${attempt}/finish`, { body: how })
    return {
      status: typeof answer.status === 'string' ? answer.status : '',
      retryAt: typeof answer.retry_at === 'string' ? answer.retry_at : undefined,
    }
  } catch (error) {
    if (error instanceof CallRefused && GONE.has(error.status)) return { status: undefined, retryAt: undefined }
    throw error
  }
}

/** A task as it is, whether it can be run or not. */
export interface KnownTask {
  readonly task: ClaimedTask
  /** Name of its status. */
  readonly status: string
  /** Nothing but a free worker is missing. */
  readonly ready: boolean
  /** Names of the parents that it waits for. */
  readonly blockedBy: readonly string[]
}

/** @throws CallRefused when there is no such task */
export async function readTask(transport: Transport, key: string): Promise<KnownTask> {
  const path = encodeURIComponent(key)
  const job = await transport.call('GET', `${JOBS}/tasks/${path}`)
  const task = await transport.call('GET', `/tasks/${path}`)
  const session = typeof task.session === 'string' ? await transport.call('GET', `/sessions/${task.session}`) : {}
  const place = {
    lab: session.lab,
    subject: session.subject,
    date: typeof session.start_time === 'string' ? session.start_time.slice(0, 10) : null,
  }
  const blockers = Array.isArray(job.blocked_by) ? job.blocked_by.filter(isRecord) : []
  return {
    task: taskOf({ ...task, ...place, number: session.number }),
    status: textOf(task, 'status'),
    ready: job.ready === true,
    blockedBy: blockers.map(({ name }) => textOrNull(name) ?? 'a task without a name'),
  }
}

function claimedOf(one: Readonly<Record<string, unknown>>): ClaimedAttempt {
  return {
    attempt: textOf(one, 'attempt'),
    number: numberOf(one, 'number'),
    lease_seconds: numberOf(one, 'lease_seconds'),
    timeout_seconds: numberOrNull(one.timeout_seconds),
    task: taskOf(isRecord(one.task) ? one.task : {}),
  }
}

function taskOf(task: Readonly<Record<string, unknown>>): ClaimedTask {
  return {
    id: textOf(task, 'id'),
    name: textOrNull(task.name) ?? '',
    executable: textOrNull(task.executable) ?? '',
    graph: textOrNull(task.graph),
    session: textOrNull(task.session),
    lab: textOrNull(task.lab),
    subject: textOrNull(task.subject),
    date: textOrNull(task.date),
    number: numberOrNull(task.number),
    arguments: task.arguments ?? {},
    priority: numberOrNull(task.priority),
    data_repository: textOrNull(task.data_repository),
    cpu: numberOrNull(task.cpu),
    gpu: numberOrNull(task.gpu),
    ram: numberOrNull(task.ram),
    version: textOrNull(task.version),
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)

function textOf(answer: Readonly<Record<string, unknown>>, name: string): string {
  const value = answer[name]
  if (typeof value !== 'string') throw new CallRefused(200, 'not_understood', `The server's answer has no ${name}.`, {})
  return value
}

function numberOf(answer: Readonly<Record<string, unknown>>, name: string): number {
  const value = answer[name]
  if (typeof value !== 'number') throw new CallRefused(200, 'not_understood', `The server's answer has no ${name}.`, {})
  return value
}
