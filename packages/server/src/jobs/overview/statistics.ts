import { type Db, sql } from '../../database/index.ts'
import { isoMoment } from '../queue/moments.ts'

/** What waits and runs now. */
export interface QueueNow {
  /** Tasks that a worker would get. */
  readonly ready: number
  /** Tasks whose time has not come: tried again later, or not to begin before. */
  readonly delayed: number
  readonly waiting_for_parents: number
  readonly running: number
  readonly attention: number
  /** How long the oldest of the ready ones has been waiting; null when there is none. */
  readonly oldest_ready_seconds: number | null
}

/** How the attempts at a step went, of one version of it. */
export interface StepStatistics {
  readonly graph: string | null
  readonly name: string | null
  readonly version: string | null
  readonly succeeded: number
  readonly failed: number
  readonly lost: number
  readonly cancelled: number
  /** Given back without a result. */
  readonly released: number
  /** Share of those that failed or were lost among all that came to a result; null without any. */
  readonly failure_rate: number | null
  /** Of those that succeeded: half and nine tenths of them took no longer. */
  readonly median_seconds: number | null
  readonly p90_seconds: number | null
  /** Half of the tasks waited no longer, once they were ready, for a worker. */
  readonly median_wait_seconds: number | null
  readonly last: string
}

/** Whose tasks wait and run. */
export interface OwnerShare {
  readonly user: string | null
  readonly ready: number
  readonly running: number
}

export interface TaskStatistics {
  readonly now: QueueNow
  readonly owners: readonly OwnerShare[]
  readonly steps: readonly StepStatistics[]
}

export interface StatisticsChoice {
  /** Attempts that ended in so many days. */
  readonly days: number
  readonly graph: string | undefined
  readonly lab: string | undefined
}

/** Three statements. */
export async function taskStatistics(
  db: Db,
  { days, graph = '', lab = '' }: StatisticsChoice,
): Promise<TaskStatistics> {
  const [now] = await db.objects<QueueNow>(sql`
    select count(*) filter (where status = 20 and unmet = 0 and not late)::integer as ready,
           count(*) filter (where status = 20 and unmet = 0 and late)::integer as delayed,
           count(*) filter (where status = 25 or (status = 20 and unmet > 0))::integer as waiting_for_parents,
           count(*) filter (where status = 30)::integer as running,
           (select count(*)::integer from alyx.job where attention_at is not null) as attention,
           extract(epoch from clock_timestamp() - min(queued_at) filter (where status = 20 and unmet = 0 and not late))::float8 as oldest_ready_seconds
      from (select status, unmet, queued_at, coalesce(not_before > clock_timestamp(), false) as late
              from alyx.job where status in (20, 25, 30)) j`)
  const owners = await db.objects<OwnerShare>(sql`
    select u.username as "user", count(*) filter (where j.status = 20)::integer as ready, count(*) filter (where j.status = 30)::integer as running
      from alyx.job j left join misc_labmember u on u.id = j.owner
     where (j.status = 20 and j.unmet = 0) or j.status = 30
     group by u.username order by count(*) desc, u.username limit 200`)
  const steps = await db.objects<StepStatistics>(sql`
    select t.graph, t.name, a.version, count(*) filter (where a.outcome = 'succeeded')::integer as succeeded,
           count(*) filter (where a.outcome = 'failed')::integer as failed, count(*) filter (where a.outcome = 'lost')::integer as lost,
           count(*) filter (where a.outcome = 'cancelled')::integer as cancelled, count(*) filter (where a.outcome = 'released')::integer as released,
           (count(*) filter (where a.outcome in ('failed', 'lost')))::float8
             / nullif(count(*) filter (where a.outcome in ('succeeded', 'failed', 'lost')), 0) as failure_rate,
           percentile_cont(0.5) within group (order by a.elapsed_seconds) filter (where a.outcome = 'succeeded') as median_seconds,
           percentile_cont(0.9) within group (order by a.elapsed_seconds) filter (where a.outcome = 'succeeded') as p90_seconds,
           percentile_cont(0.5) within group (order by extract(epoch from a.claimed_at - j.queued_at)::float8)
             filter (where a.claimed_at >= j.queued_at) as median_wait_seconds,
           ${isoMoment('max(a.ended_at)')} as last
      from alyx.job_attempt a join alyx.job j on j.task_id = a.task_id join jobs_task t on t.id = a.task_id
      left join actions_session s on s.id = t.session_id left join misc_lab l on l.id = s.lab_id
     where a.ended_at > clock_timestamp() - make_interval(days => ${days}::integer)
       and (${graph}::text = '' or t.graph = ${graph}::text) and (${lab}::text = '' or l.name = ${lab}::text)
     group by t.graph, t.name, a.version order by count(*) desc, t.graph, t.name, a.version limit 1000`)
  return { now: now!, owners, steps }
}
