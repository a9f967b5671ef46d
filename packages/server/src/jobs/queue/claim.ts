import { type Database, type Db, raw, type Sql, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'
import { isoMoment } from './moments.ts'

/** How long a worker may be silent, in seconds, when it names no time of its own. */
const LEASE_SECONDS = 120

/** What a worker asks for. Lists that are absent do not restrict. */
export interface ClaimRequest {
  /** Key of the worker, which must belong to the person. */
  readonly worker: string
  /** At most so many tasks. */
  readonly limit: number
  readonly labs?: readonly string[]
  readonly repositories?: readonly string[]
  readonly graphs?: readonly string[]
  /** Keys of tasks, for somebody who runs some by hand. */
  readonly tasks?: readonly string[]
  /** Programs that it runs, whole or, with `*` at the end, their beginning; those of its registration when absent. */
  readonly executables?: readonly string[]
  /** Labels that it has; those of its registration when absent. */
  readonly labels?: readonly string[]
  readonly leaseSeconds?: number
}

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

/** Free resources of a worker, counted down while tasks are chosen; undefined means without limit. */
interface Room {
  slots: number
  cpu: number | undefined
  gpu: number
  ramGb: number | undefined
}

interface WorkerRow {
  id: string
  drained: boolean
  executables: string[]
  labels: string[]
  labs: string[]
  repositories: string[]
  slots: number
  cpu: number | null
  gpu: number | null
  ram_gb: number | null
  running: number
  cpu_used: number
  gpu_used: number
  ram_used: number
  whole_machine: boolean
}

interface Candidate {
  id: string
  cpu: number
  gpu: number
  ram_gb: number
}

/** A task that asks for every core. */
const ALL_CORES = -1

/**
 * Gives a worker ready tasks, each to no other: the most urgent first, and among equals those of the person who has
 * fewest running. Three statements in one transaction, whatever the number.
 *
 * @throws Refused `missing` when the person has no such worker
 */
export async function claimTasks(database: Database, actor: Actor, request: ClaimRequest): Promise<ClaimedTask[]> {
  return database.transaction(
    async (db) => {
      const worker = await lockWorker(db, actor, request.worker)
      if (worker.drained || worker.whole_machine) return []
      const room = roomOf(worker)
      const most = Math.min(request.limit, room.slots)
      if (most <= 0) return []
      const locked = await lockReady(db, request, worker, room, most)
      const chosen = fitting(locked, room)
      if (chosen.length === 0) return []
      return begin(db, chosen, {
        executor: 'worker',
        worker: worker.id,
        actor: actor.id,
        leaseSeconds: request.leaseSeconds ?? LEASE_SECONDS,
      })
    },
    { context: { source: 'native', user: actor.id, username: actor.username } },
  )
}

/** One after the other per worker, so that its resources are given away once. */
async function lockWorker(db: Db, actor: Actor, key: string): Promise<WorkerRow> {
  const [worker] = await db.objects<WorkerRow>(sql`
    with seen as (
      update alyx.worker set last_seen = clock_timestamp()
       where id = ${key} and user_id = ${actor.id} and kind = 'worker' returning *
    )
    select w.id, w.drained_at is not null as drained, w.executables, w.labels, w.labs, w.repositories, w.slots, w.cpu, w.gpu, w.ram_gb,
           count(j.task_id)::integer as running,
           coalesce(sum(j.cpu) filter (where j.cpu > 0), 0)::integer as cpu_used, coalesce(sum(j.gpu), 0)::integer as gpu_used,
           coalesce(sum(j.ram_gb), 0)::integer as ram_used, coalesce(bool_or(j.cpu = ${ALL_CORES}), false) as whole_machine
      from seen w
      left join alyx.job_attempt a on a.worker_id = w.id and a.ended_at is null
      left join alyx.job j on j.task_id = a.task_id
     group by w.id, w.drained_at, w.executables, w.labels, w.labs, w.repositories, w.slots, w.cpu, w.gpu, w.ram_gb`)
  if (!worker) throw new Refused('missing', `You have no worker with the key "${key}": register it first.`)
  return worker
}

const roomOf = (worker: WorkerRow): Room => ({
  slots: worker.slots - worker.running,
  cpu: worker.cpu === null ? undefined : worker.cpu - worker.cpu_used,
  gpu: (worker.gpu ?? 0) - worker.gpu_used,
  ramGb: worker.ram_gb === null ? undefined : worker.ram_gb - worker.ram_used,
})

/** Ready tasks that would each fit alone, locked; those that others are just taking are left to them. */
function lockReady(db: Db, request: ClaimRequest, worker: WorkerRow, room: Room, most: number): Promise<Candidate[]> {
  const { executables = worker.executables, labels = worker.labels } = request
  const labs = restricted(request.labs, worker.labs)
  const repositories = restricted(request.repositories, worker.repositories)
  // A task that wants every core takes an idle machine only.
  const cores =
    worker.running === 0 ? sql`(j.cpu < 0 or ${cap('j.cpu', room.cpu)})` : sql`j.cpu >= 0 and ${cap('j.cpu', room.cpu)}`
  const wanted = sql`
    and j.labels <@ ${labels}::text[] and ${cores} and j.gpu <= ${room.gpu}::integer and ${cap('j.ram_gb', room.ramGb)}
    ${when(labs, (names) => sql`and exists (select from actions_session s join misc_lab b on b.id = s.lab_id where s.id = j.session_id and b.name = any(${names}::text[]))`)}
    ${when(repositories, (names) => sql`and exists (select from data_datarepository d where d.id = j.repository_id and d.name = any(${names}::text[]))`)}
    ${when(request.graphs, (names) => sql`and j.graph = any(${names}::text[])`)}
    ${when(request.tasks, (keys) => sql`and j.task_id = any(${keys}::uuid[])`)}`
  return lockInTurn(db, { executables, wanted, most })
}

const when = <T>(value: T | undefined, condition: (value: T) => Sql): Sql =>
  value === undefined ? sql`` : condition(value)

const cap = (column: string, most: number | undefined): Sql =>
  most === undefined ? sql`true` : sql`${raw(column)} <= ${most}::integer`

/** What a worker serves and what it asks for now: the second narrows the first. */
function restricted(asked: readonly string[] | undefined, served: readonly string[]): readonly string[] | undefined {
  if (served.length === 0) return asked
  return asked ? asked.filter((one) => served.includes(one)) : served
}

export interface Turn {
  /** Whole names, or beginnings with `*` at their end. */
  readonly executables: readonly string[]
  /** More conditions on `j`, the row of `alyx.job`; each with `and` in front. */
  readonly wanted: Sql
  readonly most: number
}

/** The claims of other servers may hold the first ones locked. */
const MARGIN = 8

/**
 * Locks the tasks whose turn it is. The index has the ready ones of each program and owner in order, so only the first
 * few of each are looked at, however many wait.
 */
export function lockInTurn(db: Db, { executables, wanted, most }: Turn): Promise<Candidate[]> {
  const whole = executables.filter((one) => !one.endsWith('*'))
  const beginnings = executables.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1))
  return db.objects<Candidate>(sql`
    with recursive lines as (
      (select executable, owner from alyx.job where status = 20 and unmet = 0 order by executable, owner limit 1)
      union all
      select n.executable, n.owner from lines l cross join lateral (
        select executable, owner from alyx.job
         where status = 20 and unmet = 0 and (executable, owner) > (l.executable, l.owner)
         order by executable, owner limit 1) n
    ), busy as materialized (
      select owner, count(*) as running from alyx.job_attempt where ended_at is null group by owner
    ), first_ones as (
      select c.*, l.owner, coalesce(b.running, 0) as running
        from lines l left join busy b on b.owner = l.owner
        cross join lateral (
          select j.task_id, j.priority, j.level, j.queued_at, j.cpu, j.gpu, j.ram_gb from alyx.job j
           where j.status = 20 and j.unmet = 0 and j.executable = l.executable and j.owner = l.owner
             and (j.not_before is null or j.not_before <= clock_timestamp())
             and not exists (
               select from alyx.job_pause p where (p.until is null or p.until > clock_timestamp()) and case p.scope
                 when 'all' then true when 'graph' then p.value = j.graph when 'executable' then p.value = j.executable
                 when 'lab' then exists (select from actions_session s join misc_lab b on b.id = s.lab_id where s.id = j.session_id and b.name = p.value)
                 else exists (select from data_datarepository d where d.id = j.repository_id and d.name = p.value) end)
             ${wanted}
           order by j.priority desc, j.level, j.queued_at, j.task_id limit ${most + MARGIN}::integer) c
       where l.executable = any(${whole}::text[])
          or exists (select from unnest(${beginnings}::text[]) as b(beginning) where starts_with(l.executable, b.beginning))
    ), turns as (
      select task_id, cpu, gpu, ram_gb, row_number() over (order by priority desc, turn, level, queued_at, task_id) as turn
        from (select f.*, running + row_number() over (partition by owner order by priority desc, level, queued_at, task_id) as turn
                from first_ones f) one
       order by 5 limit ${most + MARGIN}::integer
    )
    select t.id, u.cpu, u.gpu, u.ram_gb from turns u join jobs_task t on t.id = u.task_id
     where t.status = 20
     order by u.turn limit ${most}::integer
       for no key update of t skip locked`)
}

