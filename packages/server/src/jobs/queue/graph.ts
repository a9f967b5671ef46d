import { Task } from '@alyx/models'
import { sql } from '../../database/index.ts'
import { type Actor, invalid, type Key, type NewRow, type Recorder } from '../../records/index.ts'
import { circleThrough } from '../rules.ts'
import { HELD, WAITING } from '../task-status.ts'

/** What a child needs of a parent: success, data (success or nothing found) or only its end. */
export type Needs = 'success' | 'data' | 'end'

/** A task to be made, which others of the same graph may name by `ref`. */
export interface PlannedTask {
  readonly ref: string
  readonly values: NewRow<typeof Task>
  /** Names of others of this graph, or keys of tasks that exist. */
  readonly parents: readonly { readonly of: string; readonly needs: Needs }[]
  readonly labels: readonly string[]
  readonly maxAttempts: number
  readonly backoffSeconds?: number
  readonly timeoutSeconds?: number
  /** ISO 8601. */
  readonly notBefore?: string
  /** While a task with this key is not over, asking for it again gives that one. */
  readonly idempotencyKey?: string
}

export interface MadeTask {
  readonly ref: string
  readonly id: Key
  /** False when a task with its idempotency key is there already. */
  readonly made: boolean
  readonly level: number
}

/** Two who ask for the same key wait for each other. */
const KEY_LOCK = 20_261_125

/**
 * Makes all tasks of a graph, or none: levels are worked out, children are held for their parents.
 *
 * @throws Refused `invalid` for circles, names that stand for nothing, names used twice, sessions and repositories that
 *   are not there
 */
export async function makeGraph(
  recorder: Recorder,
  actor: Actor,
  planned: readonly PlannedTask[],
): Promise<MadeTask[]> {
  const byRef = new Map(planned.map((task) => [task.ref, task]))
  if (byRef.size < planned.length) throw invalid({ tasks: ['Two tasks have the same ref.'] })
  refuseCircles(planned, byRef)
  refuseKeysUsedTwice(planned)
  await refuseStrangers(recorder, planned)
  const existing = await keptTasks(recorder, planned)
  const keys = new Map(planned.map(({ ref }) => [ref, existing.get(ref)?.id ?? crypto.randomUUID()]))
  const outside = await levelsOf(
    recorder,
    planned.flatMap(({ parents }) => parents.map(({ of }) => of)).filter((of) => !byRef.has(of)),
  )
  const levels = new Map<string, number>()
  const levelOf = (ref: string): number => {
    const kept = existing.get(ref)
    if (kept) return kept.level
    const known = levels.get(ref)
    if (known !== undefined) return known
    const above = byRef.get(ref)!.parents.map(({ of }) => (byRef.has(of) ? levelOf(of) : outside.get(of)!))
    const level = above.length === 0 ? 0 : 1 + Math.max(...above)
    levels.set(ref, level)
    return level
  }
  const fresh = planned.filter(({ ref }) => !existing.has(ref))
  for (const { ref } of inOrder(fresh, byRef)) levelOf(ref)
  const keyOf = (of: string): Key => keys.get(of) ?? of
  await recorder.create(
    Task,
    fresh.map(({ ref, values, parents }) => ({
      ...values,
      id: keys.get(ref)!,
      level: levelOf(ref),
      status: parents.length > 0 ? HELD : WAITING,
    })),
    fresh.map(({ parents }) => ({ parents: parents.map(({ of }) => keyOf(of)) })),
  )
  await noteWishes(recorder, actor, fresh, keyOf)
  return planned.map(({ ref }) => ({ ref, id: keys.get(ref)!, made: !existing.has(ref), level: levelOf(ref) }))
}

function refuseCircles(planned: readonly PlannedTask[], byRef: ReadonlyMap<string, PlannedTask>): void {
  const parents = new Map(
    planned.map(({ ref, parents }) => [ref, parents.map(({ of }) => of).filter((of) => byRef.has(of))]),
  )
  const circle = circleThrough(new Set(byRef.keys()), parents)
  if (circle) throw invalid({ tasks: [`A task cannot wait for itself: ${circle.join(' waits for ')}.`] })
}

function refuseKeysUsedTwice(planned: readonly PlannedTask[]): void {
  const seen = new Set<string>()
  for (const { ref, idempotencyKey } of planned) {
    if (idempotencyKey === undefined) continue
    if (seen.has(idempotencyKey))
      throw invalid({ tasks: [`"${ref}" has the idempotency key of another task: one key is for one piece of work.`] })
    seen.add(idempotencyKey)
  }
}

