import { raw, type Sql, sql } from '../../database/index.ts'

/** Whether a session belongs to a project; true of every one when no project is named. @param session  column of ours, never of a client */
export const inProject = (session: string, project: string | undefined): Sql =>
  project === undefined
    ? sql`true`
    : sql`exists (select from actions_session_projects sp join subjects_project p on p.id = sp.project_id
                   where sp.session_id = ${raw(session)} and p.name = ${project}::text)`

/** Whether a task changed lately; true of every one when no number of days is given. @param changed  column of ours, never of a client */
export const changedWithin = (changed: string, days: number | undefined): Sql =>
  days === undefined ? sql`true` : sql`${raw(changed)} > now() - make_interval(days => ${days}::integer)`
