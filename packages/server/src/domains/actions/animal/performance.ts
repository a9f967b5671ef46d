import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

/** A session as a point of a learning curve. */
export interface PerformancePoint {
  readonly id: Key
  readonly start_time: string
  readonly number: number | null
  readonly task_protocol: string
  readonly trials: number | null
  readonly correct: number | null
  /** Per cent; null without trials. */
  readonly percent_correct: number | null
  readonly qc: number
  /** Millilitres earned in the session; null when none is recorded. */
  readonly reward: number | null
}

const MOST_SESSIONS = 5000

/** The sessions of an animal in order of time, the latest when there are too many. One statement. */
export async function performanceOf(db: Db, subject: Key): Promise<PerformancePoint[]> {
  const points = await db.objects<PerformancePoint>(sql`
    select a.id, to_json(a.start_time) as start_time, a.number, a.task_protocol, a.n_trials as trials,
           a.n_correct_trials as correct,
           case when a.n_trials > 0 then 100.0::float8 * a.n_correct_trials / a.n_trials end as percent_correct, a.qc,
           (select sum(w.water_administered) from actions_wateradministration w where w.session_id = a.id) as reward
      from actions_session a where a.subject_id = ${subject} and a.start_time is not null
     order by a.start_time desc, a.id limit ${MOST_SESSIONS}`)
  return points.reverse()
}
