import type { Model, RowOf } from '@alyx/models'
import type { Recorder } from './recorder.ts'
import type { Draft, Key, Saved } from './row.ts'

/**
 * What a domain has to say when rows of a model are written. Every hook is called once for all rows of one save, so that
 * a page of rows costs a fixed number of statements; none of them may loop over statements.
 *
 * Hooks of several domains about one model run in the order of the domains.
 */
export interface Rules<M extends Model = Model> {
  readonly model: M
  /** Fills in, puts right and judges rows before they are written. @throws Refused */
  prepare?(drafts: readonly Draft<M>[], recorder: Recorder): Promise<void>
  /** What follows from rows that were written, links of many-to-many fields not yet. @throws Refused */
  follow?(saved: readonly Saved<M>[], recorder: Recorder): Promise<void>
  /** Judges rows that are about to be removed, also when a row above them is. @throws Refused */
  beforeRemoval?(rows: readonly Readonly<RowOf<M>>[], recorder: Recorder): Promise<void>
  /** What follows from rows that were removed. @throws Refused */
  afterRemoval?(rows: readonly Readonly<RowOf<M>>[], recorder: Recorder): Promise<void>
}

/** Names of the defaults that a domain works out: see `Default` of the models. */
export type DefaultRule =
  | 'default_species'
  | 'default_source'
  | 'default_responsible_user'
  | 'unknown_format'
  | 'unknown_type'
  | 'default_water_type'
  | 'default_surgery_location'

/** Everything that the domains say about writing. */
export interface RuleBook {
  readonly rules: readonly Rules[]
  readonly defaults: Readonly<Record<DefaultRule, (recorder: Recorder) => Promise<Key | null>>>
}

/** Declares rules with the row types of their model. */
export const rulesFor = <M extends Model>(model: M, hooks: Omit<Rules<M>, 'model'>): Rules =>
  ({ model, ...hooks }) as unknown as Rules
