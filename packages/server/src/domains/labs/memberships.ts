import { sql } from 'kysely'
import type { Fragment, Scope } from '../../query/index.ts'

/** Memberships that hold today: begun, and not yet over. A membership that never began does not hold. */
export const currentMembership = (membership: Scope): Fragment<boolean> =>
  sql<boolean>`(${membership.own('start_date')} <= current_date and (${membership.own('end_date')} is null or ${membership.own('end_date')} >= current_date))`

/** Labs that a person belongs to today, as a list of keys for `in`. */
const labsOf = (account: string): Fragment =>
  sql`(select m.lab_id from misc_labmembership m where m.user_id = ${account} and m.start_date <= current_date and (m.end_date is null or m.end_date >= current_date))`

/** The lab is one that the person belongs to today. */
export const belongsToLab = (lab: Fragment, account: string): Fragment<boolean> =>
  sql<boolean>`${lab} in ${labsOf(account)}`

/** The repository is one of a lab that the person belongs to today. */
export const belongsToLabOfRepository = (repository: Fragment, account: string): Fragment<boolean> =>
  sql<boolean>`${repository} in (select r.datarepository_id from misc_lab_repositories r where r.lab_id in ${labsOf(account)})`
