import {
  ACTIONS,
  actOnTasks,
  endPause,
  jobView,
  listPauses,
  makeGraph,
  needsAttention,
  PAUSE_SCOPES,
  type Pause,
  type PlannedTask,
  pauseTasks,
  statusName,
  TASKS,
} from '../../jobs/index.ts'
import { instantNow } from '../../recording/index.ts'
import { carriedOut } from '../../rest/writing/write-call.ts'
import { judgeRows, mayEver } from '../../rights/index.ts'
import { type NativeCall, type NativeHandler, type NativeServices, sendJson } from '../gate.ts'
import { Problem, problems } from '../problem.ts'
import {
  bodyOf,
  document,
  type Fields,
  flag,
  keyInPath,
  list,
  moment,
  nested,
  oneOf,
  text,
  uuid,
  whole,
} from './body.ts'

const MOST_TASKS = 5000
const MOST_PARENTS = 1000
const NAME = text(64, 1)
const SMALLEST = -32_768
const LARGEST = 32_767
const DAY_SECONDS = 86_400
const KIB = 1024

const parentIn = {
  expected: 'the ref or key of a task, or {"ref", "needs"}',
  read(value: unknown) {
    if (typeof value === 'string') return { of: value, needs: 'success' as const }
    return nested('an object', (fields) => ({
      of: fields.required('ref', text(255, 1)),
      needs: fields.optional('needs', oneOf('success', 'data', 'end')) ?? 'success',
    })).read(value as never)
  },
}

function plannedTask(fields: Fields): PlannedTask {
  const small = (name: string, least = SMALLEST) => fields.optional(name, whole(least, LARGEST))
  const values = {
    name: fields.required('name', NAME),
    executable: fields.required('executable', text(128, 1)),
    session_id: fields.optional('session', uuid),
    graph: fields.optional('graph', NAME),
    priority: small('priority'),
    cpu: small('cpu', -1),
    gpu: small('gpu', 0),
    ram: small('ram', 0),
    io_charge: small('io_charge', 0),
    data_repository_id: fields.optional('data_repository', uuid),
    version: fields.optional('version', NAME),
    arguments: argumentsIn(fields),
  }
  const optional = {
    backoffSeconds: fields.optional('backoff_seconds', whole(1, DAY_SECONDS)),
    timeoutSeconds: fields.optional('timeout_seconds', whole(1, 30 * DAY_SECONDS)),
    notBefore: fields.optional('not_before', moment),
    idempotencyKey: fields.optional('idempotency_key', text(255, 1)),
  }
  return {
    ref: fields.optional('ref', text(255, 1)) ?? values.name,
    values: present(values),
    parents: fields.optional('parents', list(parentIn, MOST_PARENTS)) ?? [],
    labels: fields.optional('labels', list(NAME, 50)) ?? [],
    maxAttempts: fields.optional('max_attempts', whole(1, 100)) ?? 3,
    ...present(optional),
  } as PlannedTask
}

function argumentsIn(fields: Fields): string | undefined {
  const found = fields.optional('arguments', document(64 * KIB))
  return found && JSON.stringify(found)
}

const present = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

/** Carries out what changes tasks, in one transaction with who and why. */
const carry = (call: NativeCall, services: NativeServices, work: Parameters<typeof carriedOut>[2]) =>
  carriedOut({ ...call, now: instantNow() }, services, work, { source: 'native' })

/** Undoes everything by being thrown, and is the answer. */
class OnlyTried extends Error {
  readonly json: string

  constructor(json: string) {
    super('a dry run')
    this.json = json
  }
}

