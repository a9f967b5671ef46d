import { type Db, sql } from '../../database/index.ts'
import { isoMoment } from './moments.ts'

/** A task that a worker got to run. */
export interface ClaimedTask {
  readonly attempt: string
  readonly number: number
  readonly lease_seconds: number
  readonly lease_until: string
  readonly timeout_seconds: number | null
  readonly task: {
    readonly id: string
    readonly name: string | null
    readonly executable: string | null
    readonly graph: string | null
    readonly arguments: unknown
    readonly priority: number | null
    readonly cpu: number
    readonly gpu: number
    readonly ram: number
    readonly session: string | null
    /** The parts of the path of the session's files: `lab/Subjects/subject/date/number`. */
    readonly lab: string | null
    readonly subject: string | null
    readonly date: string | null
    readonly number: number | null
    readonly data_repository: string | null
  }
}

/** An attempt to be made. */
export interface Beginning {
  readonly task: string
  readonly worker: string | null
  readonly leaseSeconds: number
}

export interface Begun {
  readonly executor: 'worker' | 'celery'
  readonly actor: string | null
  /** Of the broker. */
  readonly queue?: string
}

/**
 * Makes an attempt of each of these tasks, which are locked and ready, and says that they are Started. One that was given
 * another parent, between the look for it and its lock, is left out. One statement, whatever the number.
 */
export async function begin(
  db: Db,
  beginnings: readonly Beginning[],
  { executor, actor, queue }: Begun,
): Promise<ClaimedTask[]> {
  const rows = await db.objects<Record<string, unknown>>(sql`
    with wanted as materialized (
      select * from unnest(${beginnings.map(({ task }) => task)}::uuid[], ${beginnings.map(({ worker }) => worker)}::uuid[],
                           ${beginnings.map(({ leaseSeconds }) => leaseSeconds)}::integer[])
                      with ordinality as o(task_id, worker_id, lease_seconds, place)
    ), made as (
      insert into alyx.job_attempt (task_id, number, executor, worker_id, claimed_by, owner, started_at, lease_seconds, lease_until, queue)
      select j.task_id, 1 + coalesce((select max(a.number) from alyx.job_attempt a where a.task_id = j.task_id), 0),
             ${executor}::text, o.worker_id, ${actor}::uuid, j.owner, ${executor === 'worker' ? sql`clock_timestamp()` : sql`null`},
             o.lease_seconds, clock_timestamp() + make_interval(secs => o.lease_seconds), ${queue ?? null}::text
        from wanted o join alyx.job j on j.task_id = o.task_id and j.unmet = 0
      returning id, task_id, number, lease_seconds, lease_until
    ), started as (
      update jobs_task set status = 30, datetime = clock_timestamp() where id = any(array(select task_id from made))
    )
    select m.id as attempt, m.number as attempt_number, m.lease_seconds, ${isoMoment('m.lease_until')} as lease_until,
           coalesce(j.timeout_seconds, nullif(t.time_out_secs, 0)) as timeout_seconds,
           t.id, t.name, t.executable, t.graph, t.arguments::text as arguments, t.priority, j.cpu, j.gpu, j.ram_gb as ram, t.session_id as session,
           l.name as lab, u.nickname as subject, to_char(s.start_time, 'YYYY-MM-DD') as date, s.number, d.name as data_repository
      from wanted o
      join made m on m.task_id = o.task_id join jobs_task t on t.id = o.task_id join alyx.job j on j.task_id = o.task_id
      left join actions_session s on s.id = t.session_id left join subjects_subject u on u.id = s.subject_id
      left join misc_lab l on l.id = s.lab_id left join data_datarepository d on d.id = t.data_repository_id
     order by o.place`)
  return rows.map(({ attempt, attempt_number, lease_seconds, lease_until, timeout_seconds, ...task }) => ({
    attempt,
    number: attempt_number,
    lease_seconds,
    lease_until,
    timeout_seconds,
    task: { ...task, arguments: asWritten(task.arguments as string | null) },
  })) as unknown as ClaimedTask[]
}

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown

const keepWritten: Reviver = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value

/** JSON whose numbers are written again as they were: 1.0 is no 1 to Python, and a long number keeps its digits. */
const asWritten = (json: string | null): unknown =>
  json === null ? null : JSON.parse(json, keepWritten as (name: string, value: unknown) => unknown)
