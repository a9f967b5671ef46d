/** What happened to a record. `version`: a copy of the whole record, kept when it was saved in Django's pages. */
export const OPERATIONS = ['insert', 'update', 'delete', 'truncate', 'version'] as const
export type Operation = (typeof OPERATIONS)[number]

/** One change of one record, or of one of its links. */
export interface HistoryEntry {
  /** Number of the change; of a `version`, of Django's row. Unique together with whether it is one. */
  readonly id: number
  /** When it was written, UTC with microseconds: `2026-03-02T09:30:00.123456Z`. */
  readonly at: string
  /** Changes with the same one were made together, or not at all. Null for a `version`. */
  readonly transaction: string | null
  /** `app.model`; null for a table that this version does not know. */
  readonly model: string | null
  readonly table: string
  /** Primary key of the record; null when a whole table was emptied. */
  readonly key: string | null
  /** For links: the field that they belong to. */
  readonly field: string | null
  readonly operation: Operation
  /** Text of a JSON object by column: an update has what changed, a deletion the whole row. Date-times are in UTC. */
  readonly old: string | null
  /** Text of a JSON object by column: an update has what changed, an insertion the whole row. */
  readonly new: string | null
  readonly user: string | null
  readonly username: string | null
  readonly request: string | null
  /** `contract`, `native`, `command`, `server`, `Django or psql`; `reversion` for a version. */
  readonly source: string
  readonly reason: string | null
}

export const VERSION_SOURCE = 'reversion'
/** Doors through which changes come. */
export const SOURCES = ['contract', 'native', 'command', 'server', 'Django or psql', VERSION_SOURCE] as const

/** UTC with microseconds, as the history writes moments. */
export const MOMENT_FORMAT = `YYYY-MM-DD"T"HH24:MI:SS.US"Z"`