/** `POST`: makes tasks that depend on each other, all or none. */
export const graphs =
  (services: NativeServices): NativeHandler =>
  async (call) => {
    if (mayEver(call.account, 'create', TASKS) === 'none') throw problems.forbidden('You may not make tasks.')
    const asked = await bodyOf(call, (fields) => ({
      session: fields.optional('session', uuid),
      graph: fields.optional('graph', NAME),
      dryRun: fields.optional('dry_run', flag) ?? false,
      tasks: fields.required('tasks', list(nested('an object that describes a task', plannedTask), MOST_TASKS)),
    }))
    const common = present({ session_id: asked.session, graph: asked.graph })
    const planned = asked.tasks.map((task) => ({ ...task, values: { ...common, ...task.values } }))
    try {
      const answer = await carry(call, services, async (recorder) => {
        const tasks = await makeGraph(recorder, call.account, planned)
        const json = JSON.stringify({ tasks, dry_run: asked.dryRun })
        if (asked.dryRun) throw new OnlyTried(json)
        return { status: 201, json }
      })
      return sendJson(call.reply.code(answer.status), answer.json!)
    } catch (error) {
      if (error instanceof OnlyTried) return sendJson(call.reply, error.json)
      throw error
    }
  }

/** `POST`: cancel, abandon, reset or retry tasks; each is judged by itself, and told what became of it. */
export const actions =
  (services: NativeServices): NativeHandler =>
  async (call) => {
    const { action, tasks, dryRun } = await bodyOf(call, (fields) => ({
      action: fields.required('action', oneOf(...ACTIONS)),
      tasks: fields.required('tasks', list(uuid, MOST_TASKS)),
      dryRun: fields.optional('dry_run', flag) ?? false,
    }))
    const keys = [...new Set(tasks)]
    const verdicts = await judgeRows(call.database, call.account, 'change', TASKS, keys)
    const allowed = keys.filter((key) => verdicts.get(key)?.may)
    const told = (outcomes: ReadonlyMap<string, string>) =>
      JSON.stringify({
        dry_run: dryRun,
        results: keys.map((task) => ({
          task,
          outcome: outcomes.get(task) ?? (verdicts.get(task)?.may === false ? 'forbidden' : 'missing'),
        })),
      })
    try {
      const answer = await carry(call, services, async (recorder) => {
        const json = told(await actOnTasks(recorder, call.account, action, allowed))
        if (dryRun) throw new OnlyTried(json)
        return { status: 200, json }
      })
      return sendJson(call.reply, answer.json!)
    } catch (error) {
      if (error instanceof OnlyTried) return sendJson(call.reply, error.json)
      throw error
    }
  }

/** `GET`: what the queue knows of a task. */
export const task: NativeHandler = async (call) => {
  const key = keyInPath(call, 'task')
  const view = await jobView(call.database, key)
  if (!view) throw problems.noSuchRow('task', key)
  const named = ({ status, ...rest }: { status: number }) => ({ ...rest, status: statusName(status) })
  const { blocked_by, children, ...rest } = view
  return sendJson(
    call.reply,
    JSON.stringify({ ...named(rest), blocked_by: blocked_by.map(named), children: children.map(named) }),
  )
}

/** `GET`: what failed for good, those that failed alike together. */
export const attention: NativeHandler = async ({ database, reply }) =>
  sendJson(reply, JSON.stringify({ results: await needsAttention(database) }))

export const pauses: NativeHandler = async ({ database, reply }) =>
  sendJson(reply, JSON.stringify({ results: await listPauses(database) }))

/** Those who run the laboratory's machines. */
function requireOperator({ account }: NativeCall): void {
  if (!account.isStaff && !account.isSuperuser) throw problems.forbidden('Only staff may hold back tasks of everybody.')
}

/** `POST`: holds back tasks of a kind. */
export const pause: NativeHandler = async (call) => {
  requireOperator(call)
  const wanted = await bodyOf(call, (fields) => ({
    scope: fields.required('scope', oneOf(...PAUSE_SCOPES)),
    value: fields.optional('value', text(255, 1)),
    reason: fields.optional('reason', text(1000)),
    until: fields.optional('until', moment),
  }))
  if ((wanted.scope === 'all') !== (wanted.value === undefined))
    throw new Problem(400, 'invalid', 'Every scope but "all" needs a value.', {
      fields: { value: ['Every scope but "all" needs a value, and "all" has none.'] },
    })
  const id = await pauseTasks(call.database, call.account, present(wanted) as Pause)
  return sendJson(call.reply.code(201), JSON.stringify({ id }))
}

/** `DELETE`: goes on. */
export const unpause: NativeHandler = async (call) => {
  requireOperator(call)
  await endPause(call.database, keyInPath(call, 'pause'))
  return call.reply.code(204).send()
}
