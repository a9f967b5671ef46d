import { createHash } from 'node:crypto'
import type { Task } from '@alyx/models'
import { type Db, sql } from '../../database/index.ts'
import { type Actor, invalid, type Key, type NewRow, type Recorder } from '../../records/index.ts'
import { actOnTasks } from '../queue/action.ts'
import { makeGraph, type PlannedTask } from '../queue/graph.ts'
import { faultsIn } from './arguments.ts'
import { listSteps, type StepView } from './pipelines.ts'

/** What somebody wants to be run. */
export interface Launch {
  readonly app: string
  readonly sessions: readonly Key[]
  /** Complete name: `pipeline.pipe.step`. */
  readonly step: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Qualifies the result. */
  readonly extra: string | undefined
  /** One task for each requirement, instead of all in the one. */
  readonly asGraph: boolean
  readonly priority: number | undefined
}

export interface Launched {
  readonly session: Key
  readonly step: string
  readonly task: Key
  /** `made`; `again`: one with the same arguments had ended and waits again; `there`: one is under way already. */
  readonly what: 'made' | 'again' | 'there'
}

/** A step of one session, and what must be done before. */
interface Wanted {
  readonly ref: string
  readonly session: Key
  readonly step: StepView
  readonly arguments: Readonly<Record<string, unknown>>
  readonly parents: readonly string[]
}

const ATTEMPTS = 3
const ENDED = 40
/** The public record has no room for longer names. */
const LONGEST_NAME = 64

/**
 * Puts steps of sessions into the queue. What is under way with the same arguments is not made twice, and what has ended
 * is run again in its place, because the public record keeps a step of a session with the same arguments once.
 *
 * @throws Refused `invalid` for steps that no worker told of, arguments that they do not take and sessions that do not exist
 */
export async function launchSteps(recorder: Recorder, actor: Actor, launch: Launch): Promise<Launched[]> {
  const { db } = recorder
  const steps = new Map((await listSteps(db, launch.app)).map((step) => [step.name, step]))
  const target = requireStep(steps, launch.step)
  const faults = faultsIn(target.signature, launch.arguments)
  if (faults.length > 0) throw invalid({ arguments: faults })
  await requireSessions(db, launch.sessions)
  const stack = launch.asGraph ? stackOf(steps, target) : [target]
  const wanted = launch.sessions.flatMap((session) => stack.map((step) => wantedOf(launch, session, step, stack)))
  const existing = await existingTasks(db, wanted)
  const again = wanted.filter(({ ref }) => (existing.get(ref)?.status ?? 0) >= ENDED)
  // Requirements that are done stay done: their step would skip itself anyway.
  const rerun = again.filter(({ ref, step }) => step === target || (existing.get(ref)?.status ?? 0) < 55)
  const fresh = wanted.filter(({ ref }) => !existing.has(ref))
  const made = await makeGraph(
    recorder,
    actor,
    fresh.map((one) => plannedOf(launch, one, existing)),
  )
  const keys = new Map(made.map(({ ref, id }) => [ref, id]))
  const keyOf = (ref: string): Key => existing.get(ref)?.id ?? keys.get(ref)!
  if (rerun.length > 0)
    await actOnTasks(
      recorder,
      actor,
      'reset',
      rerun.map(({ ref }) => keyOf(ref)),
    )
  await db.execute(sql`
    update alyx.job set extra = ${launch.extra ?? null}::text
     where task_id = any(${[...fresh, ...rerun].map(({ ref }) => keyOf(ref))}::uuid[])`)
  const renewed = new Set(rerun.map(({ ref }) => ref))
  return wanted.map(({ ref, session, step }) => ({
    session,
    step: step.name,
    task: keyOf(ref),
    what: !existing.has(ref) ? 'made' : renewed.has(ref) ? 'again' : 'there',
  }))
}

function requireStep(steps: ReadonlyMap<string, StepView>, name: string): StepView {
  const step = steps.get(name)
  if (step === undefined)
    throw invalid({ step: [`No worker has told of a step "${name}": see the list of pipelines.`] })
  if (name.length > LONGEST_NAME)
    throw invalid({ step: [`"${name}" is longer than the ${LONGEST_NAME} characters that a task's name may have.`] })
  return step
}

async function requireSessions(db: Db, sessions: readonly Key[]): Promise<void> {
  const found = await db.rows(sql`select id from actions_session where id = any(${sessions}::uuid[])`)
  const known = new Set(found.map(([id]) => id))
  const missing = sessions.filter((session) => !known.has(session))
  if (missing.length > 0)
    throw invalid({ sessions: missing.slice(0, 10).map((one) => `There is no session "${one}".`) })
}

/** A step and everything that it requires, requirements first. */
function stackOf(steps: ReadonlyMap<string, StepView>, target: StepView): StepView[] {
  const stack = new Set<StepView>()
  const add = (step: StepView, below: readonly string[]): void => {
    if (below.includes(step.name))
      throw invalid({ step: [`Its requirements go in a circle: ${[...below, step.name].join(' requires ')}.`] })
    if (stack.has(step)) return
    for (const name of step.requires) {
      const required = steps.get(name)
      if (required === undefined)
        throw invalid({ step: [`"${step.name}" requires "${name}", which no worker told of.`] })
      add(required, [...below, step.name])
    }
    stack.add(step)
  }
  add(target, [])
  return [...stack]
}

const refOf = (session: Key, step: string): string => `${session} ${step}`

function wantedOf(launch: Launch, session: Key, step: StepView, stack: readonly StepView[]): Wanted {
  const own = step.name === launch.step ? launch.arguments : {}
  const within = new Set(stack.map(({ name }) => name))
  return {
    ref: refOf(session, step.name),
    session,
    step,
    arguments: launch.asGraph ? { ...own, check_requirements: false } : own,
    parents: launch.asGraph ? step.requires.filter((name) => within.has(name)).map((name) => refOf(session, name)) : [],
  }
}

async function existingTasks(db: Db, wanted: readonly Wanted[]): Promise<Map<string, { id: Key; status: number }>> {
  const rows = await db.objects<{ ref: string; id: string; status: number }>(sql`
    select distinct on (w.ref) w.ref, t.id, t.status
      from jsonb_to_recordset(${JSON.stringify(
        wanted.map(({ ref, session, step, arguments: given }) => ({ ref, session, name: step.name, given })),
      )}::jsonb) as w(ref text, session uuid, name text, given jsonb)
      join jobs_task t on t.session_id = w.session and t.name = w.name and t.arguments = w.given
     order by w.ref, t.datetime desc`)
  return new Map(rows.map(({ ref, id, status }) => [ref, { id, status }]))
}

function plannedOf(
  { app, priority, extra }: Launch,
  { ref, session, step, arguments: given, parents }: Wanted,
  existing: ReadonlyMap<string, { id: Key }>,
): PlannedTask {
  const text = JSON.stringify(given)
  const hash = createHash('sha256')
    .update(JSON.stringify([text, extra ?? null]))
    .digest('hex')
  return {
    ref,
    values: {
      name: step.name,
      executable: app,
      graph: step.pipeline.slice(0, LONGEST_NAME),
      session_id: session,
      arguments: text,
      ...(priority !== undefined && { priority }),
    } as NewRow<typeof Task>,
    parents: parents.map((parent) => ({ of: existing.get(parent)?.id ?? parent, needs: 'success' })),
    labels: [],
    maxAttempts: ATTEMPTS,
    idempotencyKey: `${app} ${session} ${hash} ${step.name}`.slice(0, 255),
  }
}
