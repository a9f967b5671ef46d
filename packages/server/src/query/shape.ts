import type { Model, ValueKind } from '@alyx/models'
import type { Db } from '../database/index.ts'
import type { Fragment, Scope } from './scope.ts'

/**
 * The vocabulary in which representations are declared: what a list row, a detail or a nested summary consists of.
 *
 * A shape is data. `compile-shape.ts` turns it into one statement for the rows and one for everything nested in them;
 * whoever renders it (JSON, CSV) decides how values are written.
 */
export type Shape = Readonly<Record<string, Part>>

interface Common {
  /** Shown but never taken from a body. Parts that cannot be written at all need not say so. */
  readonly readOnly?: boolean
  /** Must be in the body of a create; derived from the declaration when absent. */
  readonly required?: boolean
  readonly help?: string
  /** How a body's fault names a row that is referred to by its key: "Object with id=…"; `Invalid pk "…"` when absent. */
  readonly named?: 'id' | 'pk'
}

/** A value of this row or of a row that it refers to: `nickname`, `lab.name`. */
export interface ColumnPart extends Common {
  readonly part: 'column'
  readonly path: string
  /** Written when the column is NULL; JSON null when absent. */
  readonly whenNull?: string
}
/** The label of a level instead of its number: `PASS` for 10. A number without a label is given as `otherwise`. */
export interface LabelPart extends Common {
  readonly part: 'label'
  readonly path: string
  readonly otherwise: string
}
/** Address of a row: route of its model and the value that stands in it. Null when the value is. */
export interface LinkPart extends Common {
  readonly part: 'link'
  readonly route: string
  readonly path: string
}
/** One value from each of many rows: `projects.name`. */
export interface ValuesPart extends Common {
  readonly part: 'values'
  readonly path: string
  readonly order?: readonly string[]
  readonly distinct?: boolean
  /** Only these of the many; `scope` is that of the last of them. */
  readonly where?: (scope: Scope, anchor: Scope) => Fragment
  /** Computed from the scope of the many instead of a column of it. */
  readonly value?: { readonly kind: ValueKind; readonly sql: (scope: Scope) => Fragment }
}
/** Many rows as objects. */
export interface RowsPart extends Common {
  readonly part: 'rows'
  readonly link: string | CustomLink
  readonly shape: Shape
  readonly order?: readonly string[]
  readonly where?: (scope: Scope) => Fragment
}
/** Rows that no reference links: the condition under which a row belongs to another. */
export interface CustomLink {
  readonly to: Model
  readonly on: (scope: Scope, anchor: Scope) => Fragment
}
/** The row that this one refers to, as an object; null when there is none. */
export interface ObjectPart extends Common {
  readonly part: 'object'
  readonly path: string
  readonly shape: Shape
}
/** A value that PostgreSQL computes. */
export interface ComputedPart extends Common {
  readonly part: 'computed'
  readonly kind: ValueKind
  readonly sql: (scope: Scope) => Fragment
  /** What to show of the text that PostgreSQL sends. */
  readonly make?: (text: string | null) => unknown
}
/** A value made from columns of the row when it is written. */
export interface DerivedPart extends Common {
  readonly part: 'derived'
  readonly kind: ValueKind
  readonly paths: readonly string[]
  readonly make: (values: readonly (string | null)[], moment: Moment) => unknown
}
/** A value from a rule that looks at all rows of the page at once. */
export interface BatchPart extends Common {
  readonly part: 'batch'
  readonly kind: ValueKind
  readonly batch: Batch
  readonly name: string
}
/** Computes values of many rows in a fixed number of statements. */
export type Batch = (
  db: Db,
  keys: readonly string[],
  moment: Moment,
) => Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>

/** What the answer may depend on besides rows. */
export interface Moment {
  readonly instant: Date
  /** The server's wall clock, `YYYY-MM-DD HH:MM:SS`. */
  readonly now: string
  /** The server's date, `YYYY-MM-DD`. */
  readonly today: string
}

export type Part =
  | ColumnPart
  | LabelPart
  | LinkPart
  | ValuesPart
  | RowsPart
  | ObjectPart
  | ComputedPart
  | DerivedPart
  | BatchPart

type Extra<P extends Part> = Partial<Omit<P, 'part' | 'path' | 'kind' | 'link' | 'shape' | 'route' | 'sql'>>

export const column = (path: string, extra: Extra<ColumnPart> = {}): ColumnPart => ({ part: 'column', path, ...extra })
export const label = (path: string, extra: Extra<LabelPart> = {}): LabelPart => ({
  part: 'label',
  path,
  otherwise: '',
  ...extra,
})
export const link = (route: string, path: string, extra: Extra<LinkPart> = {}): LinkPart => ({
  part: 'link',
  route,
  path,
  ...extra,
})
export const values = (path: string, extra: Extra<ValuesPart> = {}): ValuesPart => ({ part: 'values', path, ...extra })
export const rows = (to: string | CustomLink, shape: Shape, extra: Extra<RowsPart> = {}): RowsPart => ({
  part: 'rows',
  link: to,
  shape,
  ...extra,
})
export const object = (path: string, shape: Shape, extra: Extra<ObjectPart> = {}): ObjectPart => ({
  part: 'object',
  path,
  shape,
  ...extra,
})
export const computed = (kind: ValueKind, sql: ComputedPart['sql'], extra: Extra<ComputedPart> = {}): ComputedPart => ({
  part: 'computed',
  kind,
  sql,
  ...extra,
})
export const derived = (
  kind: ValueKind,
  paths: readonly string[],
  make: DerivedPart['make'],
  extra: Partial<Common> = {},
): DerivedPart => ({ part: 'derived', kind, paths, make, ...extra })
export const batched = (kind: ValueKind, batch: Batch, name: string, extra: Partial<Common> = {}): BatchPart => ({
  part: 'batch',
  kind,
  batch,
  name,
  ...extra,
})
/** Fields of the same name as their part's path. */
export const columns = (...names: string[]): Shape => Object.fromEntries(names.map((name) => [name, column(name)]))