/** What a typing mistake in a key comes to, told before the database would in words of its own. One statement. */
async function refuseStrangers({ db }: Recorder, planned: readonly PlannedTask[]): Promise<void> {
  const keysOf = (field: 'session_id' | 'data_repository_id') => [
    ...new Set(planned.flatMap(({ values }) => (values[field] as Key | null | undefined) ?? [])),
  ]
  const [sessions, repositories] = [keysOf('session_id'), keysOf('data_repository_id')]
  if (sessions.length + repositories.length === 0) return
  const [[what, key] = []] = await db.rows(sql`
    select 'session', k from unnest(${sessions}::uuid[]) as k where not exists (select from actions_session s where s.id = k)
    union all
    select 'data_repository', k from unnest(${repositories}::uuid[]) as k where not exists (select from data_datarepository d where d.id = k)
    limit 1`)
  if (what) throw invalid({ [what]: [`There is no ${what.replace('data_', '')} with the key "${key}".`] })
}

/** Parents before their children, so that levels are found without deep recursion. */
function inOrder(tasks: readonly PlannedTask[], byRef: ReadonlyMap<string, PlannedTask>): readonly PlannedTask[] {
  const ordered: PlannedTask[] = []
  const seen = new Set<string>()
  for (const start of tasks) {
    const open: [PlannedTask, boolean][] = [[start, false]]
    while (open.length > 0) {
      const [task, entered] = open.pop()!
      if (entered) ordered.push(task)
      else if (!seen.has(task.ref)) {
        seen.add(task.ref)
        open.push([task, true])
        for (const { of } of task.parents) {
          const parent = byRef.get(of)
          if (parent && !seen.has(of)) open.push([parent, false])
        }
      }
    }
  }
  return ordered
}

/** Tasks that are not over and have the key of one that is asked for. */
async function keptTasks(
  { db }: Recorder,
  planned: readonly PlannedTask[],
): Promise<Map<string, { id: Key; level: number }>> {
  const byKey = new Map(
    planned.flatMap(({ ref, idempotencyKey }) => (idempotencyKey === undefined ? [] : [[idempotencyKey, ref]])),
  )
  if (byKey.size === 0) return new Map()
  await db.rows(sql`select pg_advisory_xact_lock(${KEY_LOCK})`)
  const found = await db.objects<{ task_id: string; level: number; idempotency_key: string }>(
    sql`select task_id, level, idempotency_key from alyx.job where idempotency_key = any(${[...byKey.keys()]}::text[])`,
  )
  return new Map(found.map(({ task_id: id, level, idempotency_key: key }) => [byKey.get(key)!, { id, level }]))
}

async function levelsOf({ db }: Recorder, tasks: readonly string[]): Promise<Map<string, number>> {
  if (tasks.length === 0) return new Map()
  const uuids = tasks.filter((task) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(task))
  const found = await db.objects<{ id: string; level: number }>(
    sql`select task_id as id, level from alyx.job where task_id = any(${uuids}::uuid[])`,
  )
  const levels = new Map(found.map(({ id, level }) => [id, level]))
  const unknown = tasks.find((task) => !levels.has(task))
  if (unknown !== undefined)
    throw invalid({ parents: [`"${unknown}" is neither a task of this graph nor the key of one that exists.`] })
  return levels
}

/** What the public record has no place for. */
async function noteWishes(
  { db }: Recorder,
  actor: Actor,
  tasks: readonly PlannedTask[],
  keyOf: (of: string) => Key,
): Promise<void> {
  await db.execute(sql`
    update alyx.job j
       set owner = ${actor.id}::uuid, labels = array(select jsonb_array_elements_text(w.labels)), max_attempts = w.max_attempts,
           backoff_seconds = w.backoff_seconds, timeout_seconds = w.timeout_seconds, not_before = w.not_before, idempotency_key = w.idempotency_key
      from jsonb_to_recordset(${JSON.stringify(
        tasks.map((task) => ({
          id: keyOf(task.ref),
          labels: task.labels,
          max_attempts: task.maxAttempts,
          backoff_seconds: task.backoffSeconds,
          timeout_seconds: task.timeoutSeconds,
          not_before: task.notBefore,
          idempotency_key: task.idempotencyKey,
        })),
      )}::jsonb) as w(id uuid, labels jsonb, max_attempts smallint, backoff_seconds integer, timeout_seconds integer, not_before timestamptz, idempotency_key text)
     where j.task_id = w.id`)
  const edges = tasks.flatMap(({ ref, parents }) =>
    parents
      .filter(({ needs }) => needs !== 'success')
      .map(({ of, needs }) => ({ task: keyOf(ref), parent: keyOf(of), needs })),
  )
  if (edges.length === 0) return
  await db.execute(sql`
    insert into alyx.job_edge (task_id, parent_id, needs)
    select e.task, e.parent, e.needs from jsonb_to_recordset(${JSON.stringify(edges)}::jsonb) as e(task uuid, parent uuid, needs text)`)
  await db.execute(sql`select alyx.recount_parents(${[...new Set(edges.map(({ task }) => task))]}::uuid[])`)
}
