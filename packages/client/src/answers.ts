import type { Kind, Literal } from '@alyx/models'

/** What the caller may do with rows of a model. */
export type Extent = 'all' | 'some' | 'none'

export interface ModelSummary {
  /** `subjects.subject` */
  readonly key: string
  readonly app: string
  readonly model: string
  readonly name: string
  readonly label: string
  readonly plural: string
  readonly help: string
  readonly framework: boolean
  /** `/api/v1/subjects/subject` */
  readonly address: string
  readonly rights: Readonly<Record<'view' | 'create' | 'change' | 'delete', Extent>>
}

export interface FieldFacts {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly kind: Kind
  readonly unit?: string
  readonly required: boolean
  readonly nullable: boolean
  readonly blank: boolean
  readonly default?: { readonly value: Literal } | { readonly made: string }
  readonly read_only: boolean
  readonly unique: boolean
  readonly choices?: readonly { readonly value: string | number; readonly label: string }[]
  readonly max_length?: number
  readonly pattern?: string
  readonly pattern_message?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly length?: number
  /** Written and shown as Markdown. */
  readonly markdown?: boolean
  /** The field whose rows choose among the texts to begin with, by their names. */
  readonly templates?: string
  /** The model that it refers to. */
  readonly to?: string
  readonly many: boolean
  readonly made_of?: readonly [string, string]
  readonly lookups: readonly string[]
  readonly rights: { readonly create: boolean; readonly change: boolean }
}

/** Rows of another model beside a form. */
export interface RelatedTable {
  readonly model: string
  /** Their field that names the row of the form. */
  readonly by: string
  readonly fields: readonly string[]
  readonly ordering: readonly string[]
  readonly read_only: boolean
}

export interface ModelDescription extends ModelSummary {
  readonly title: string | null
  /** Rows that were removed can be brought back. */
  readonly recovers: boolean
  readonly ordering: readonly string[]
  readonly list: readonly string[]
  readonly search: readonly string[]
  readonly filters: readonly string[]
  readonly sections: readonly { readonly title: string; readonly fields: readonly string[] }[]
  readonly fields: readonly FieldFacts[]
  /** What else rows can be filtered by, as by a field that is true or false. */
  readonly questions: readonly FieldFacts[]
  readonly tables: readonly RelatedTable[]
  readonly related: readonly { readonly name: string; readonly model: string; readonly many: boolean }[]
}

/** Another row, as rows show it. */
export interface Reference {
  readonly id: string
  readonly title: string
}

export interface Row {
  readonly id: string
  readonly $title?: string
  readonly $rights?: RowRights
  readonly [field: string]: unknown
}

/** A list of names: only these fields may be written. */
export interface RowRights {
  readonly view: boolean
  readonly change: boolean | readonly string[]
  readonly delete: boolean
}

export interface Page {
  readonly results: readonly Row[]
  readonly next: string | null
  readonly previous: string | null
  readonly count?: number
}

/** A row with its version, which `change` compares. */
export interface Versioned {
  readonly row: Row
  readonly version: string
}

export interface Choice extends Reference {
  readonly hint: string | null
}

export interface Removal {
  /** Rows that would go, by model. */
  readonly removed: Readonly<Record<string, number>>
  /** Rows that would stay and lose what they refer to. */
  readonly kept: Readonly<Record<string, number>>
  readonly refused: { readonly code: string; readonly message: string } | null
}

export interface Found extends Reference {
  readonly kind: string
  readonly closeness: string
  readonly model: string
  readonly label: string
  readonly hint: string | null
  /** Address of its page in the web application. */
  readonly page: string
}

export interface HistoryEntry {
  readonly id: number
  readonly at: string
  readonly transaction: string | null
  readonly model: string | null
  readonly key: string | null
  readonly field: string | null
  readonly operation: string
  readonly source: string
  readonly reason: string | null
  readonly user: { readonly id: string | null; readonly username: string | null } | null
  readonly old: Readonly<Record<string, unknown>> | null
  readonly new: Readonly<Record<string, unknown>> | null
}

export interface Me {
  readonly id: string
  readonly username: string
  readonly first_name?: string
  readonly last_name?: string
  readonly email?: string
  readonly is_superuser: boolean
  readonly is_stock_manager: boolean
  readonly is_public_user: boolean
  readonly roles: readonly string[]
  readonly time_zone: string
  readonly today: string
}

export interface SavedView {
  readonly id: string
  readonly model: string
  readonly name: string
  readonly shared: boolean
  readonly mine: boolean
  readonly columns: readonly string[]
  readonly filters: Readonly<Record<string, string | readonly string[]>>
  readonly sort: readonly string[]
  readonly layout: Readonly<Record<string, unknown>>
}

export interface ChangeEvent {
  readonly model: string
  readonly key: string
  readonly operation: string
  readonly fields: readonly string[]
  readonly user: string | null
}

export interface BulkAnswer {
  /** Of a dry run that removes rows, when all of them may go. */
  readonly removal?: Omit<Removal, 'refused'>
  readonly written: boolean
  readonly results: Readonly<
    Record<string, readonly ({ readonly id: string } | { readonly error: { readonly message: string } })[]>
  >
}
