import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { type DatabaseOptions, ownConfig } from './connection.ts'
import { identifier } from './statement.ts'

const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 5_000

type Heard = (payload: string) => void

/** One connection that hears NOTIFY for the whole process, renewed when it breaks. */
export class Listener {
  readonly #options: DatabaseOptions
  readonly #heard = new Map<string, Set<Heard>>()
  readonly #closing = new AbortController()
  #client: Promise<Client> | undefined

  constructor(options: DatabaseOptions) {
    this.#options = options
  }

  /** See `Database.listen`. */
  async listen(channel: string, heard: Heard): Promise<() => Promise<void>> {
    const client = await this.#connected()
    let hearers = this.#heard.get(channel)
    if (hearers === undefined) {
      hearers = new Set()
      this.#heard.set(channel, hearers)
    }
    // Each call has its own entry, so that a function given twice is also forgotten once at a time.
    const entry: Heard = (payload) => heard(payload)
    hearers.add(entry)
    await client.query(`listen ${identifier(channel).text}`)
    return async () => {
      hearers.delete(entry)
      if (hearers.size > 0 || this.#heard.get(channel) !== hearers) return
      this.#heard.delete(channel)
      // Not worth an error when the connection has just broken: the next one will not listen to this channel.
      if (!this.#closing.signal.aborted) {
        await this.#client?.then((own) => own.query(`unlisten ${identifier(channel).text}`)).catch(() => undefined)
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#heard.clear()
    const client = await this.#client?.catch(() => undefined)
    await client?.end().catch(() => undefined)
  }

  #connected(): Promise<Client> {
    if (this.#client === undefined) {
      this.#client = this.#connect()
      this.#client.catch(() => {
        this.#client = undefined
      })
    }
    return this.#client
  }

  async #connect(): Promise<Client> {
    const client = new Client({ ...ownConfig(this.#options) })
    client.on('error', (error) => this.#options.onError?.(error))
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''))
    await client.connect()
    for (const channel of this.#heard.keys()) await client.query(`listen ${identifier(channel).text}`)
    client.on('end', () => void this.#renew())
    return client
  }

  async #renew(): Promise<void> {
    this.#client = undefined
    for (let wait = FIRST_RETRY_MS; !this.#closing.signal.aborted && this.#heard.size > 0; wait *= 2) {
      try {
        await pause(Math.min(wait, LONGEST_RETRY_MS), undefined, { signal: this.#closing.signal })
        await this.#connected()
        for (const channel of this.#heard.keys()) this.#tell(channel, '')
        return
      } catch {
        // Still away: `onError` has heard of the loss once, and requests report the rest.
      }
    }
  }

  #tell(channel: string, payload: string): void {
    for (const heard of this.#heard.get(channel) ?? []) heard(payload)
  }
}
