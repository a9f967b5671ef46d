import { sql } from 'kysely'
import { conditionFor } from './conditions.ts'
import { parsePairs } from './filter-text.ts'
import type { Fragment, Scope } from './scope.ts'

/**
 * Conditions on the keys of a JSON column, such as `tata_pct__lt,0.5,tutu_bool,True`: all must hold. `~` negates nothing
 * here, it is part of the key.
 * @throws FilterError as `parsePairs` and `conditionFor`
 */
export function jsonFilter(scope: Scope, column: 'json' | 'extended_qc', text: string): Fragment<boolean> {
  const conditions = parsePairs(text).map(({ path, value }) => conditionFor(scope, `${column}__${path}`, value))
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}
