import { Task } from '@alyx/models'
import { sql } from '../database/index.ts'
import { type Draft, invalid, type Key, type Recorder, type Rules, rulesFor } from '../records/index.ts'
import { WAITING } from './task-status.ts'

type TaskDraft = Draft<typeof Task>
/** Parents of tasks. */
type Parents = ReadonlyMap<Key, readonly Key[]>

/** A task of which nobody said how far it has come waits: a status that has no name would be unreadable for ever. */
function startWaiting(drafts: readonly TaskDraft[]): void {
  for (const { before, given, values } of drafts)
    if (before === undefined && !given.has('status')) values.status = WAITING
}

/**
 * A way from one of the tasks through its parents back to itself: none of those on it could ever start. Old circles that
 * the tasks only wait for are not their fault.
 *
 * @returns the tasks on the way, the first one again at its end; undefined when there is none
 */
export function circleThrough(tasks: ReadonlySet<Key>, parents: Parents): readonly Key[] | undefined {
  const finished = new Set<Key>()
  for (const start of tasks) {
    const way: Key[] = [start]
    const on = new Set(way)
    const open = [[...(parents.get(start) ?? [])]]
    while (open.length > 0) {
      const next = open.at(-1)!.pop()
      if (next === undefined) {
        open.pop()
        const left = way.pop()!
        on.delete(left)
        finished.add(left)
      } else if (on.has(next)) {
        const circle = way.slice(way.indexOf(next))
        if (circle.some((task) => tasks.has(task))) return [...circle, next]
      } else if (!finished.has(next)) {
        way.push(next)
        on.add(next)
        open.push([...(parents.get(next) ?? [])])
      }
    }
  }
  return undefined
}

/** Tells our locks from those of others; any number will do. */
const LOCK = 20_260_306

/**
 * Refuses parents that would wait for their own child. Two statements, none unless tasks that exist are given parents:
 * nothing can wait for a new one yet.
 */
async function refuseCircles(drafts: readonly TaskDraft[], { db }: Recorder): Promise<void> {
  const given = drafts.filter(({ links }) => links.parents !== undefined && links.parents.length > 0)
  if (given.length === 0) return
  const parents = new Map<Key, readonly Key[]>()
  if (given.some(({ before }) => before !== undefined)) {
    // Two who each add half of a circle must not overlook each other.
    await db.rows(sql`select pg_advisory_xact_lock(${LOCK})`)
    const above = await db.rows(sql`
      with recursive above as (
        select l.from_task_id, l.to_task_id from jobs_task_parents l
        where l.from_task_id = any(${given.flatMap(({ links }) => links.parents!)}::uuid[])
        union
        select l.from_task_id, l.to_task_id from jobs_task_parents l join above a on l.from_task_id = a.to_task_id
      )
      select from_task_id, to_task_id from above`)
    for (const [child, pairs] of Map.groupBy(above, ([from]) => from!))
      parents.set(
        child,
        pairs.map(([, to]) => to!),
      )
  }
  for (const { key, links } of drafts) if (links.parents !== undefined) parents.set(key, links.parents)
  const circle = circleThrough(new Set(given.map(({ key }) => key)), parents)
  if (circle)
    throw invalid({
      parents: [`A task cannot wait for itself: ${circle.join(' waits for ')}.`],
    })
}

/** What is to be said when tasks are written. */
export const taskRules: readonly Rules[] = [
  rulesFor(Task, {
    async prepare(drafts: readonly TaskDraft[], recorder) {
      startWaiting(drafts)
      await refuseCircles(drafts, recorder)
    },
  }),
]
