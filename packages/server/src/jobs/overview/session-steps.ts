import { type Db, sql } from '../../database/index.ts'
import type { Key } from '../../records/index.ts'
import { isoMoment } from '../queue/moments.ts'
import { statusName } from '../task-status.ts'

/** A worker that said nothing for so long is not there. */
const ALIVE_SECONDS = 120
const MOST_TASKS = 2000

/** Whether anybody could run a step now: nobody, only machines that are full, or one with room. */
export type Lamp = 'none' | 'busy' | 'free'

/** A step of a pipeline, as workers describe it or as tasks name it, with its newest task in a session. */
export interface Step {
  readonly name: string | null
  /** Part of its pipeline that it belongs to; null when no worker described it. */
  readonly pipe: string | null
  readonly level: number
  /** Names of steps that must have run before. */
  readonly requires: readonly string[]
  readonly docstring: string | null
  readonly signature: unknown
  readonly worker: Lamp
  /** How many tasks of it the session has. */
  readonly tasks: number
  readonly task: NewestTask | null
}

interface NewestTask {
  readonly id: Key
  readonly status: string
  readonly changed: string
  readonly attention: string | null
  /** Of the attempt that runs. */
  readonly attempt: Key | null
  readonly progress: number | null
  readonly message: string | null
}

interface TaskRow extends Omit<NewestTask, 'status'> {
  readonly name: string | null
  readonly graph: string | null
  readonly executable: string
  readonly level: number
  readonly status: number
  readonly count: number
  readonly requires: string[]
}

interface StepRow {
  readonly app: string
  readonly name: string
  readonly pipeline: string
  readonly pipe: string
  readonly level: number
  readonly requires: string[]
  readonly docstring: string | null
  readonly signature: unknown
  readonly workers: string[]
}

interface WorkerRow {
  readonly name: string
  readonly executables: string[]
  readonly full: boolean
}

export interface Pipeline {
  /** Name of the pipeline, or graph of the tasks. */
  readonly name: string | null
  readonly steps: readonly Step[]
}

/** Every step that could be or was run on a session, by pipeline. Four statements. @returns undefined without such a session */
export async function stepsOfSession(db: Db, session: Key): Promise<Pipeline[] | undefined> {
  const [found] = await db.rows(sql`select id from actions_session where id = ${session}`)
  if (!found) return undefined
  const tasks = await newestTasks(db, session)
  const described = await db.objects<StepRow>(
    sql`select app, name, pipeline, pipe, level, requires, docstring, signature, workers from alyx.pipeline_step order by pipeline, level, pipe, step`,
  )
  const workers = await db.objects<WorkerRow>(sql`
    select w.name, w.executables, (select count(*) from alyx.job_attempt a where a.worker_id = w.id and a.ended_at is null) >= w.slots as full
      from alyx.worker w
     where w.drained_at is null and w.last_seen > clock_timestamp() - make_interval(secs => ${ALIVE_SECONDS}::integer)`)
  const byName = new Map(tasks.map((task) => [task.name, task]))
  const names = new Set<string | null>(described.map(({ name }) => name))
  const steps = [
    ...described.map((step) => [step.pipeline, describedStep(step, byName.get(step.name), workers)] as const),
    ...tasks.filter(({ name }) => !names.has(name)).map((task) => [task.graph, taskStep(task, workers)] as const),
  ]
  return [...Map.groupBy(steps, ([pipeline]) => pipeline)].map(([name, ones]) => ({
    name,
    steps: ones.map(([, step]) => step),
  }))
}

/** The newest task of each name and graph, and how many there are. */
const newestTasks = (db: Db, session: Key): Promise<TaskRow[]> =>
  db.objects<TaskRow>(sql`
    select * from (
      select distinct on (t.graph, t.name) t.id, t.name, t.graph, coalesce(t.executable, '') as executable, coalesce(t.level, 0) as level, t.status,
             ${isoMoment('t.datetime')} as changed, j.attention, a.id as attempt, a.progress, a.message,
             count(*) over (partition by t.graph, t.name)::integer as count,
             array(select distinct p.name::text from jobs_task_parents l join jobs_task p on p.id = l.to_task_id
                    where l.from_task_id = t.id and p.name is not null order by 1) as requires
        from jobs_task t join alyx.job j on j.task_id = t.id
        left join alyx.job_attempt a on a.task_id = t.id and a.ended_at is null
       where t.session_id = ${session}
       order by t.graph, t.name, t.datetime desc, t.id) newest
     order by graph, level, name limit ${MOST_TASKS}::integer`)

const described = ({ id, status, changed, attention, attempt, progress, message }: TaskRow): NewestTask => ({
  id,
  status: statusName(status),
  changed,
  attention,
  attempt,
  progress,
  message,
})

function describedStep(step: StepRow, task: TaskRow | undefined, workers: readonly WorkerRow[]): Step {
  const { name, pipe, level, requires, docstring, signature } = step
  const able = workers.filter((worker) => step.workers.includes(worker.name) || runs(worker, step.app))
  return {
    name,
    pipe,
    level,
    requires,
    docstring,
    signature,
    worker: lampOf(able),
    tasks: task?.count ?? 0,
    task: task ? described(task) : null,
  }
}

function taskStep(task: TaskRow, workers: readonly WorkerRow[]): Step {
  const { name, level, requires, count, executable } = task
  return {
    name,
    pipe: null,
    level,
    requires,
    docstring: null,
    signature: null,
    worker: lampOf(workers.filter((worker) => runs(worker, executable))),
    tasks: count,
    task: described(task),
  }
}

const runs = ({ executables }: WorkerRow, executable: string): boolean =>
  executables.some((one) => (one.endsWith('*') ? executable.startsWith(one.slice(0, -1)) : executable === one))

const lampOf = (workers: readonly WorkerRow[]): Lamp =>
  workers.length === 0 ? 'none' : workers.every(({ full }) => full) ? 'busy' : 'free'
