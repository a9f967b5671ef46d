import type { Model, RowOf } from '@alyx/models'
import type { Db } from '../database/index.ts'
import type { Moment } from '../query/index.ts'
import type { RemovalPlan } from './removal.ts'
import type { Restoration } from './restore.ts'
import type { Key, Saved } from './row.ts'

/** The door through which a change comes; kept in the history. */
export type Source = 'contract' | 'native' | 'command'

/** Who makes a change. */
export interface Actor {
  readonly id: string
  readonly username: string
}

/** What rules need to know of the installation. */
export interface RecordingSettings {
  readonly timeZone: string
  readonly defaultSource: string | undefined
  readonly defaultLab: string | undefined
  readonly defaultProtocol: string
  /** Share of the reference weight under which no animal may fall: 0.8. */
  readonly weightThreshold: number
  /** False when no mail is ever sent. */
  readonly sendsMail: boolean
  /** Removes a file of the media folder, by its path there. */
  readonly removeMedia: (path: string) => Promise<void>
}

/** Values of a new row by column; what is absent gets its default. A key may be given. */
export type NewRow<M extends Model> = { readonly [C in keyof RowOf<M>]?: RowOf<M>[C] | undefined }

/** Keys of the rows that a row is linked to, by the many-to-many field. */
export type Links = Readonly<Record<string, readonly Key[]>>

/** Changes of one row. */
export interface Change<M extends Model> {
  readonly key: Key
  readonly values: NewRow<M>
  readonly links?: Links
}

/** What a removal takes along. */
export interface Removed {
  /** Rows removed, per model, the ones asked for included. */
  readonly counts: ReadonlyMap<Model, number>
}

/**
 * Writes records in one transaction: defaults, rules of the domains, rows, what follows from them, links.
 *
 * Every door uses it (contract, native API, commands), and rules use it to change other records, whose rules then apply
 * too. All rows of a call are written together.
 */
export interface Recorder {
  readonly db: Db
  readonly moment: Moment
  /** The instant of the request, with microseconds: what `touched` and `now` fields get. */
  readonly now: string
  readonly actor: Actor | undefined
  readonly source: Source
  readonly settings: RecordingSettings

  /** Makes rows. @throws Refused for what rules, constraints and references do not allow */
  create<M extends Model>(
    model: M,
    rows: readonly NewRow<M>[],
    links?: readonly (Links | undefined)[],
  ): Promise<Saved<M>[]>
  /** Changes rows, in the order given. @throws Refused `missing` when one does not exist */
  change<M extends Model>(model: M, changes: readonly Change<M>[]): Promise<Saved<M>[]>
  /** Removes rows and what goes with them. @throws Refused `protected` or `in_use` when something stands in the way */
  remove(model: Model, keys: readonly Key[]): Promise<Removed>
  /**
   * What a removal would take along, without doing it.
   * @throws Refused as `remove` does
   */
  planRemoval(model: Model, keys: readonly Key[]): Promise<RemovalPlan>
  /**
   * Writes rows back as they were when they were removed: no defaults and no rules, for what followed from them is
   * written back with them.
   * @throws Refused when another row has their place by now
   */
  restore(restoration: Restoration): Promise<void>
  /** Makes a row's links of a many-to-many field exactly these, writing the difference only. */
  link(model: Model, field: string, links: ReadonlyMap<Key, readonly Key[]>): Promise<void>
  /** Rows by key, locked until the end; absent ones are left out. */
  lock<M extends Model>(model: M, keys: readonly Key[]): Promise<Map<Key, RowOf<M>>>
  /** Something to do when the transaction is committed: send a mail, remove a file. A failure is logged, never told. */
  afterCommit(work: () => Promise<void>): void
  /** Something to do when the transaction is rolled back: remove a file that nobody will refer to. */
  afterRollback(work: () => Promise<void>): void
}
