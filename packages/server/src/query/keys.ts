import type { Model } from '@alyx/models'
import { sql } from 'kysely'
import type { Db } from '../database/index.ts'
import { statementOf } from './read.ts'
import { type Fragment, Scope } from './scope.ts'

/**
 * Keys of the rows that a condition selects, of all rows when there is none: `select key from table where … limit $1`.
 *
 * @returns one more than `most` when there are more
 */
export async function keysWhere(
  db: Db,
  model: Model,
  where: ((scope: Scope) => Fragment) | undefined,
  most: number,
): Promise<string[]> {
  const scope = new Scope(model)
  const condition = where?.(scope)
  const rows = await db.rows({
    ...statementOf(
      sql`select ${scope.key} from ${scope.from()}${condition ? sql` where ${condition}` : sql``} limit ${most + 1}`,
    ),
    planEachTime: true,
  })
  return rows.map(([key]) => key!)
}
