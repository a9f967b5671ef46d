/**
 * The one door to PostgreSQL: pool, transactions, translated errors, and the PostgreSQL that we start ourselves.
 * Nothing outside this room imports `pg`.
 */
export type { ChangeContext } from './change-context.ts'
export type { DatabaseOptions } from './connection.ts'
export type { Database, Db, Statement, StatementCount } from './db.ts'
export { type Embedded, startEmbedded } from './embedded/start.ts'
export {
  CheckViolation,
  DatabaseError,
  DatabaseFull,
  DatabaseUnavailable,
  ForeignKeyViolation,
  InvalidText,
  NotNullViolation,
  SerializationFailure,
  StatementTimeout,
  UniqueViolation,
  UnknownDatabaseError,
  ValueTooLong,
} from './errors.ts'
export { openDatabase } from './pool.ts'
export { type Session, withSession } from './session.ts'
export { DatabaseStartError, explainStartProblem } from './start-problem.ts'
export { compiled, identifier, join, raw, Sql, sql, sqlBuilder } from './statement.ts'
