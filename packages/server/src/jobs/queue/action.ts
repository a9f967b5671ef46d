import { Task } from '@alyx/models'
import { sql } from '../../database/index.ts'
import type { Actor, Key, Recorder } from '../../records/index.ts'
import { ABANDONED, HELD, STARTED, WAITING } from '../task-status.ts'

/**
 * What people do to tasks.
 *
 * - `cancel`: not to be run; one that runs is asked to stop
 * - `abandon`: given up, whatever its state; whoever runs it is told to stop
 * - `reset`: into the queue again, its log and outcome emptied; whoever runs it is told to stop
 * - `retry`: like `reset`, only those that ended without success
 * - `hold`: one that waits is not to be begun until somebody resets it; one that has parents goes on when they are done,
 *   whatever its state, so that only a pause can hold it
 */
export const ACTIONS = ['cancel', 'abandon', 'reset', 'retry', 'hold'] as const
export type Action = (typeof ACTIONS)[number]

/** What became of one task. */
export type ActionOutcome = 'done' | 'asked to stop' | 'nothing to do' | 'missing'

interface Seen {
  id: string
  status: number
  executor: string | null
  has_parents: boolean
}

const isOver = (status: number): boolean => status >= 40
const SUCCEEDED = new Set([55, 60])

/**
 * Carries out an action on tasks, as far as it applies to each.
 *
 * @returns by key, in the given order
 */
export async function actOnTasks(
  recorder: Recorder,
  actor: Actor,
  action: Action,
  keys: readonly Key[],
): Promise<Map<Key, ActionOutcome>> {
  const { db } = recorder
  const seen = await db.objects<Seen>(sql`
    select t.id, t.status, (select a.executor from alyx.job_attempt a where a.task_id = t.id and a.ended_at is null) as executor,
             exists (select from jobs_task_parents l where l.from_task_id = t.id) as has_parents
      from jobs_task t where t.id = any(${keys}::uuid[]) order by t.id for no key update of t`)
  const outcomes = new Map<Key, ActionOutcome>(keys.map((key) => [key, 'missing']))
  const asked: Key[] = []
  const changed: Key[] = []
  for (const task of seen) {
    const outcome = outcomeOf(action, task)
    outcomes.set(task.id, outcome)
    if (outcome === 'asked to stop') asked.push(task.id)
    if (outcome === 'done') changed.push(task.id)
  }
  if (asked.length > 0)
    await db.execute(sql`
      update alyx.job set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()), cancel_requested_by = ${actor.id}::uuid
       where task_id = any(${asked}::uuid[])`)
  if (changed.length > 0)
    await recorder.change(
      Task,
      changed.map((key) => ({ key, values: { ...valuesAfter(action) } })),
    )
  return outcomes
}

function outcomeOf(action: Action, { status, executor, has_parents }: Seen): ActionOutcome {
  switch (action) {
    case 'cancel':
      if (isOver(status)) return 'nothing to do'
      // A program that only writes the public record does not ask whether it should stop.
      return status === STARTED && executor !== null && executor !== 'poller' ? 'asked to stop' : 'done'
    case 'abandon':
      return status === ABANDONED ? 'nothing to do' : 'done'
    case 'reset':
      return status === WAITING ? 'nothing to do' : 'done'
    case 'retry':
      return isOver(status) && !SUCCEEDED.has(status) ? 'done' : 'nothing to do'
    case 'hold':
      return status === WAITING && !has_parents ? 'done' : 'nothing to do'
  }
}

const EMPTIED = { status: WAITING, log: null, version: null, time_elapsed_secs: null } as const

function valuesAfter(action: Action) {
  if (action === 'hold') return { status: HELD }
  return action === 'cancel' || action === 'abandon' ? { status: ABANDONED } : EMPTIED
}
