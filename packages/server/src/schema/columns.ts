import { type ColumnField, type ColumnKind, modelNamed, primaryKey } from '@alyx/models'

type TypeOf = { readonly [K in ColumnKind]: (field: Extract<ColumnField, { kind: K }>) => string }

const integers = { small: 'smallint', normal: 'integer', big: 'bigint' } as const
const varying = (field: { readonly maxLength: number }) => `character varying(${field.maxLength})`

/** The PostgreSQL type of each kind of field, as `format_type` prints it. A kind with no entry does not compile. */
const types = {
  uuid: () => 'uuid',
  identity: () => 'integer',
  text: varying,
  longText: () => 'text',
  email: varying,
  url: varying,
  image: varying,
  choice: varying,
  integer: (field) => integers[field.size],
  level: (field) => integers[field.size],
  float: () => 'double precision',
  boolean: () => 'boolean',
  date: () => 'date',
  datetime: () => 'timestamp with time zone',
  json: () => 'jsonb',
  floatList: () => 'double precision[]',
  integerList: () => 'integer[]',
  // A reference holds the key of the other row, so it has the key's type.
  reference: (field) => columnType(primaryKey(modelNamed(field.to)).field),
} satisfies TypeOf

/** The PostgreSQL type of a field's column. */
export function columnType(field: ColumnField): string {
  const type = types[field.kind] as (field: ColumnField) => string
  return type(field)
}

/** Operator class that lets an index serve prefix searches in any collation; undefined for types that are not text. */
export function prefixOperators(type: string): string | undefined {
  if (type.startsWith('character varying')) return 'varchar_pattern_ops'
  return type === 'text' ? 'text_pattern_ops' : undefined
}
