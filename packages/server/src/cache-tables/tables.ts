import { Dataset } from '@alyx/models'
import type { ColumnKind } from './column-kinds.ts'

/** Quality of a dataset by its number, best first: NOT_SET, PASS, WARNING, FAIL, CRITICAL. */
export const QUALITIES: ReadonlyMap<string, string> = new Map(
  Dataset.fields.qc.choices.toSorted(([a], [b]) => a - b).map(([value, name]) => [String(value), name]),
)

/** One table as ONE knows it. */
export interface TableShape {
  /** Columns in their order in the file, those of the index last, as pandas writes them. */
  readonly columns: Readonly<Record<string, ColumnKind>>
  readonly index: readonly string[]
}

/** The tables that ONE reads, by the names of their files. Facts: Alyx 3.6.1, `one_cache`; ONE 2.10 and later. */
export const TABLES = {
  sessions: {
    columns: {
      lab: 'text',
      subject: 'text',
      date: 'date',
      number: 'uint16',
      task_protocol: 'text',
      projects: 'text',
      id: 'text',
    },
    index: ['id'],
  },
  datasets: {
    columns: {
      file_size: 'uint64',
      hash: 'text',
      default_revision: 'boolean',
      qc: 'quality',
      exists: 'boolean',
      rel_path: 'text',
      eid: 'text',
      id: 'text',
    },
    index: ['eid', 'id'],
  },
} as const satisfies Readonly<Record<string, TableShape>>

export type TableName = keyof typeof TABLES

export const TABLE_NAMES = Object.keys(TABLES) as TableName[]

/** The oldest ONE that reads these tables. */
export const MIN_API_VERSION = '2.10'
