import { sql } from 'kysely'
import { FilterError } from './filter-error.ts'
import { type FilterValue, isList } from './literals.ts'
import { elements, type Lookups, type Operand, oneOf } from './lookups-operand.ts'
import { readJson, readText, refuse } from './lookups-read.ts'
import { textLookupsOf } from './lookups-text.ts'
import type { Fragment } from './scope.ts'

/** A number or truth value as JSON writes it, to be compared with the text of a JSON value. */
const readJsonText = (value: FilterValue): string => (typeof value === 'boolean' ? String(value) : readText(value))

const comparison =
  (operator: '=' | '>' | '>=' | '<' | '<=' | '@>' | '<@') =>
  (operand: Operand, value: FilterValue): Fragment<boolean> =>
    sql`${operand.sql} ${sql.raw(operator)} ${readJson(value)}::jsonb`

const keysOf = (value: FilterValue): string[] => elements(value).map(readText)

/** Comparisons of JSON with JSON: `3` equals `3.0`; kinds sort as PostgreSQL has it, numbers below truth values. */
const shared: Lookups = {
  exact: comparison('='),
  gt: comparison('>'),
  gte: comparison('>='),
  lt: comparison('<'),
  lte: comparison('<='),
  contains: comparison('@>'),
  contained_by: comparison('<@'),
  in: (operand, value) => oneOf(operand, value, readJson, 'jsonb'),
  range: (operand, value) => {
    if (!isList(value) || value.length !== 2) return refuse('a list of two, the first and the last', value)
    if (value.includes(null)) throw new FilterError('None is neither a first nor a last value')
    return sql`${operand.sql} between ${readJson(value[0]!)}::jsonb and ${readJson(value[1]!)}::jsonb`
  },
  has_key: (operand, value) => sql`${operand.sql} ? ${readText(value)}`,
  has_keys: (operand, value) => sql`${operand.sql} ?& ${sql.val(keysOf(value))}::text[]`,
  has_any_keys: (operand, value) => sql`${operand.sql} ?| ${sql.val(keysOf(value))}::text[]`,
}

/** For a whole column, whose text is the document's. */
export const jsonLookups: Lookups = {
  ...textLookupsOf((operand) => sql`(${operand.sql})::text`, readJsonText),
  ...shared,
}

/** For what stands under keys: text comparisons see a text without its quotes. */
export const jsonValueLookups: Lookups = {
  ...textLookupsOf((operand) => sql`(${operand.source} #>> ${sql.val(operand.keys)}::text[])`, readJsonText),
  ...shared,
}
