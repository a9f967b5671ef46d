import { sql as query } from 'kysely'
import { type Db, raw, sql } from '../../../database/index.ts'
import type { Fragment, Scope } from '../../../query/index.ts'
import type { Key } from '../../../records/index.ts'

/** How far a request for animals is. */
export interface RequestStatus {
  /** Living animals that carry the request, of its line and in the care of whoever asked. */
  readonly fulfilled: number
  /** How many are still missing; negative when there are more than were asked for. */
  readonly remaining: number
  readonly status: 'Open' | 'Closed'
}

/** A request for no number of animals wants none. */
export function statusOfRequest(count: number | null, fulfilled: number): RequestStatus {
  const remaining = (count ?? 0) - fulfilled
  return { fulfilled, remaining, status: remaining > 0 ? 'Open' : 'Closed' }
}

/** Animals that count for a request `r`: alive, of its line, and in the care of whoever asked. */
const FULFILLING = `select count(*) from subjects_subject s
       where s.request_id = r.id and s.death_date is null
         and s.responsible_user_id is not distinct from r.user_id and s.line_id is not distinct from r.line_id`

/** Requests that want more animals than they got, or that do not. */
export const requestsOpen = (request: Scope, open: boolean): Fragment<boolean> =>
  query<boolean>`${query.raw(open ? '' : 'not ')}exists (select 1 from subjects_subjectrequest r where r.id = ${request.key} and coalesce(r.count, 0) > (${query.raw(FULFILLING)}))`

/**
 * How far requests are, by key; those that do not exist are left out. One statement.
 *
 * Source: Alyx 3.6.1, subjects/models.py, SubjectRequest.subjects, remaining and status.
 */
export async function statusesOfRequests(db: Db, requests: readonly Key[]): Promise<Map<Key, RequestStatus>> {
  const rows = await db.objects<{ id: Key; count: number | null; fulfilled: string }>(sql`
    select r.id, r.count, (${raw(FULFILLING)})::integer as fulfilled
      from subjects_subjectrequest r where r.id = any(${requests}::uuid[])`)
  return new Map(rows.map(({ id, count, fulfilled }) => [id, statusOfRequest(count, Number(fulfilled))]))
}
