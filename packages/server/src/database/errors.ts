/**
 * Everything PostgreSQL may answer instead of rows, as a small catalogue. The rooms above decide what each means to a
 * client; none of them reads SQLSTATE codes.
 *
 * Values that were sent (PostgreSQL puts them in `detail`) are kept out of messages and of enumerable properties: they
 * can be tokens, and errors are logged.
 */

/** The part of pg's error that we read. */
interface ServerError extends Error {
  code: string
  severity?: string
  detail?: string
  schema?: string
  table?: string
  column?: string
  constraint?: string
  routine?: string
}

/** Any answer of the database that is not the one asked for. */
export abstract class DatabaseError extends Error {
  /** SQLSTATE, or the system's code such as ECONNREFUSED; '' when there is neither. */
  readonly code: string
  readonly #detail: string | undefined

  constructor(cause: unknown, message = messageOf(cause)) {
    super(message, { cause })
    this.name = new.target.name
    this.code = codeOf(cause)
    this.#detail = (cause as Partial<ServerError> | undefined)?.detail
  }

  /** PostgreSQL's own explanation, which contains the values: for the client who sent them, not for logs. */
  get detail(): string | undefined {
    return this.#detail
  }
}

/** No answer: the server is away, starting, stopping, full of connections, or does not let us in. May work later. */
export class DatabaseUnavailable extends DatabaseError {}

/** The server's disk is full: reading still works. */
export class DatabaseFull extends DatabaseUnavailable {}

/** What the violations of a table's rules have in common. */
abstract class Violation extends DatabaseError {
  readonly constraint: string
  readonly table: string
  /** Columns of the rule as PostgreSQL names them; expressions as text; empty when it does not say. */
  readonly columns: readonly string[]

  constructor(cause: ServerError) {
    super(cause)
    this.constraint = cause.constraint ?? ''
    this.table = cause.table ?? ''
    this.columns = cause.column === undefined ? columnsOf(cause.detail) : [cause.column]
  }
}

/** Another row has the same values already. */
export class UniqueViolation extends Violation {}

/** The row refers to one that is not there, or is still referred to by another. */
export class ForeignKeyViolation extends Violation {}

export class NotNullViolation extends Violation {}

export class CheckViolation extends Violation {}

/** A text does not fit its column. */
export class ValueTooLong extends DatabaseError {}

/** A value cannot be read as its type: a bad number, date, uuid or pattern, a number out of range, a null byte. */
export class InvalidText extends DatabaseError {}

/** Another transaction was in the way; the whole transaction may succeed when run again. */
export class SerializationFailure extends DatabaseError {}

/** The statement took longer than allowed and was stopped. */
export class StatementTimeout extends DatabaseError {}

/** Anything else: almost always a mistake in this program. */
export class UnknownDatabaseError extends DatabaseError {}

type ErrorClass = new (cause: ServerError) => DatabaseError

/** SQLSTATE codes, or their first two characters, with their meaning to us. Source: PostgreSQL manual, appendix A. */
const MEANINGS: readonly (readonly [codes: string, meaning: ErrorClass])[] = [
  ['23505 23P01', UniqueViolation],
  ['23503 23001', ForeignKeyViolation],
  ['23502', NotNullViolation],
  ['23514', CheckViolation],
  ['22001', ValueTooLong],
  ['22P02 22P05 22003 22007 22008 22009 22019 22021 22023 22025 2201B 2201W 2201X 22030 22032', InvalidText],
  ['40001 40P01 55P03', SerializationFailure],
  ['57014', StatementTimeout],
  ['53100', DatabaseFull],
  // The database itself may be missing for a moment, while it is dropped and made again.
  ['08 28 53 57P01 57P02 57P03 57P04 57P05 3D000 58030 58000', DatabaseUnavailable],
]

const meaningOfCode = new Map(MEANINGS.flatMap(([codes, meaning]) => codes.split(' ').map((code) => [code, meaning])))

const SYSTEM_CODES = new Set(
  'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ENOENT ENOTFOUND EAI_AGAIN EACCES ETIMEDOUT EHOSTUNREACH ENETUNREACH'.split(
    ' ',
  ),
)

// pg reports a lost connection with messages and no code.
const LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying|Client was closed|terminating connection)/

/** The typed error for whatever pg threw; errors that are not the database's come back as they are. */
export function translated(error: unknown): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error
  if (isServerError(error)) {
    const Meaning = meaningOfCode.get(error.code) ?? meaningOfCode.get(error.code.slice(0, 2)) ?? UnknownDatabaseError
    return new Meaning(error)
  }
  if (SYSTEM_CODES.has(codeOf(error)) || LOST.test(error.message)) return new DatabaseUnavailable(error)
  return new UnknownDatabaseError(error)
}

const LOST_CODES = new Set(['57P01', '57P02', '57P05', '08003', '08006', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/** Whether the connection died under a statement, so that a fresh one may answer. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof Error && (LOST_CODES.has(codeOf(error)) || LOST.test(error.message))
}

/**
 * Whether a prepared statement no longer fits the tables, or is unknown to the connection. It was not executed, so
 * running it again, unprepared on a fresh connection, is always safe outside a transaction.
 */
export function isStalePlan(error: unknown): boolean {
  if (!(error instanceof Error) || !isServerError(error)) return false
  // 0A000 says only "feature not supported"; the routine tells apart, whatever language the server speaks.
  return error.code === '26000' || (error.code === '0A000' && error.routine === 'RevalidateCachedQuery')
}

function isServerError(error: Error): error is ServerError {
  return 'severity' in error && /^[0-9A-Z]{5}$/.test(codeOf(error))
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Node tries every address of a host and gives an AggregateError without a message.
  return error.message || codeOf(error) || error.name
}

/** Column names from "Key (name, lab_id)=(a, b) already exists."; the parentheses are the same in every language. */
function columnsOf(detail: string | undefined): string[] {
  const list = /\((.*?)\)=\(/s.exec(detail ?? '')?.[1]
  return list === undefined ? [] : list.split(', ').map((name) => name.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"'))
}
