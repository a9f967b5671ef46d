import { type Db, sql } from '../../database/index.ts'
import { isoMoment } from './moments.ts'

/** A run of a task; points of time in ISO 8601. */
export interface AttemptView {
  readonly id: string
  readonly number: number
  readonly executor: 'worker' | 'celery' | 'poller'
  readonly worker: string | null
  readonly claimed_by: string | null
  readonly claimed_at: string
  readonly started_at: string | null
  readonly heartbeat_at: string | null
  readonly lease_until: string
  readonly ended_at: string | null
  readonly outcome: string | null
  readonly detail: string | null
  readonly error_type: string | null
  readonly error_message: string | null
  readonly progress: number | null
  readonly message: string | null
  readonly step: string | null
  readonly version: string | null
  readonly elapsed_seconds: number | null
  readonly log_bytes: number
  readonly late_outcome: string | null
}

/** A task that another one waits for. */
export interface Blocker {
  readonly id: string
  readonly name: string | null
  readonly status: number
  readonly needs: string
}

/** All that the queue knows of a task. */
export interface JobView {
  readonly task: string
  readonly name: string | null
  readonly status: number
  readonly owner: string | null
  readonly labels: readonly string[]
  readonly queued_at: string
  readonly not_before: string | null
  readonly tries: number
  readonly max_attempts: number | null
  readonly cancel_requested: boolean
  readonly attention: string | null
  readonly ready: boolean
  readonly blocked_by: readonly Blocker[]
  /** All of them, those that it waits for and those that are done. */
  readonly parents: readonly Blocker[]
  readonly children: readonly Blocker[]
  readonly attempts: readonly AttemptView[]
}

/** Three statements. @returns undefined when there is no such task */
export async function jobView(db: Db, task: string): Promise<JobView | undefined> {
  const [job] = await db.objects<Omit<JobView, 'blocked_by' | 'parents' | 'children' | 'attempts'>>(sql`
    select j.task_id as task, t.name, t.status, u.username as owner, j.labels, ${isoMoment('j.queued_at')} as queued_at,
           ${isoMoment('j.not_before')} as not_before, j.tries, j.max_attempts, j.cancel_requested_at is not null as cancel_requested,
           j.attention, j.status = 20 and j.unmet = 0 and coalesce(j.not_before <= clock_timestamp(), true) as ready
      from alyx.job j join jobs_task t on t.id = j.task_id left join misc_labmember u on u.id = j.owner
     where j.task_id = ${task}`)
  if (!job) return undefined
  const attempts = await db.objects<AttemptView>(sql`
    select a.id, a.number, a.executor, w.name as worker, u.username as claimed_by, ${isoMoment('a.claimed_at')} as claimed_at,
           ${isoMoment('a.started_at')} as started_at, ${isoMoment('a.heartbeat_at')} as heartbeat_at, ${isoMoment('a.lease_until')} as lease_until,
           ${isoMoment('a.ended_at')} as ended_at, a.outcome, a.detail, a.error_type, a.error_message, a.progress, a.message, a.step,
           a.version, a.elapsed_seconds, a.log_bytes::float8 as log_bytes, a.late_outcome
      from alyx.job_attempt a left join alyx.worker w on w.id = a.worker_id left join misc_labmember u on u.id = a.claimed_by
     where a.task_id = ${task} order by a.number desc limit 100`)
  const near = await db.objects<Blocker & { parent: boolean; done: boolean }>(sql`
    select p.id, p.name, p.status, coalesce(e.needs, 'success') as needs, true as parent, alyx.parent_is_done(p.status, coalesce(e.needs, 'success')) as done
      from jobs_task_parents l join jobs_task p on p.id = l.to_task_id
      left join alyx.job_edge e on e.task_id = l.from_task_id and e.parent_id = l.to_task_id
     where l.from_task_id = ${task}
    union all
    select c.id, c.name, c.status, coalesce(e.needs, 'success'), false, false
      from jobs_task_parents l join jobs_task c on c.id = l.from_task_id
      left join alyx.job_edge e on e.task_id = l.from_task_id and e.parent_id = l.to_task_id
     where l.to_task_id = ${task}
     order by 5 desc, 2, 1 limit 1000`)
  const blockers = (ones: typeof near): Blocker[] =>
    ones.map(({ id, name, status, needs }) => ({ id, name, status, needs }))
  return {
    ...job,
    blocked_by: blockers(near.filter(({ parent, done }) => parent && !done)),
    parents: blockers(near.filter(({ parent }) => parent)),
    children: blockers(near.filter(({ parent }) => !parent)),
    attempts,
  }
}

/** Tasks that failed for good, those that failed alike together. */
export interface AttentionGroup {
  readonly name: string | null
  readonly graph: string | null
  readonly error_type: string | null
  readonly count: number
  readonly newest: string
  /** The newest ones, at most ten. */
  readonly tasks: readonly string[]
  readonly error_message: string | null
}

/** What somebody should look at, the most frequent failure first. One statement. */
export function needsAttention(db: Db): Promise<AttentionGroup[]> {
  return db.objects<AttentionGroup>(sql`
    select t.name, t.graph, a.error_type, count(*)::integer as count, ${isoMoment('max(j.attention_at)')} as newest,
           (array_agg(j.task_id::text order by j.attention_at desc))[1:10] as tasks,
           (array_agg(a.error_message order by j.attention_at desc))[1] as error_message
      from alyx.job j join jobs_task t on t.id = j.task_id
      left join lateral (select error_type, error_message from alyx.job_attempt a where a.task_id = j.task_id order by a.number desc limit 1) a on true
     where j.attention_at is not null
     group by t.name, t.graph, a.error_type order by count(*) desc, max(j.attention_at) desc limit 500`)
}
