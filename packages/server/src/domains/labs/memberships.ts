import { sql } from 'kysely'
import type { Fragment, Scope } from '../../query/index.ts'

/** Memberships that hold today: begun, and not yet over. A membership that never began does not hold. */
export const currentMembership = (membership: Scope): Fragment<boolean> =>
  sql<boolean>`(${membership.own('start_date')} <= current_date and (${membership.own('end_date')} is null or ${membership.own('end_date')} >= current_date))`
