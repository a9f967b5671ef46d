/**
 * What a database looks like, as plain data.
 *
 * The same shape is derived from the declarations (`expectedSchema`) and read from a live database (`readSchema`), so
 * that the two can be compared. Definitions are PostgreSQL's own texts, with the quotes around plain names and the
 * `public.` before them taken away: which names get quotes differs between versions of PostgreSQL.
 */

export interface Column {
  readonly name: string
  /** As `format_type` prints it: `character varying(255)`. */
  readonly type: string
  readonly nullable: boolean
  /** The number comes from a sequence that belongs to the column. */
  readonly identity: boolean
  /** Expression of the default; Alyx's tables have none. */
  readonly default: string | null
}

export type ConstraintKind = 'primary key' | 'unique' | 'check' | 'foreign key' | 'exclude'

export interface Constraint {
  readonly name: string
  readonly kind: ConstraintKind
  /** As `pg_get_constraintdef` prints it. */
  readonly definition: string
}

/** An index that is not the backing of a constraint. */
export interface Index {
  readonly name: string
  /** As `pg_get_indexdef` prints it, from `USING` on, so that indexes with different names can be compared. */
  readonly definition: string
  readonly unique: boolean
}

export interface Table {
  readonly name: string
  /** In the order they have on disk. */
  readonly columns: readonly Column[]
  /** In the order of their names. */
  readonly constraints: readonly Constraint[]
  /** In the order of their names. */
  readonly indexes: readonly Index[]
}

export interface Sequence {
  readonly name: string
  readonly type: string
  /** `table.column` that the sequence belongs to, or null. */
  readonly ownedBy: string | null
}

export interface Schema {
  /** In the order of their names. */
  readonly tables: readonly Table[]
  readonly sequences: readonly Sequence[]
  /** Views, functions, triggers and types: Alyx has none. */
  readonly others: readonly { readonly kind: 'view' | 'function' | 'trigger' | 'type'; readonly name: string }[]
}

/** Orders by name, byte by byte, as PostgreSQL's `C` collation does. */
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0
