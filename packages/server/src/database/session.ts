import type { Readable, Writable } from 'node:stream'
import { Client } from 'pg'
import { from, to } from 'pg-copy-streams'
import { type DatabaseOptions, ownConfig } from './connection.ts'
import type { Db, Statement } from './db.ts'
import { translated } from './errors.ts'
import { type Form, run } from './executor.ts'

/** One connection of its own for work that takes long and wants one transaction, or whole tables: without time limit. */
export interface Session extends Db {
  /** Runs SQL text of any number of statements, without values. */
  script(sql: string): Promise<void>
  /** The bytes that `copy … to stdout` sends, at the pace of the reader. */
  copyOut(sql: string): Readable
  /** What `copy … from stdin` is fed; the statement has ended when the stream has. */
  copyIn(sql: string): Writable
}

/**
 * Lends a connection of its own; what was not committed is rolled back when the work fails.
 *
 * @throws the typed errors of the database
 */
export async function withSession<T>(
  options: Omit<DatabaseOptions, 'maxConnections'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = new Client(ownConfig({ ...options, maxConnections: 1 }))
  client.on('error', () => undefined)
  const answer = async (statement: Statement, form: Form): Promise<unknown> => {
    try {
      return await run(client, statement, form)
    } catch (error) {
      throw translated(error)
    }
  }
  try {
    await client.connect().catch((error) => {
      throw translated(error)
    })
    return await work({
      rows: (statement) => answer(statement, 'rows') as Promise<(string | null)[][]>,
      objects: <R extends object>(statement: Statement) => answer(statement, 'objects') as Promise<R[]>,
      execute: (statement) => answer(statement, 'count') as Promise<number>,
      async script(sql) {
        try {
          await client.query(sql)
        } catch (error) {
          throw translated(error)
        }
      },
      copyOut: (sql) => client.query(to(sql)),
      copyIn: (sql) => client.query(from(sql)),
    })
  } finally {
    await client.end().catch(() => undefined)
  }
}
