import { setTimeout } from 'node:timers/promises'
import { Client, Pool, type PoolClient } from 'pg'
import { type DatabaseOptions, ownConfig, pooledConfig } from './connection.ts'
import type { Database, Db, Statement, StatementCount, TransactionOptions } from './db.ts'
import { DatabaseUnavailable, isLostConnection, isStalePlan, translated, UnknownDatabaseError } from './errors.ts'
import { counting, type Form, isFull, run } from './executor.ts'
import { Listener } from './listener.ts'
import { DatabaseStartError, explainedFor, TOO_OLD } from './start-problem.ts'
import { inTransaction } from './transaction.ts'

const IDLE_CONNECTION_MS = 60_000

/**
 * Opens the pool and makes sure that the server answers, lets us in, and is new enough.
 *
 * @throws DatabaseStartError whose message is one sentence for the person who starts the server
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  let pools: Pools | undefined
  try {
    pools = new Pools(options)
    const client = await pools.current.connect()
    let serverVersion: number
    try {
      const { rows } = await client.query('show server_version_num')
      serverVersion = Number(rows[0].server_version_num)
    } finally {
      client.release()
    }
    if (serverVersion < TOO_OLD) throw new DatabaseStartError(explainedFor.tooOld(options.url, serverVersion))
    return new PooledDatabase(pools, new Listener(options), options, serverVersion, undefined)
  } catch (error) {
    await pools?.close()
    throw error instanceof DatabaseStartError ? error : new DatabaseStartError(explainedFor.any(options, error), error)
  }
}

/** The pool, and its successor when its connections have gone stale. */
class Pools {
  current: Pool
  readonly #options: DatabaseOptions
  readonly #closing = new Set<Promise<void>>()

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.current = this.#open()
  }

  /**
   * Replaces the pool, unless somebody already has: when one connection is stale, because the server restarted or the
   * database was made anew or a table changed, so are the others, and a statement should meet that only once.
   */
  replace(stale: Pool): void {
    if (this.current !== stale) return
    this.current = this.#open()
    const closing = endWhenUnused(stale).finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }

  async close(): Promise<void> {
    if (!this.current.ending) await Promise.all([this.current.end(), ...this.#closing])
  }

  #open(): Pool {
    const pool = new Pool({
      ...pooledConfig(this.#options),
      max: this.#options.maxConnections,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
    })
    // pg hangs the whole connection on its errors, which nobody wants to read in a log.
    pool.on('error', (error) => this.#options.onError?.(translated(error) as Error))
    // A connection in use also emits its loss, and an unheard 'error' ends the process. The statement reports it.
    pool.on('connect', (client) => client.on('error', () => undefined))
    return pool
  }
}

const QUEUE_LOOK_MS = 20

/** Ends a pool when nobody waits for one of its connections: pg forgets those who do, and lets them wait in vain. */
async function endWhenUnused(pool: Pool): Promise<void> {
  while (pool.waitingCount > 0) await setTimeout(QUEUE_LOOK_MS)
  await pool.end()
}

class PooledDatabase implements Database {
  readonly serverVersion: number
  readonly #pools: Pools
  readonly #listener: Listener
  readonly #options: DatabaseOptions
  readonly #count: StatementCount | undefined

  constructor(
    pools: Pools,
    listener: Listener,
    options: DatabaseOptions,
    serverVersion: number,
    count: StatementCount | undefined,
  ) {
    this.#pools = pools
    this.#listener = listener
    this.#options = options
    this.serverVersion = serverVersion
    this.#count = count
  }

  rows(statement: Statement): Promise<(string | null)[][]> {
    return this.#answered(statement, 'rows') as Promise<(string | null)[][]>
  }

  objects<T extends object>(statement: Statement): Promise<T[]> {
    return this.#answered(statement, 'objects') as Promise<T[]>
  }

  execute(statement: Statement): Promise<number> {
    return this.#answered(statement, 'count') as Promise<number>
  }

  async transaction<T>(work: (db: Db) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return inTransaction(await this.#connection(this.#pools.current), work, options, this.#count)
  }

  counted(count: StatementCount): Database {
    return new PooledDatabase(this.#pools, this.#listener, this.#options, this.serverVersion, count)
  }

  async script(sql: string): Promise<void> {
    const client = new Client(ownConfig(this.#options))
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query(sql)
    } catch (error) {
      throw translated(error)
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
    try {
      return await this.#listener.listen(channel, heard)
    } catch (error) {
      throw translated(error)
    }
  }

  readonly close = async (): Promise<void> => {
    await Promise.all([this.#listener.close(), this.#pools.close()])
  }

  #answered(statement: Statement, form: Form): Promise<unknown> {
    return counting(this.#count, async () => {
      const pool = this.#pools.current
      const client = await this.#connection(pool)
      try {
        return await runAndRelease(client, statement, form)
      } catch (error) {
        if (!isStalePlan(error) && !(isLostConnection(error) && isRead(statement.text))) throw translated(error)
      }
      this.#pools.replace(pool)
      try {
        return await runAndRelease(await this.#connection(this.#pools.current), statement, form)
      } catch (error) {
        throw translated(error)
      }
    })
  }

  async #connection(pool: Pool): Promise<PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      const known = translated(error)
      // A door that stays shut is a database that is away, whatever the reason, such as a moment's maintenance.
      throw known instanceof UnknownDatabaseError ? new DatabaseUnavailable(error) : known
    }
  }
}

async function runAndRelease(client: PoolClient, statement: Statement, form: Form): Promise<unknown> {
  let broken = false
  try {
    return await run(client, statement, form)
  } catch (error) {
    broken = isLostConnection(error) || isStalePlan(error)
    throw error
  } finally {
    client.release(broken || isFull(client))
  }
}

/**
 * Whether running the text twice does no more than running it once, so that it may be repeated when its connection
 * broke and nobody knows how far it came. Functions with effects belong in a transaction, which is never repeated.
 */
function isRead(text: string): boolean {
  return /^[\s(]*(select|values|table|show)\b/i.test(text)
    ? true
    : /^\s*with\b/i.test(text) && !/\b(insert|update|delete|merge)\b/i.test(text)
}
