import type { Task } from '@alyx/models'
import { sql } from '../../src/database/index.ts'
import { createAccount } from '../../src/domains/labs/index.ts'
import {
  type Action,
  actOnTasks,
  type ClaimedTask,
  type ClaimRequest,
  type Finish,
  Gathered,
  makeGraph,
  type PlannedTask,
  type Registration,
  registerWorker,
} from '../../src/jobs/index.ts'
import { record } from '../../src/recording/index.ts'
import type { Actor, Key, NewRow, Recorder } from '../../src/records/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { recordingAs } from '../records/recording-as.ts'

/** A laboratory with a queue and nothing in it. */
export interface QueueLaboratory {
  readonly scratch: ScratchDatabase
  /** Somebody who runs tasks, and somebody else. */
  readonly actor: Actor
  readonly other: Actor
  recording<T>(work: (recorder: Recorder) => Promise<T>, actor?: Actor): Promise<T>
  /** A worker with plenty of room that runs `lab.*`, unless it says otherwise. */
  worker(about?: Partial<Registration>, actor?: Actor): Promise<string>
  claim(worker: string, request?: Partial<ClaimRequest>, actor?: Actor): Promise<ClaimedTask[]>
  finish(attempt: string, finish?: Partial<Finish>, actor?: Actor): ReturnType<Gathered['finish']>
  /** Tasks by `ref`, with the parents that are named. */
  graph(
    tasks: Readonly<
      Record<
        string,
        Partial<Omit<PlannedTask, 'parents'>> & { parents?: readonly (string | [string, 'success' | 'data' | 'end'])[] }
      >
    >,
    actor?: Actor,
  ): Promise<Map<string, Key>>
  act(action: Action, ...tasks: readonly Key[]): Promise<readonly string[]>
  status(task: Key): Promise<number>
  /** Name, status, tries and the rest of what the queue knows. */
  job(task: Key): Promise<Record<string, unknown>>
  /** Attempts in their order. */
  attempts(task: Key): Promise<Record<string, unknown>[]>
  empty(): Promise<void>
}

const PLENTY: Registration = {
  name: 'rack-1',
  host: 'rack-1.example.org',
  versions: {},
  labs: [],
  repositories: [],
  executables: ['lab.*'],
  labels: [],
  cpu: undefined,
  gpu: 4,
  ramGb: undefined,
  slots: 100,
}

export async function queueLaboratory(): Promise<QueueLaboratory> {
  const scratch = await demoDatabase({ maxConnections: 10 })
  const { database } = scratch
  const gathered = new Gathered()
  const person = async (username: string): Promise<Actor> => {
    await createAccount(database, { username, passwordHash: '!', role: 'member' })
    const [[id] = []] = await database.rows(sql`select id from misc_labmember where username = ${username}`)
    return { id: id!, username }
  }
  const actor = await person('runner')
  const other = await person('walker')
  const recording: QueueLaboratory['recording'] = (work, who = actor) => record(database, recordingAs(who), work)
  return {
    scratch,
    actor,
    other,
    recording,
    worker: (about = {}, who = actor) => registerWorker(database, who, { ...PLENTY, ...about }),
    claim: (worker, request = {}, who = actor) => gathered.claim(database, who, { worker, limit: 100, ...request }),
    finish: (attempt, finish = {}, who = actor) =>
      gathered.finish(database, who, { attempt, finish: { outcome: 'succeeded', ...finish } }),
    graph: async (tasks, who = actor) => {
      const planned = Object.entries(tasks).map(
        ([ref, { parents = [], values, ...task }]): PlannedTask => ({
          ref,
          values: { name: ref, executable: 'lab.step', ...values } as NewRow<typeof Task>,
          labels: [],
          maxAttempts: 3,
          ...task,
          parents: parents.map((one) =>
            typeof one === 'string' ? { of: one, needs: 'success' } : { of: one[0], needs: one[1] },
          ),
        }),
      )
      const made = await recording((recorder) => makeGraph(recorder, who, planned), who)
      return new Map(made.map(({ ref, id }) => [ref, id]))
    },
    act: async (action, ...tasks) => {
      const outcomes = await recording((recorder) => actOnTasks(recorder, actor, action, tasks))
      return tasks.map((task) => outcomes.get(task)!)
    },
    status: async (task) => Number((await database.rows(sql`select status from jobs_task where id = ${task}`))[0]?.[0]),
    job: async (task) => (await database.objects(sql`select * from alyx.job where task_id = ${task}`))[0]!,
    attempts: (task) => database.objects(sql`select * from alyx.job_attempt where task_id = ${task} order by number`),
    empty: async () => {
      await database.script(
        'delete from jobs_task_parents; delete from jobs_task; delete from alyx.worker; delete from alyx.job_pause',
      )
    },
  }
}
