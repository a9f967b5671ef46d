import { setTimeout as pause } from 'node:timers/promises'
import { type Channel, Connection } from 'rabbitmq-client'
import { brokerVersion, proposedHeartbeat } from './server-properties.ts'

/** How it is with the broker. */
export type BrokerStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'up'; readonly version: string | undefined }
  | { readonly state: 'down'; readonly reason: string }

export interface LinkOptions {
  /** `amqp://user:password@host:port/vhost`. */
  readonly url: string
  /** Told of each attempt that fails and each that succeeds; the same may be told again. */
  readonly told: (status: BrokerStatus) => void
  /** Sets up what is wanted of a fresh connection. What it throws counts as a connection that was lost. */
  readonly begin: (connection: Live) => Promise<void>
  /** What the first pause is, in milliseconds. */
  readonly firstPauseMs?: number
  readonly connectTimeoutMs?: number
}

/** A connection that is open. */
export interface Live {
  /** A channel of its own; the connection is given up when a channel that must last is closed. */
  lasting(): Promise<Channel>
  /** A channel for something that may be refused; whoever asks closes it. */
  passing(): Promise<Channel>
  readonly version: string | undefined
  /** How often the broker wants to hear from everybody, before it closes their connection; 0: never. */
  readonly heartbeatSeconds: number | undefined
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const CONNECT_TIMEOUT_MS = 10_000
/** Two that are missed end the connection. */
const HEARTBEAT_SECONDS = 15
const CHANNEL_PATIENCE_MS = 10_000
const LARGEST_GREETING_BYTES = 128 * 1024

/** The library does not tell what the broker says of itself, but lets us read along. */
class Introduced extends Connection {
  brokerVersion: string | undefined
  heartbeatSeconds: number | undefined
  async _negotiate(read: (bytes: number) => Promise<Buffer>): Promise<void> {
    const own = Connection.prototype as unknown as { _negotiate(read: unknown): Promise<void> }
    return own._negotiate.call(this, async (bytes: number) => {
      // Whatever else listens there, such as a web server, must not be believed about a length: the library would.
      if (bytes > LARGEST_GREETING_BYTES) throw Object.assign(new Error('no broker'), { code: 'VERSION_MISMATCH' })
      const chunk = await read(bytes)
      this.brokerVersion ??= brokerVersion(chunk)
      this.heartbeatSeconds ??= proposedHeartbeat(chunk)
      return chunk
    })
  }
}

/**
 * Keeps a connection to the broker for as long as it is wanted: connects in the background, tells what became of it, and
 * tries again after a pause that doubles up to a quarter of a minute. The library would try again by itself, and keep
 * silent about the reasons.
 */
export class Link {
  readonly #options: LinkOptions
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>
  #live: Introduced | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#live?.unsafeDestroy()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const { told, firstPauseMs = FIRST_PAUSE_MS } = this.#options
    told({ state: 'connecting' })
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      const begun = performance.now()
      const reason = await this.#once()
      if (signal.aborted) return
      told({ state: 'down', reason })
      if (performance.now() - begun > 2 * LONGEST_PAUSE_MS) pauseMs = firstPauseMs
      // Not all servers at the same moment when the broker returns.
      await pause(pauseMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
    }
  }

  /** One connection, from its beginning to its end. @returns why it ended */
  async #once(): Promise<string> {
    const { url, told, begin, connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.#options
    const connection = new Introduced({
      url,
      connectionName: 'alyx',
      connectionTimeout: connectTimeoutMs,
      acquireTimeout: CHANNEL_PATIENCE_MS,
      heartbeat: HEARTBEAT_SECONDS,
    })
    this.#live = connection
    try {
      const ended = new Promise<never>((_, reject) => connection.on('error', reject))
      const stopped = new Promise<never>((_, reject) => {
        if (this.#stopping.signal.aborted) reject(new Error('stopped'))
        this.#stopping.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
      })
      stopped.catch(() => undefined)
      ended.catch(() => undefined)
      await Promise.race([new Promise<void>((resolve) => connection.once('connection', resolve)), ended, stopped])
      let broken: (error: Error) => void = () => undefined
      const closed = new Promise<never>((_, reject) => {
        broken = reject
      })
      closed.catch(() => undefined)
      const live: Live = {
        version: connection.brokerVersion,
        heartbeatSeconds: connection.heartbeatSeconds,
        passing: () => quiet(connection.acquire({ emitErrorsFromChannel: true })),
        lasting: async () => {
          const channel = await quiet(connection.acquire({ emitErrorsFromChannel: true }), broken)
          channel.on('close', () => broken(new Error('the broker closed a channel')))
          channel.on('basic.cancel', () => broken(new Error('the broker ended a subscription')))
          return channel
        },
      }
      await Promise.race([begin(live), ended, closed, stopped])
      told({ state: 'up', version: connection.brokerVersion })
      return await Promise.race([ended, closed, stopped])
    } catch (error) {
      return reasonOf(error)
    } finally {
      connection.unsafeDestroy()
    }
  }
}

/** Errors of a channel reach whoever waits for it; without a listener they would end the program. */
async function quiet(asked: Promise<Channel>, broken: (error: Error) => void = () => undefined): Promise<Channel> {
  const channel = await asked
  channel.on('error', broken)
  return channel
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address: the broker does not run, or the port is wrong',
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'its host cannot be looked up',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'its host does not answer',
  CONNECTION_TIMEOUT: 'its host does not answer',
  SOCKET_TIMEOUT: 'it fell silent',
  ECONNRESET: 'it broke off the connection',
  CONN_CLOSE: 'it broke off the connection',
  ACCESS_REFUSED: 'it refuses the user or the password',
  CONNECTION_FORCED: 'it was shut down',
  VERSION_MISMATCH: 'what listens there is no broker that speaks AMQP 0-9-1',
}

/** Why there is no connection, for people; never with the password. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'NOT_ALLOWED') return `it has no such virtual host, or the user may not use it (${message})`
  return (code !== undefined && REASONS[code]) || (message ?? 'unknown reason')
}
