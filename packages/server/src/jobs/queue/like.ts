import { type Db, sql } from '../../database/index.ts'
import type { Key } from '../../records/index.ts'
import { inProject } from '../overview/which.ts'

/** Which tasks are meant; what is absent does not matter. */
export interface TaskFilter {
  readonly graph?: string
  readonly lab?: string
  readonly project?: string
  readonly session?: Key
  readonly name?: string
  readonly executable?: string
  /** Numbers of statuses. */
  readonly statuses?: readonly number[] | undefined
  /** Of the last attempt. */
  readonly error_type?: string
  /** Only those that somebody should look at. */
  readonly attention?: boolean
}

/** Tasks that fit, by key, and whether there are more than was asked for. One statement. */
export async function tasksLike(
  db: Db,
  filter: TaskFilter,
  most: number,
): Promise<{ readonly keys: readonly Key[]; readonly more: boolean }> {
  const [graph, lab, session] = [filter.graph ?? null, filter.lab ?? null, filter.session ?? null]
  const [name, executable] = [filter.name ?? null, filter.executable ?? null]
  const [statuses, errorType] = [filter.statuses ?? null, filter.error_type ?? null]
  const rows = await db.rows(sql`
    select j.task_id from alyx.job j join jobs_task t on t.id = j.task_id
     where (${graph}::text is null or j.graph = ${graph}::text) and (${session}::uuid is null or j.session_id = ${session}::uuid)
       and (${name}::text is null or t.name = ${name}::text) and (${executable}::text is null or j.executable = ${executable}::text)
       and (${statuses}::integer[] is null or j.status = any(${statuses}::integer[]))
       and (not ${filter.attention ?? false}::boolean or j.attention_at is not null) and ${inProject('j.session_id', filter.project)}
       and (${lab}::text is null or exists (select from actions_session s join misc_lab l on l.id = s.lab_id
                                             where s.id = j.session_id and l.name = ${lab}::text))
       and (${errorType}::text is null or ${errorType}::text =
            (select a.error_type from alyx.job_attempt a where a.task_id = j.task_id order by a.number desc limit 1))
     order by j.task_id limit ${most + 1}::integer`)
  return { keys: rows.slice(0, most).map(([key]) => key!), more: rows.length > most }
}
