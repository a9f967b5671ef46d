import { Unreadable } from './dialect.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** Longest sentence of an error that is kept, in characters. */
const LONGEST_MESSAGE = 8 * 1024
const LONGEST_NAME = 255

/** What PostgreSQL can keep as a text, of a bounded length. */
const kept = (text: string, most: number): string => text.replaceAll('\0', '').toWellFormed().slice(0, most)

/** What a worker says about a task, by answer or by event. */
export interface Observation {
  /** Of the message, and so of the attempt. */
  readonly id: string
  readonly kind: 'received' | 'started' | 'progress' | 'succeeded' | 'failed' | 'retrying' | 'revoked' | 'rejected'
  readonly errorType?: string
  readonly errorMessage?: string
  /** From 0 to 1, where a task tells. */
  readonly progress?: number
  readonly message?: string
  /** Name of the worker, where it is known. */
  readonly worker?: string
}

/**
 * An answer to a task: one message for each state.
 *
 * @throws Unreadable
 */
export function readResult(body: unknown): Observation {
  if (!isObject(body) || typeof body.task_id !== 'string' || typeof body.status !== 'string')
    throw new Unreadable('an answer without task_id and status')
  const { task_id: id, status, result } = body
  switch (status) {
    case 'SUCCESS':
      return { id, kind: 'succeeded' }
    case 'STARTED':
      return { id, kind: 'started' }
    case 'RECEIVED':
      return { id, kind: 'received' }
    case 'RETRY':
      return { id, kind: 'retrying', ...errorIn(result, body.traceback) }
    case 'FAILURE':
      return { id, kind: 'failed', ...errorIn(result, body.traceback) }
    case 'REVOKED':
      return { id, kind: 'revoked', ...errorIn(result, undefined) }
    default:
      return { id, kind: 'progress', ...progressIn(status, result) }
  }
}

function errorIn(result: unknown, traceback: unknown): { errorType: string; errorMessage: string } {
  if (!isObject(result)) return { errorType: 'Exception', errorMessage: kept(String(result ?? ''), LONGEST_MESSAGE) }
  const { exc_type: type, exc_message: words } = result
  const message = Array.isArray(words) ? words.map(String).join(' ') : String(words ?? '')
  const trace = textOf(traceback)
  return {
    errorType: kept(textOf(type) ?? 'Exception', LONGEST_NAME),
    errorMessage: kept(trace === undefined ? message : `${message}\n\n${trace}`, LONGEST_MESSAGE),
  }
}

/** Tasks tell how far they are by a state of their own with `current` and `total`, or `progress` from 0 to 1. */
function progressIn(status: string, meta: unknown): { message: string; progress?: number } {
  const told = isObject(meta) ? meta : {}
  const [current, total] = [numberOf(told.current), numberOf(told.total)]
  const share = numberOf(told.progress) ?? (current !== undefined && total ? current / total : undefined)
  return {
    message: kept(textOf(told.message) ?? status, LONGEST_MESSAGE),
    ...(share !== undefined && { progress: Math.min(1, Math.max(0, share)) }),
  }
}

/** What a worker says about itself. */
export interface Sign {
  readonly worker: string
  readonly kind: 'online' | 'heartbeat' | 'offline'
  /** Seconds between two heartbeats. */
  readonly everySeconds: number
  readonly active: number
  readonly version: string | undefined
  readonly pid: number | undefined
}

export type WorkerEvent = { readonly sign: Sign } | { readonly observation: Observation }

const TASK_EVENTS: Readonly<Record<string, Observation['kind']>> = {
  'task-received': 'received',
  'task-started': 'started',
  'task-succeeded': 'succeeded',
  'task-failed': 'failed',
  'task-retried': 'retrying',
  'task-revoked': 'revoked',
  'task-rejected': 'rejected',
}
const SIGNS: Readonly<Record<string, Sign['kind']>> = {
  'worker-online': 'online',
  'worker-heartbeat': 'heartbeat',
  'worker-offline': 'offline',
}

/** Events of one message: workers with an event loop send many at once. Those of unknown types are left out. */
export function readEvents(body: unknown): WorkerEvent[] {
  return (Array.isArray(body) ? body : [body]).flatMap((event) => (isObject(event) ? readEvent(event) : []))
}

function readEvent(event: Record<string, unknown>): WorkerEvent[] {
  const type = textOf(event.type) ?? ''
  const worker = kept(textOf(event.hostname) ?? '', LONGEST_NAME)
  const sign = Object.hasOwn(SIGNS, type) ? SIGNS[type] : undefined
  if (sign !== undefined && worker !== '') {
    const { freq, active, sw_ver: version, pid } = event
    const about = {
      everySeconds: numberOf(freq) ?? 2,
      active: numberOf(active) ?? 0,
      version: textOf(version),
      pid: numberOf(pid),
    }
    return [{ sign: { worker, kind: sign, ...about } }]
  }
  const kind = Object.hasOwn(TASK_EVENTS, type) ? TASK_EVENTS[type] : undefined
  const id = textOf(event.uuid)
  if (kind === undefined || id === undefined) return []
  const error = textOf(event.exception)
  return [{ observation: { id, kind, worker, ...(error !== undefined && errorSaid(error, event.traceback)) } }]
}

/** `ValueError('no spikes')`, as Python prints exceptions. */
function errorSaid(text: string, traceback: unknown): { errorType: string; errorMessage: string } {
  const [, type = 'Exception'] = /^([\w.]+)\(/.exec(text) ?? []
  const trace = textOf(traceback)
  return {
    errorType: kept(type, LONGEST_NAME),
    errorMessage: kept(trace === undefined ? text : `${text}\n\n${trace}`, LONGEST_MESSAGE),
  }
}