/** As many as fit together, in their order. */
function fitting(candidates: readonly Candidate[], room: Room): string[] {
  const chosen: string[] = []
  for (const { id, cpu, gpu, ram_gb } of candidates) {
    if (cpu === ALL_CORES) {
      if (chosen.length === 0) return [id]
      continue
    }
    if (gpu > room.gpu || cpu > (room.cpu ?? cpu) || ram_gb > (room.ramGb ?? ram_gb)) continue
    room.gpu -= gpu
    if (room.cpu !== undefined) room.cpu -= cpu
    if (room.ramGb !== undefined) room.ramGb -= ram_gb
    chosen.push(id)
  }
  return chosen
}

export interface Beginning {
  readonly executor: 'worker' | 'celery'
  readonly worker: string | null
  readonly actor: string | null
  readonly leaseSeconds: number
  /** Of the broker. */
  readonly queue?: string
}

/**
 * Makes an attempt of each of these tasks, which are locked and ready, and says that they are Started. One that was given
 * another parent, between the look for it and its lock, is left out.
 */
export async function begin(
  db: Db,
  tasks: readonly string[],
  { executor, worker, actor, leaseSeconds, queue }: Beginning,
): Promise<ClaimedTask[]> {
  const rows = await db.objects<Record<string, unknown>>(sql`
    with made as (
      insert into alyx.job_attempt (task_id, number, executor, worker_id, claimed_by, owner, started_at, lease_seconds, lease_until, queue)
      select j.task_id, 1 + coalesce((select max(a.number) from alyx.job_attempt a where a.task_id = j.task_id), 0),
             ${executor}::text, ${worker}::uuid, ${actor}::uuid, j.owner, ${executor === 'worker' ? sql`clock_timestamp()` : sql`null`},
             ${leaseSeconds}::integer, clock_timestamp() + make_interval(secs => ${leaseSeconds}::integer), ${queue ?? null}::text
        from alyx.job j where j.task_id = any(${tasks}::uuid[]) and j.unmet = 0
      returning id, task_id, number, lease_seconds, lease_until
    ), started as (
      update jobs_task set status = 30, datetime = clock_timestamp() where id = any(array(select task_id from made))
    )
    select m.id as attempt, m.number as attempt_number, m.lease_seconds, ${isoMoment('m.lease_until')} as lease_until,
           coalesce(j.timeout_seconds, nullif(t.time_out_secs, 0)) as timeout_seconds,
           t.id, t.name, t.executable, t.graph, t.arguments::text as arguments, t.priority, j.cpu, j.gpu, j.ram_gb as ram, t.session_id as session,
           l.name as lab, u.nickname as subject, to_char(s.start_time, 'YYYY-MM-DD') as date, s.number, d.name as data_repository
      from unnest(${tasks}::uuid[]) with ordinality as o(id, place)
      join made m on m.task_id = o.id join jobs_task t on t.id = o.id join alyx.job j on j.task_id = o.id
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
