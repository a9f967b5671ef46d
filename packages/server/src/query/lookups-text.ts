import { sql } from 'kysely'
import { FilterError } from './filter-error.ts'
import type { FilterValue } from './literals.ts'
import type { Lookups, Operand } from './lookups-operand.ts'
import { readText } from './lookups-read.ts'
import type { Fragment } from './scope.ts'

const MAX_REGEX_LENGTH = 1000

/** The text as a LIKE pattern that matches only itself. */
const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

function readRegex(value: FilterValue): string {
  const regex = readText(value)
  if (regex.length > MAX_REGEX_LENGTH)
    throw new FilterError(`a regular expression may have ${MAX_REGEX_LENGTH} characters at most`)
  return regex
}

/**
 * Comparisons by the characters of a text. `ilike '%…%'` with the bare column on its left is what a trigram index
 * serves.
 *
 * @param textOf  the operand as text
 * @param read    the value as text
 */
export function textLookupsOf(textOf: (operand: Operand) => Fragment, read = readText): Lookups {
  return {
    iexact: (operand, value) => sql`upper(${textOf(operand)}) = upper(${read(value)}::text)`,
    contains: (operand, value) => sql`${textOf(operand)} like ${`%${escaped(read(value))}%`}`,
    icontains: (operand, value) => sql`${textOf(operand)} ilike ${`%${escaped(read(value))}%`}`,
    startswith: (operand, value) => sql`${textOf(operand)} like ${`${escaped(read(value))}%`}`,
    istartswith: (operand, value) => sql`${textOf(operand)} ilike ${`${escaped(read(value))}%`}`,
    endswith: (operand, value) => sql`${textOf(operand)} like ${`%${escaped(read(value))}`}`,
    iendswith: (operand, value) => sql`${textOf(operand)} ilike ${`%${escaped(read(value))}`}`,
    regex: (operand, value) => sql`${textOf(operand)} ~ ${readRegex(value)}`,
    iregex: (operand, value) => sql`${textOf(operand)} ~* ${readRegex(value)}`,
  }
}

/** For columns that are text. */
export const textLookups = textLookupsOf((operand) => operand.sql)
/** For columns whose text is what people see: numbers, dates, identifiers. */
export const castLookups = textLookupsOf((operand) => sql`(${operand.sql})::text`)
