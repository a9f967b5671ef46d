import type { ColumnField, Field, Kind } from './field.ts'

export type App =
  | 'misc'
  | 'subjects'
  | 'actions'
  | 'data'
  | 'experiments'
  | 'jobs'
  | 'auth'
  | 'authtoken'
  | 'contenttypes'
  | 'sessions'
  | 'admin'
  | 'reversion'
  | 'migrations'
export type Fields = Readonly<Record<string, Field>>

/** A set of fields that may not repeat together; `when` limits it to the rows where a reference is or is not set. */
export interface UniqueSet {
  readonly fields: readonly string[]
  /** Name on disk where it was given by hand; derived otherwise. */
  readonly name?: string
  readonly when?: { readonly field: string; readonly present: boolean }
}

/** Rows of another model that a form shows and writes beside its own. */
export interface RelatedTable {
  /** `app.model` of the other rows. */
  readonly model: string
  /** Their field that names the row of the form: a reference, or one that stands for any kind of row. */
  readonly by: string
  /** Their fields that the table shows; those that may be written are the inputs of its rows. */
  readonly fields: readonly string[]
  /** Order, as lists have it; that of the other model when absent. */
  readonly ordering?: readonly string[]
  /** Rows are looked at here and written elsewhere: they are made by programs, or have a page of their own. */
  readonly readOnly?: boolean
}

/** What the web application shows of a model unless a page of its own says more. */
export interface AdminHints {
  /** Columns of the list. */
  readonly list?: readonly string[]
  /** Paths that the search box looks in. */
  readonly search?: readonly string[]
  /** Filters beside the list. */
  readonly filters?: readonly string[]
  /** Groups of fields of the form, in order. */
  readonly sections?: readonly { readonly title: string; readonly fields: readonly string[] }[]
  /** Rows of other models beside the form, in order. */
  readonly tables?: readonly RelatedTable[]
}

export interface ModelDeclaration<F extends Fields> {
  readonly app: App
  /** Class name as the contract prints it: `LabMember`. Its lower case is the model's name in the database. */
  readonly name: string
  /** Singular, as in "No dataset type found". */
  readonly label: string
  readonly plural: string
  /** One sentence: what one row is. */
  readonly help: string
  readonly fields: F
  /** Order of lists: field names, `-` for descending. */
  readonly ordering?: readonly string[]
  readonly unique?: readonly UniqueSet[]
  readonly indexes?: readonly { readonly fields: readonly string[]; readonly name: string }[]
  readonly checks?: readonly { readonly field: string; readonly atLeast: number; readonly name: string }[]
  /** Table on disk where it is not `<app>_<name>`. */
  readonly table?: string
  /** Columns on disk where they are not in the order that `columnOrder` derives. */
  readonly diskOrder?: readonly string[]
  /** The model whose row this one extends (one row in each table, same key). */
  readonly parent?: string
  /** Other names under which the same rows have permissions and pages. */
  readonly proxies?: readonly {
    readonly app: App
    readonly name: string
    readonly label: string
    readonly plural: string
  }[]
  /** Fields which together name a row to people and dumps. */
  readonly naturalKey?: readonly string[]
  /** How a row is called: fields in braces, dots for relations. */
  readonly title?: string
  readonly admin?: AdminHints
  /** Bookkeeping of the framework: kept for compatibility, not part of the laboratory's record. */
  readonly framework?: boolean
}

export interface Model<F extends Fields = Fields> extends ModelDeclaration<F> {
  /** `app.model`, lower case. */
  readonly key: string
  readonly table: string
}

/** Declares a model. Tables, filters, schemas, forms and documents are derived from what is said here. */
export function defineModel<const F extends Fields>(declaration: ModelDeclaration<F>): Model<F> {
  const lower = declaration.name.toLowerCase()
  return {
    ...declaration,
    key: `${declaration.app}.${lower}`,
    table: declaration.table ?? `${declaration.app}_${lower}`,
  }
}

/** True when the field has a column in its model's own table. */
export const hasColumn = (field: Field): field is ColumnField => field.kind !== 'many' && field.kind !== 'generic'

/** Name of the column that holds a field. */
export const columnName = (name: string, field: ColumnField): string =>
  field.kind === 'reference' ? `${name}_id` : name

/** Name and declaration of the model's primary key. */
export function primaryKey(model: Model): {
  readonly name: string
  readonly field: ColumnField
  readonly column: string
} {
  for (const [name, field] of Object.entries(model.fields)) {
    if (hasColumn(field) && field.primaryKey) return { name, field, column: columnName(name, field) }
  }
  throw new Error(`${model.key} declares no primary key`)
}

/** Fields of a model that have a column, as [name, field], in the order of the declaration. */
export const columnFields = (model: Model): [string, ColumnField][] =>
  Object.entries(model.fields).filter((entry): entry is [string, ColumnField] => hasColumn(entry[1]))

/**
 * Names of a table's columns as they lie on disk.
 *
 * Alyx's migrations create plain columns first and add references afterwards in alphabetical order; models that grew
 * since then say their `diskOrder`.
 */
export function columnOrder(model: Model): string[] {
  if (model.diskOrder) return [...model.diskOrder]
  const entries = columnFields(model)
  const plain = entries
    .filter(([, field]) => field.kind !== 'reference' || field.primaryKey)
    .map(([name, field]) => columnName(name, field))
  const references = entries
    .filter(([, field]) => field.kind === 'reference' && !field.primaryKey)
    .map(([name]) => name)
    .sort()
  return [...plain, ...references.map((name) => `${name}_id`)]
}

type ValueOf<F> = F extends { kind: infer K extends Kind }
  ? K extends 'integer' | 'float' | 'level' | 'identity'
    ? number
    : K extends 'boolean'
      ? boolean
      : K extends 'json'
        ? unknown
        : K extends 'floatList' | 'integerList'
          ? number[]
          : string
  : never

type ColumnsOf<F extends Fields> = {
  [N in keyof F as F[N] extends { kind: 'many' | 'generic' }
    ? never
    : N extends string
      ? F[N] extends { kind: 'reference' }
        ? `${N}_id`
        : N
      : never]: F[N]
}

/** A row of the model's table: columns as keys, date-times as text. */
export type RowOf<M extends Model> = {
  -readonly [C in keyof ColumnsOf<M['fields']>]: ColumnsOf<M['fields']>[C] extends { nullable: true }
    ? ValueOf<ColumnsOf<M['fields']>[C]> | null
    : ValueOf<ColumnsOf<M['fields']>[C]>
}
