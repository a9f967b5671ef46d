import type { Database } from '../../packages/server/src/database/index.ts'

export interface Check {
  readonly text: string
  /** How often it does not hold. */
  readonly faults: number
}

/** What must hold in the end, each counted in the database by SQL of its own. */
export async function faultsIn(database: Database, tasks: number): Promise<Check[]> {
  const count = async (text: string, sql: string): Promise<Check> => ({
    text,
    faults: Number((await database.rows({ text: `select count(*) from (${sql}) as faults`, values: [] }))[0]![0]),
  })
  return [
    await count('tasks that are not there, or too many', `select where (select count(*) from jobs_task) <> ${tasks}`),
    await count('tasks that wait, are held or run', 'select from jobs_task where status in (20, 25, 30)'),
    await count('attempts without an end', 'select from alyx.job_attempt where ended_at is null'),
    await count(
      'completed tasks without exactly one success',
      `select from jobs_task t where status = 60
        and (select count(*) from alyx.job_attempt a where a.task_id = t.id and a.outcome = 'succeeded') <> 1`,
    ),
    await count(
      'failed tasks with a success, or whose failure nobody is told of',
      `select from jobs_task t join alyx.job j on j.task_id = t.id where t.status not in (55, 60)
        and (j.attention_at is null or exists (select from alyx.job_attempt a where a.task_id = t.id and a.outcome = 'succeeded'))`,
    ),
    await count(
      'tasks that failed and were not hopeless, or the other way round',
      `select from jobs_task where (name = 'hopeless') <> (status = 40)`,
    ),
    await count(
      'attempts that began before a parent had ended',
      `select from alyx.job_attempt a join jobs_task_parents l on l.from_task_id = a.task_id
        where not exists (select from alyx.job_attempt p where p.task_id = l.to_task_id and p.ended_at <= a.claimed_at
                             and p.outcome in ('succeeded', 'failed'))`,
    ),
    await count(
      'two attempts of a task at the same time',
      `select from alyx.job_attempt a join alyx.job_attempt b on b.task_id = a.task_id and b.number > a.number
        where b.claimed_at < a.ended_at`,
    ),
    await count(
      'tasks of which the queue thinks otherwise than the public record',
      `select from jobs_task t left join alyx.job j on j.task_id = t.id where j.status is distinct from t.status
          or j.unmet <> (select count(*) from jobs_task_parents l join jobs_task p on p.id = l.to_task_id
                           left join alyx.job_edge e on e.task_id = l.from_task_id and e.parent_id = l.to_task_id
                          where l.from_task_id = t.id and not alyx.parent_is_done(p.status, coalesce(e.needs, 'success')))`,
    ),
  ]
}

/** One line: how many attempts ended how. */
export async function summaryOf(database: Database): Promise<string> {
  const rows = await database.rows({
    text: `select coalesce(outcome, 'open'), count(*), count(late_outcome) from alyx.job_attempt group by 1 order by 1`,
    values: [],
  })
  return `attempts: ${rows.map(([outcome, count, late]) => `${outcome} ${count}${late === '0' ? '' : ` (${late} reported late)`}`).join(', ')}`
}
