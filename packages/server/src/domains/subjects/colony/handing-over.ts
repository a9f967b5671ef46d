/** Animals that somebody asked for are handed over from the stock. */
import { Subject, SubjectRequest } from '@alyx/models'
import { type Db, sql } from '../../../database/index.ts'
import { invalid, type Key, type Recorder, Refused, type Saved } from '../../../records/index.ts'
import { statusesOfRequests } from './requests.ts'

/**
 * Hands animals to whoever asked for them: they answer for them from now on, and the animals carry the request.
 *
 * @throws Refused when the request does not exist or has nobody to hand to, an animal is dead or of another line, or more
 *   are given than are wanted
 */
export async function fulfilRequest(
  recorder: Recorder,
  request: Key,
  subjects: readonly Key[],
): Promise<Saved<typeof Subject>[]> {
  const wanted = (await recorder.lock(SubjectRequest, [request])).get(request)
  if (!wanted) throw new Refused('missing', `There is no ${SubjectRequest.label} with the identifier ${request}.`)
  const { user_id, line_id } = wanted
  if (user_id === null || line_id === null)
    throw new Refused('invalid', 'The request names no person or no line: nobody knows what to hand to whom.')
  const animals = await recorder.lock(Subject, subjects)
  const missing = subjects.filter((key) => !animals.has(key))
  if (missing.length > 0) throw new Refused('missing', `There is no subject with the identifier ${missing.join(', ')}.`)
  const names = (unfit: (animal: { death_date: string | null; line_id: Key | null }) => boolean) =>
    [...animals.values()]
      .filter(unfit)
      .map(({ nickname }) => nickname)
      .sort()
      .join(', ')
  const dead = names(({ death_date }) => death_date !== null)
  if (dead !== '') throw invalid({ subjects: [`Not alive: ${dead}.`] })
  const strange = names((animal) => animal.line_id !== line_id)
  if (strange !== '') throw invalid({ subjects: [`Of another line than was asked for: ${strange}.`] })
  const { remaining } = (await statusesOfRequests(recorder.db, [request])).get(request)!
  const fresh = [...animals.values()].filter((one) => one.request_id !== request).length
  if (fresh > remaining)
    throw invalid({ subjects: [`${Math.max(0, remaining)} more are wanted, not ${fresh}: change the request first.`] })
  return recorder.change(
    Subject,
    [...animals.keys()].map((key) => ({ key, values: { responsible_user_id: user_id, request_id: request } })),
  )
}

/** A request with how far it is. */
export interface OpenRequest {
  readonly id: Key
  readonly user: { readonly id: Key; readonly title: string } | null
  readonly line: { readonly id: Key; readonly title: string } | null
  readonly count: number | null
  readonly date: string | null
  readonly due_date: string | null
  readonly description: string
  readonly fulfilled: number
  readonly remaining: number
  readonly status: 'Open' | 'Closed'
  /** Living animals of the line that nobody but stock managers answers for. */
  readonly in_stock: number
}

/** Requests, the soonest due first. Two statements. */
export async function requestsWithStatus(
  db: Db,
  {
    status,
    user,
    line,
  }: { readonly status: 'open' | 'closed' | 'all'; readonly user?: Key | undefined; readonly line?: Key | undefined },
): Promise<OpenRequest[]> {
  const rows = await db.objects<Omit<OpenRequest, 'fulfilled' | 'remaining' | 'status'>>(sql`
    with stock as (
      select s.line_id, count(*) as animals from subjects_subject s
        left join misc_labmember u on u.id = s.responsible_user_id
       where s.death_date is null and (u.id is null or u.is_stock_manager) group by s.line_id
    )
    select r.id, r.count, r.date_time as date, r.due_date, r.description,
           case when u.id is not null then json_build_object('id', u.id, 'title', u.username) end as "user",
           case when l.id is not null then json_build_object('id', l.id, 'title', l.nickname) end as line,
           coalesce(stock.animals, 0)::int as in_stock
      from subjects_subjectrequest r left join misc_labmember u on u.id = r.user_id
      left join subjects_line l on l.id = r.line_id left join stock on stock.line_id = r.line_id
     where (${user ?? null}::uuid is null or r.user_id = ${user ?? null}::uuid)
       and (${line ?? null}::uuid is null or r.line_id = ${line ?? null}::uuid)
     order by r.due_date nulls last, r.date_time, r.id`)
  const statuses = await statusesOfRequests(
    db,
    rows.map(({ id }) => id),
  )
  return rows
    .map((row) => ({ ...row, ...statuses.get(row.id)! }))
    .filter((row) => status === 'all' || row.status.toLowerCase() === status)
}
