/**
 * What the rest of the server knows about the database.
 *
 * Words: a *statement* is SQL text with its values; a *Db* runs statements and is either the pool or one transaction; a
 * *Database* is the pool, the only one that can open transactions.
 */
import type { ChangeContext } from './change-context.ts'

/** A compiled statement: text with $1, $2 ... and the value of each. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  /**
   * Never prepared: PostgreSQL plans it for its very values. A prepared statement gets, after some runs, one plan for
   * all values, and what to do about a word that is rare depends on the word.
   */
  readonly planEachTime?: boolean
}

/** What rules and queries get: a pool or a transaction, they cannot tell. */
export interface Db {
  /**
   * Rows as arrays of PostgreSQL's own text forms, nothing parsed, null for NULL: timestamps are
   * '2020-01-01 10:00:00.5+00', booleans 't' and 'f', jsonb its text, arrays '{1,2}'.
   */
  rows(statement: Statement): Promise<(string | null)[][]>
  /**
   * Rows as objects. Booleans, integers, floats, json and arrays of them are parsed (an int8 becomes a bigint when a
   * number would round it); dates, times, numerics, uuids and everything else stay text.
   */
  objects<T extends object = Record<string, unknown>>(statement: Statement): Promise<T[]>
  /** Runs a statement for its effect. @returns the number of affected rows */
  execute(statement: Statement): Promise<number>
}

export interface TransactionOptions {
  /** Sent together with `begin`, so it costs no round trip. */
  context?: ChangeContext | undefined
  readOnly?: boolean
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
}

/** Counts what one request asked of the database; `begin` and `commit` are not counted. */
export interface StatementCount {
  statements: number
  /** Time spent waiting for answers, the wait for a free connection included; parallel statements add up. */
  milliseconds: number
}

export interface Database extends Db {
  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws. Statements given to `db` at
   * the same time run one after the other; a `db` kept after the end refuses to work.
   */
  transaction<T>(work: (db: Db) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** The same database, counting what goes through it: used once per request. */
  counted(count: StatementCount): Database
  /** Runs SQL text of any number of statements, without values and without time limit, on a connection of its own. */
  script(sql: string): Promise<void>
  /**
   * Hears every NOTIFY on the channel until the returned function is called. The connection is renewed when it breaks;
   * since news may have been missed meanwhile, `heard('')` is then called once, so an empty payload means: look yourself.
   */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>
  /** As in `server_version_num`: 150020 is 15.20. */
  readonly serverVersion: number
  readonly close: () => Promise<void>
}
