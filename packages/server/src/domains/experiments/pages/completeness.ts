/** How complete the data of the latest sessions are, week by week. */
import { type Db, sql } from '../../../database/index.ts'
import { statusNumber } from '../../../jobs/index.ts'
import type { Key } from '../../../records/index.ts'

const COMPLETE = statusNumber('Complete')

/** Sessions that began in a week, and how many of them are that far. */
export interface WeekOfSessions {
  /** Monday. */
  readonly week: string
  readonly sessions: number
  readonly with_datasets: number
  readonly with_tasks: number
  /** All tasks are complete; those that have none count in neither. */
  readonly tasks_complete: number
  readonly qc_set: number
}

export interface CompletenessQuestion {
  /** A day of the last week, `2026-03-02`. */
  readonly until: string
  readonly weeks: number
  readonly lab?: Key | undefined
  readonly project?: Key | undefined
}

/** Weeks in order, those without a session too. One statement; the sessions are found by their start. */
export function completenessByWeek(
  db: Db,
  { until, weeks, lab, project }: CompletenessQuestion,
): Promise<WeekOfSessions[]> {
  return db.objects<WeekOfSessions>(sql`
    with week as (
      select date_trunc('week', ${until}::date)::date - 7 * back as monday from generate_series(0, ${weeks - 1}::int) as back
    ), session as (
      select date_trunc('week', a.start_time)::date as monday, a.qc <> 0 as qc_set,
             exists (select from data_dataset d where d.session_id = a.id) as datasets,
             (select bool_and(t.status = ${COMPLETE}) from jobs_task t where t.session_id = a.id) as complete
        from actions_session a
       where a.start_time >= (select min(monday) from week) and a.start_time < (select max(monday) + 7 from week)
         and (${lab ?? null}::uuid is null or a.lab_id = ${lab ?? null}::uuid)
         and (${project ?? null}::uuid is null or exists (select from actions_session_projects j
                                                  where j.session_id = a.id and j.project_id = ${project ?? null}::uuid))
    )
    select week.monday::text as week, count(session.monday)::int as sessions,
           (count(*) filter (where session.datasets))::int as with_datasets,
           count(session.complete)::int as with_tasks,
           (count(*) filter (where session.complete))::int as tasks_complete,
           (count(*) filter (where session.qc_set))::int as qc_set
      from week left join session on session.monday = week.monday
     group by week.monday order by week.monday`)
}
