/**
 * What each type of column can be compared with.
 *
 * Every value is a parameter of the statement. Operators and casts are written here, columns come from declarations.
 */
import type { Field, ValueKind } from '@alyx/models'
import { sql } from 'kysely'
import { jsonLookups, jsonValueLookups } from './lookups-json.ts'
import { listLookups } from './lookups-list.ts'
import type { Lookups, OperandType } from './lookups-operand.ts'
import { dates, days, ordered, wholeNumbers, years } from './lookups-ordered.ts'
import {
  readBoolean,
  readClock,
  readListInteger,
  readMoment,
  readNumber,
  readText,
  readUuid,
  refuse,
} from './lookups-read.ts'
import { castLookups, textLookups } from './lookups-text.ts'

/** What is compared when a column of the kind is named in a filter. References compare as the key that they hold. */
export const operandTypes = {
  uuid: 'uuid',
  identity: 'integer',
  text: 'text',
  longText: 'text',
  email: 'text',
  url: 'text',
  image: 'text',
  integer: 'integer',
  float: 'float',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  json: 'json',
  choice: 'text',
  level: 'integer',
  floatList: 'floatList',
  integerList: 'integerList',
} as const satisfies Record<ValueKind, OperandType>

const isnull: Lookups = {
  isnull: (operand, value) => {
    if (typeof value !== 'boolean') return refuse('True or False', value)
    return value ? sql`${operand.sql} is null` : sql`${operand.sql} is not null`
  },
}

/** Every way to compare, by type and by the name that a path ends with. */
export const lookups = {
  text: { ...ordered(readText, 'text'), ...textLookups, ...isnull },
  integer: { ...wholeNumbers, ...castLookups, ...isnull },
  float: { ...ordered(readNumber, 'double precision'), ...castLookups, ...isnull },
  boolean: { ...ordered(readBoolean, 'boolean'), ...isnull },
  uuid: { ...ordered(readUuid, 'uuid'), ...castLookups, ...isnull },
  date: { ...dates, ...castLookups, ...isnull },
  datetime: { ...ordered(readMoment, 'timestamptz'), ...castLookups, ...isnull },
  time: { ...ordered(readClock, 'time'), ...castLookups, ...isnull },
  day: { ...days, ...castLookups, ...isnull },
  year: { ...years, ...castLookups, ...isnull },
  json: { ...jsonLookups, ...isnull },
  jsonValue: { ...jsonValueLookups, ...isnull },
  floatList: { ...listLookups(readNumber, 'double precision'), ...isnull },
  integerList: { ...listLookups(readListInteger, 'integer'), ...isnull },
} satisfies Record<OperandType, Lookups>

/** The few ways to compare a row with a row: by its key. */
export const KEY_LOOKUPS: readonly string[] = ['exact', 'in', 'gt', 'gte', 'lt', 'lte', 'isnull']

/** The ways in which a field may be compared, by name; empty for one that is no column. */
export function lookupNames(field: Field): readonly string[] {
  if (field.kind === 'generic') return []
  if (field.kind === 'reference' || field.kind === 'many') return KEY_LOOKUPS
  return Object.keys(lookups[operandTypes[field.kind]])
}
