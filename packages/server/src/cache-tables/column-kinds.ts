import type { SchemaElement } from 'hyparquet'

/** What a column of a table holds. */
export type ColumnKind = 'text' | 'date' | 'uint16' | 'uint64' | 'boolean' | 'quality'

/** Type of a column in the schema that Arrow keeps beside that of Parquet. */
export type ArrowType =
  | { readonly is: 'utf8' }
  | { readonly is: 'bool' }
  | { readonly is: 'day' }
  | { readonly is: 'unsigned'; readonly bits: 16 | 64 }
  /** Words of an ordered list, each written as its place in it. */
  | { readonly is: 'ordered words' }

interface Answers {
  readonly parquet: Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>
  readonly arrow: ArrowType
  /** What pandas makes of it: the names of its kind and of its dtype. */
  readonly pandas: readonly [kind: string, dtype: string]
  /** Bounds and encodings help readers who skip rows; nobody skips by a text of which each row has another. */
  readonly statistics: boolean
  /** From PostgreSQL's text. Null stays null. */
  read(text: string): unknown
}

const asIs = (text: string): string => text

/**
 * Each kind answers for itself. Whole numbers have no `logical_type`: hyparquet-writer 0.17 writes its width in a form that
 * Arrow refuses, and the older `converted_type` says the same. Days are counted from 1970-01-01, as Parquet
 * counts them.
 */
export const COLUMN_KINDS: Readonly<Record<ColumnKind, Answers>> = {
  text: {
    parquet: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
    arrow: { is: 'utf8' },
    pandas: ['unicode', 'object'],
    statistics: false,
    read: asIs,
  },
  date: {
    parquet: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
    arrow: { is: 'day' },
    pandas: ['date', 'object'],
    statistics: true,
    read: Number,
  },
  uint16: {
    parquet: { type: 'INT32', converted_type: 'UINT_16' },
    arrow: { is: 'unsigned', bits: 16 },
    pandas: ['uint16', 'uint16'],
    statistics: true,
    read: Number,
  },
  // `UInt64` with a capital letter is the one of pandas that may be missing.
  uint64: {
    parquet: { type: 'INT64', converted_type: 'UINT_64' },
    arrow: { is: 'unsigned', bits: 64 },
    pandas: ['uint64', 'UInt64'],
    statistics: true,
    read: BigInt,
  },
  boolean: {
    parquet: { type: 'BOOLEAN' },
    arrow: { is: 'bool' },
    pandas: ['bool', 'bool'],
    statistics: false,
    read: (text) => text === 't',
  },
  quality: {
    parquet: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
    arrow: { is: 'ordered words' },
    pandas: ['categorical', 'int8'],
    statistics: false,
    read: asIs,
  },
}
