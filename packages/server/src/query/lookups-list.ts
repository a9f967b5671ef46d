import { sql } from 'kysely'
import { type FilterValue, isList } from './literals.ts'
import type { Lookups, Operand } from './lookups-operand.ts'
import { refuse } from './lookups-read.ts'
import type { Fragment } from './scope.ts'

/**
 * Comparisons of columns that hold a list of numbers.
 *
 * @param read  one element
 * @param type  PostgreSQL's name of the element's type
 */
export function listLookups(read: (value: FilterValue) => number, type: 'integer' | 'double precision'): Lookups {
  const comparison =
    (operator: '=' | '>' | '>=' | '<' | '<=' | '@>' | '<@' | '&&') =>
    (operand: Operand, value: FilterValue): Fragment<boolean> => {
      if (!isList(value)) return refuse('a list of numbers such as [1, 2]', value)
      return sql`${operand.sql} ${sql.raw(operator)} ${sql.val(value.map(read))}::${sql.raw(type)}[]`
    }
  return {
    exact: comparison('='),
    gt: comparison('>'),
    gte: comparison('>='),
    lt: comparison('<'),
    lte: comparison('<='),
    contains: comparison('@>'),
    contained_by: comparison('<@'),
    overlap: comparison('&&'),
  }
}
