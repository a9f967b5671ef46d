import type { Model, RowOf } from '@alyx/models'

/**
 * What a column holds between PostgreSQL and a rule.
 *
 * Dates, times and uuids are text; a date-time without offset is the wall clock of the server. Whole numbers beyond
 * 2^53 are bigints. JSON columns hold the *text* of the document, never a parsed one: the order of its keys and the form
 * of its numbers belong to whoever wrote it.
 */
export type Value = string | number | bigint | boolean | null | readonly (number | null)[]

/** Values by column: `lab_id`, `start_time`. A model that extends another has the columns of both. */
export type Row = Record<string, Value>

/** A primary key as text, whatever its type. */
export type Key = string

/** A row that is about to be written. */
export interface Draft<M extends Model = Model> {
  readonly key: Key
  /** The row as it is; undefined for one that is new. It is locked until the transaction ends. */
  readonly before: Readonly<RowOf<M>> | undefined
  /** Columns that whoever asked for the change gave a value, defaults excluded. */
  readonly given: ReadonlySet<string>
  /** The whole row as it will be. Rules fill in and put right what they find here. */
  readonly values: RowOf<M>
  /** Keys to link it to, by many-to-many field; a field that is absent stays as it is. Rules may fill in. */
  readonly links: Record<string, readonly Key[]>
  /** Set by rules that leave the row as it was and make another in its place: whoever asked for the change gets that one. */
  successor?: Key
}

/** A row that was written. */
export interface Saved<M extends Model = Model> {
  readonly key: Key
  /** The row as it was; undefined when it was made. */
  readonly before: Readonly<RowOf<M>> | undefined
  readonly after: Readonly<RowOf<M>>
  /** Columns whose value is another than before; all of them for a new row. */
  readonly changed: ReadonlySet<string>
  /** The row that took this one's place instead of the change. */
  readonly successor?: Key
}
