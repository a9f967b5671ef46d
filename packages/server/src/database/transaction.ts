import { escapeLiteral, type PoolClient, type QueryResult } from 'pg'
import { contextText } from './change-context.ts'
import type { Db, Statement, StatementCount, TransactionOptions } from './db.ts'
import { isLostConnection, translated } from './errors.ts'
import { counting, type Form, isFull, run } from './executor.ts'

/** Runs `work` in a transaction on the connection, and gives the connection back. */
export async function inTransaction<T>(
  client: PoolClient,
  work: (db: Db) => Promise<T>,
  options: TransactionOptions,
  count: StatementCount | undefined,
): Promise<T> {
  const db = new TransactionDb(client, count)
  let broken = false
  try {
    await control(client, beginText(options))
    const result = await work(db)
    await db.end()
    const { command } = await control(client, 'commit')
    // PostgreSQL answers COMMIT of a failed transaction with a quiet ROLLBACK: somebody swallowed the first error.
    if (command === 'ROLLBACK') throw new Error('the transaction was rolled back: one of its statements had failed')
    return result
  } catch (error) {
    broken = isLostConnection(error) || !(await rolledBack(client, db))
    throw error
  } finally {
    client.release(broken || isFull(client))
  }
}

async function control(client: PoolClient, text: string): Promise<QueryResult> {
  try {
    return await client.query(text)
  } catch (error) {
    throw translated(error)
  }
}

function beginText({ isolation = 'read committed', readOnly = false, context }: TransactionOptions): string {
  const begin = `begin isolation level ${isolation} ${readOnly ? 'read only' : 'read write'}`
  // Two statements in one message: the setting ends with the transaction, so the next user of the connection does not inherit it.
  return context === undefined ? begin : `${begin}; set local alyx.context = ${escapeLiteral(contextText(context))}`
}

async function rolledBack(client: PoolClient, db: TransactionDb): Promise<boolean> {
  try {
    await db.end()
    await client.query('rollback')
    return true
  } catch {
    // The connection will be closed, which rolls back as well.
    return false
  }
}

class TransactionDb implements Db {
  readonly #client: PoolClient
  readonly #count: StatementCount | undefined
  #last: Promise<unknown> = Promise.resolve()
  #ended = false

  constructor(client: PoolClient, count: StatementCount | undefined) {
    this.#client = client
    this.#count = count
  }

  rows(statement: Statement): Promise<(string | null)[][]> {
    return this.#next(statement, 'rows') as Promise<(string | null)[][]>
  }

  objects<T extends object>(statement: Statement): Promise<T[]> {
    return this.#next(statement, 'objects') as Promise<T[]>
  }

  execute(statement: Statement): Promise<number> {
    return this.#next(statement, 'count') as Promise<number>
  }

  /** Refuses new statements and waits for the one that is running. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#last
  }

  /** One connection answers one statement at a time, so those asked for together wait for each other. */
  #next(statement: Statement, form: Form): Promise<unknown> {
    if (this.#ended) return Promise.reject(afterEnd())
    const answer = this.#last.then(() => {
      // Asked for before the end, but its turn comes after: run now it would be outside the transaction.
      if (this.#ended) throw afterEnd()
      return counting(this.#count, () => run(this.#client, statement, form))
    })
    this.#last = answer.catch(() => undefined)
    return answer.catch((error) => {
      throw translated(error)
    })
  }
}

function afterEnd(): Error {
  return new Error('this transaction has ended: every statement must be awaited inside it')
}
