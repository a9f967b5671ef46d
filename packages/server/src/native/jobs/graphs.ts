/** Making tasks that depend on each other. */
import { makeGraph, type PlannedTask, TASKS } from '../../jobs/index.ts'
import { mayEver } from '../../rights/index.ts'
import {
  ifAny,
  type Kind,
  list,
  moment,
  note,
  object,
  objectDocument,
  objectSchema,
  readFields,
  text,
  uuid,
  type Values,
  whole,
} from '../kinds.ts'
import { type Page, recording } from '../page.ts'
import { problems } from '../problem.ts'
import { JOBS, KIB, NEEDS, name, present } from './fields.ts'

const MOST_TASKS = 5000
const MOST_PARENTS = 1000
const MOST_LABELS = 50
const DAY_SECONDS = 86_400
const USUAL_ATTEMPTS = 3
/** The public record has so many characters for names. */
const SHORT = 64

const REF = name('How others of this graph call it.')
const EDGE = { ref: name('The ref or the key of a parent.'), needs: ifAny(NEEDS) }

const PARENT: Kind<PlannedTask['parents'][number]> = {
  schema: {
    anyOf: [{ type: 'string' }, objectSchema(EDGE)],
    description: 'The ref or key of a parent; it must succeed unless `needs` says otherwise.',
  },
  fromText: (written) => written,
  read(given, at, faults) {
    if (given instanceof Map) {
      const { ref, needs } = readFields(EDGE, given, faults, at)
      return { of: ref, needs: needs ?? 'success' }
    }
    if (typeof given !== 'string') note(faults, at, 'Expected the ref or key of a task, or {"ref", "needs"}.')
    return { of: typeof given === 'string' ? EDGE.ref.read(given, at, faults) : '', needs: 'success' }
  },
}

/** Small integers of PostgreSQL. */
const small = (help: string, least = -32_768) => ifAny(whole(help, { least, most: 32_767 }))

const TASK = {
  ref: ifAny(REF),
  name: name('Name of the step; its ref too when it has none.', SHORT),
  executable: name('Program that runs it.', 128),
  session: ifAny(uuid('Session; that of the graph when absent.')),
  graph: ifAny(name('Graph; that of the request when absent.', SHORT)),
  arguments: ifAny(objectDocument('Arguments by name.', 64 * KIB)),
  parents: ifAny(list('Tasks that must end before.', PARENT, { most: MOST_PARENTS })),
  priority: small('Urgency; the highest goes first.'),
  cpu: small('Cores; -1 takes all of a machine.', -1),
  gpu: small('Cards.', 0),
  ram: small('Memory in GB.', 0),
  io_charge: small('Share of the disk bandwidth in percent.', 0),
  data_repository: ifAny(uuid('Repository of the raw data.')),
  version: ifAny(name('Version of the program.', SHORT)),
  labels: ifAny(list('Only machines that have all of these.', name('A label.', SHORT), { most: MOST_LABELS })),
  max_attempts: ifAny(
    whole(`How often it is tried when its machine is lost or the failure may pass; ${USUAL_ATTEMPTS} when absent.`, {
      least: 1,
      most: 100,
    }),
  ),
  backoff_seconds: ifAny(whole('Pause after the first attempt, doubled after each.', { least: 1, most: DAY_SECONDS })),
  timeout_seconds: ifAny(whole('After which its machine should stop it.', { least: 1, most: 30 * DAY_SECONDS })),
  not_before: ifAny(moment('When it may be begun.')),
  idempotency_key: ifAny(
    text('While a task with this key is not over, asking again gives that one.', { least: 1, most: 255 }),
  ),
}

function planned(task: Values<typeof TASK>, common: { session_id?: string; graph?: string }): PlannedTask {
  const { session, data_repository, graph, name, executable, priority, cpu, gpu, ram, io_charge, version } = task
  const own = { name, executable, graph, priority, cpu, gpu, ram, io_charge, version, arguments: task.arguments }
  return {
    ref: task.ref ?? name,
    values: { ...common, ...present({ ...own, session_id: session, data_repository_id: data_repository }) },
    parents: task.parents ?? [],
    labels: task.labels ?? [],
    maxAttempts: task.max_attempts ?? USUAL_ATTEMPTS,
    ...present({
      backoffSeconds: task.backoff_seconds,
      timeoutSeconds: task.timeout_seconds,
      notBefore: task.not_before,
      idempotencyKey: task.idempotency_key,
    }),
  }
}

export const graphPages: readonly Page[] = [
  {
    url: '/jobs/graphs',
    ...JOBS,
    operations: {
      POST: recording({
        summary: 'Make tasks that depend on each other, all or none',
        description:
          'Levels are worked out; children are held until their parents are done. Circles, and names that stand for nothing, are refused.',
        answer: '`tasks` in the given order: `ref`, `id`, `level`, and whether it was `made` or is there already.',
        status: 201,
        body: {
          session: ifAny(uuid('Session of all tasks that name none.')),
          graph: ifAny(name('Graph of all tasks that name none.', SHORT)),
          tasks: list('The tasks.', object('A task.', TASK), { least: 1, most: MOST_TASKS }),
        },
        async run({ call: { account }, recorder, body }) {
          if (mayEver(account, 'create', TASKS) === 'none') throw problems.forbidden('You may not make tasks.')
          const common = present({ session_id: body.session, graph: body.graph })
          return {
            tasks: await makeGraph(
              recorder,
              account,
              body.tasks.map((task) => planned(task, common)),
            ),
          }
        },
      }),
    },
  },
]
