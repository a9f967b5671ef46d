import { type Database, type Db, raw, type Sql, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'
import { type Beginning, begin, type ClaimedTask } from './begin.ts'
import { type Candidate, lockInTurn } from './turn.ts'

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

/** Free resources of a worker, counted down while tasks are chosen; undefined means without limit. */
interface Room {
  /** Nothing runs on it. */
  idle: boolean
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

/** Somebody who is to get tasks. */
interface Seeker {
  readonly request: ClaimRequest
  readonly worker: WorkerRow
  /** Shared by all requests of one worker. */
  readonly room: Room
  readonly given: string[]
}

/** A task that asks for every core. */
const ALL_CORES = -1

/**
 * Gives workers of one person ready tasks, each to no other: the most urgent first, and among equals those of the person who
 * has fewest running. What is scarce is spread over those who ask. Four statements in one transaction, whatever the number
 * of workers and tasks, and one more for each other kind of wish.
 *
 * @returns for each request its tasks, or Refused `missing` when the person has no such worker
 */
export async function claimTogether(
  database: Database,
  actor: Actor,
  requests: readonly ClaimRequest[],
): Promise<(ClaimedTask[] | Refused)[]> {
  return database.transaction(
    async (db) => {
      const workers = await lockWorkers(db, actor, [...new Set(requests.map(({ worker }) => worker))])
      const rooms = new Map([...workers].map(([key, worker]) => [key, roomOf(worker)]))
      const seekers = requests.map((request): Seeker | undefined => {
        const worker = workers.get(request.worker)
        return worker && { request, worker, room: rooms.get(request.worker)!, given: [] }
      })
      await giveTurns(
        db,
        seekers.filter((one) => one !== undefined),
      )
      const beginnings = seekers.flatMap((seeker) => seeker?.given.map((task) => beginningOf(seeker, task)) ?? [])
      const begun = beginnings.length === 0 ? [] : await begin(db, beginnings, { executor: 'worker', actor: actor.id })
      const byTask = new Map(begun.map((claimed) => [claimed.task.id, claimed]))
      return seekers.map(
        (seeker, at) => seeker?.given.flatMap((task) => byTask.get(task) ?? []) ?? unknown(requests[at]!.worker),
      )
    },
    { context: { source: 'native', user: actor.id, username: actor.username } },
  )
}

const unknown = (worker: string): Refused =>
  new Refused('missing', `You have no worker with the key "${worker}": register it first.`)

const beginningOf = ({ worker, request }: Seeker, task: string): Beginning => ({
  task,
  worker: worker.id,
  leaseSeconds: request.leaseSeconds ?? LEASE_SECONDS,
})

/**
 * Workers of a person by their keys, locked, so that the resources of each are given away once. What they run is read when
 * nobody else can give them more.
 */
async function lockWorkers(db: Db, actor: Actor, keys: readonly string[]): Promise<Map<string, WorkerRow>> {
  await db.execute(sql`
    with own as (
      select id, last_seen from alyx.worker where id = any(${keys}::uuid[]) and user_id = ${actor.id} and kind = 'worker'
       order by id for no key update
    )
    update alyx.worker w set last_seen = clock_timestamp() from own o
     where w.id = o.id and o.last_seen < clock_timestamp() - interval '1 second'`)
  // What single tasks need is only added up where it matters: a machine without totals runs as many as it has slots.
  const found = await db.objects<WorkerRow>(sql`
    select w.id, w.drained_at is not null as drained, w.executables, w.labels, w.labs, w.repositories, w.slots, w.cpu, w.gpu, w.ram_gb,
           r.running, coalesce(u.cpu, 0) as cpu_used, coalesce(u.gpu, 0) as gpu_used, coalesce(u.ram, 0) as ram_used,
           coalesce(u.whole_machine, false) as whole_machine
      from alyx.worker w
      cross join lateral (select count(*)::integer as running from alyx.job_attempt a where a.worker_id = w.id and a.ended_at is null) r
      left join lateral (
        select sum(j.cpu) filter (where j.cpu > 0)::integer as cpu, sum(j.gpu)::integer as gpu, sum(j.ram_gb)::integer as ram,
               bool_or(j.cpu = ${ALL_CORES}) as whole_machine
          from alyx.job_attempt a join alyx.job j on j.task_id = a.task_id
         where a.worker_id = w.id and a.ended_at is null and (r.running = 1 or w.cpu is not null or w.gpu > 0 or w.ram_gb is not null)) u on true
     where w.id = any(${keys}::uuid[]) and w.user_id = ${actor.id} and w.kind = 'worker'`)
  return new Map(found.map((worker) => [worker.id, worker]))
}

const roomOf = (worker: WorkerRow): Room => ({
  idle: worker.running === 0,
  slots: worker.drained || worker.whole_machine ? 0 : worker.slots - worker.running,
  cpu: worker.cpu === null ? undefined : worker.cpu - worker.cpu_used,
  gpu: (worker.gpu ?? 0) - worker.gpu_used,
  ramGb: worker.ram_gb === null ? undefined : worker.ram_gb - worker.ram_used,
})

const mostFor = ({ request, room, given }: Seeker): number => Math.min(request.limit - given.length, room.slots)

/** Looks once for all who could run the same, and shares out what is found. */
async function giveTurns(db: Db, seekers: readonly Seeker[]): Promise<void> {
  const able = seekers.filter((seeker) => mostFor(seeker) > 0)
  for (const alike of Map.groupBy(able, wishOf).values()) {
    const most = alike.reduce((sum, seeker) => sum + Math.max(0, mostFor(seeker)), 0)
    if (most === 0) continue
    const taken = seekers.flatMap(({ given }) => given)
    const [{ request, worker, room }] = alike as [Seeker]
    const { executables = worker.executables } = request
    shareOut(await lockInTurn(db, { executables, wanted: fittingAlone(request, worker, room, taken), most }), alike)
  }
}

/** What decides which tasks fit: the same for those who can be served by one look. */
const wishOf = ({ request, worker, room }: Seeker): string => {
  const { worker: _, limit: _limit, leaseSeconds: _lease, ...wish } = request
  const { executables, labels, labs, repositories } = worker
  return JSON.stringify([wish, executables, labels, labs, repositories, room.idle, room.cpu, room.gpu, room.ramGb])
}

/** Conditions that each task must meet by itself. */
function fittingAlone(request: ClaimRequest, worker: WorkerRow, room: Room, taken: readonly string[]): Sql {
  const { labels = worker.labels } = request
  const labs = restricted(request.labs, worker.labs)
  const repositories = restricted(request.repositories, worker.repositories)
  // A task that wants every core takes an idle machine only.
  const cores = room.idle
    ? sql`(j.cpu < 0 or ${cap('j.cpu', room.cpu)})`
    : sql`j.cpu >= 0 and ${cap('j.cpu', room.cpu)}`
  return sql`
    and j.labels <@ ${labels}::text[] and ${cores} and j.gpu <= ${room.gpu}::integer and ${cap('j.ram_gb', room.ramGb)}
    ${when(taken.length > 0 ? taken : undefined, (keys) => sql`and j.task_id <> all(${keys}::uuid[])`)}
    ${when(labs, (names) => sql`and exists (select from actions_session s join misc_lab b on b.id = s.lab_id where s.id = j.session_id and b.name = any(${names}::text[]))`)}
    ${when(repositories, (names) => sql`and exists (select from data_datarepository d where d.id = j.repository_id and d.name = any(${names}::text[]))`)}
    ${when(request.graphs, (names) => sql`and j.graph = any(${names}::text[])`)}
    ${when(request.tasks, (keys) => sql`and j.task_id = any(${keys}::uuid[])`)}`
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

/** Each task, in their order, to the one of those it fits who has got fewest so far, the first who asked among equals. */
function shareOut(tasks: readonly Candidate[], seekers: readonly Seeker[]): void {
  for (const task of tasks) {
    let to: Seeker | undefined
    for (const seeker of seekers)
      if (mostFor(seeker) > 0 && fits(task, seeker.room) && (!to || seeker.given.length < to.given.length)) to = seeker
    if (to) give(task, to)
  }
}

function fits({ cpu, gpu, ram_gb }: Candidate, room: Room): boolean {
  if (cpu === ALL_CORES) return room.idle
  return gpu <= room.gpu && cpu <= (room.cpu ?? cpu) && ram_gb <= (room.ramGb ?? ram_gb)
}

function give({ id, cpu, gpu, ram_gb }: Candidate, { room, given }: Seeker): void {
  given.push(id)
  room.idle = false
  // Nothing runs beside a task that wants every core.
  room.slots = cpu === ALL_CORES ? 0 : room.slots - 1
  room.gpu -= gpu
  if (room.cpu !== undefined) room.cpu -= Math.max(0, cpu)
  if (room.ramGb !== undefined) room.ramGb -= ram_gb
}
