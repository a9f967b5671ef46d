import { hostname } from 'node:os'

/** A task to be run by a worker of Celery. */
export interface TaskCall {
  /** Key of the attempt, and so the identifier that events, answers and revocations carry. */
  readonly id: string
  /** Name under which workers know the task. */
  readonly task: string
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Queue for the answer; none is sent when absent. */
  readonly replyTo?: string
  /** Serial number of the attempt; workers ignore headers that they do not know. */
  readonly number?: number
}

/** A message, as the library takes it. */
export interface Outgoing {
  readonly envelope: {
    readonly contentType: string
    readonly contentEncoding: string
    readonly durable: boolean
    readonly correlationId: string
    readonly replyTo?: string
    readonly headers: Readonly<Record<string, unknown>>
  }
  readonly body: Buffer
}

const ORIGIN = `alyx${process.pid}@${hostname()}`

/**
 * A task message of Celery's protocol 2. Identifiers are plain texts, which workers of every version read.
 *
 * Source: docs.celeryq.dev, "Message Protocol", version 2.
 */
export function taskMessage({ id, task, kwargs, replyTo, number }: TaskCall): Outgoing {
  return {
    envelope: {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      durable: true,
      correlationId: id,
      ...(replyTo !== undefined && { replyTo }),
      headers: {
        lang: 'py',
        task,
        id,
        root_id: id,
        parent_id: null,
        group: null,
        retries: 0,
        eta: null,
        expires: null,
        timelimit: [null, null],
        argsrepr: '()',
        kwargsrepr: pythonRepr(kwargs),
        origin: ORIGIN,
        ignore_result: replyTo === undefined,
        ...(number !== undefined && { attempt: number }),
      },
    },
    body: Buffer.from(JSON.stringify([[], kwargs, { callbacks: null, errbacks: null, chain: null, chord: null }])),
  }
}

const LONGEST_REPR = 1024

/** A value as Python would print it, for the logs of workers; cut when it is long. */
export function pythonRepr(value: unknown): string {
  const text = repr(value)
  return text.length > LONGEST_REPR ? `${text.slice(0, LONGEST_REPR - 3)}...` : text
}

function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([name, one]) => `${repr(name)}: ${repr(one)}`)
      .join(', ')}}`
  const escaped = String(value).replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `'${escaped}'`
}
