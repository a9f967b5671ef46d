import {
  type Bell,
  type ClaimedTask,
  type ClaimRequest,
  claimTasks,
  drainWorker,
  finishAttempt,
  listWorkers,
  registerWorker,
} from '../../jobs/index.ts'
import { type NativeCall, type NativeHandler, sendJson } from '../gate.ts'
import { problems } from '../problem.ts'
import { bodyOf, document, type Fields, flag, keyInPath, list, number, text, uuid, whole } from './body.ts'

const MOST_NAMES = 200
const NAME = text(255, 1)
const MOST_SLOTS = 1000
const MOST_GB = 1_000_000
const KIB = 1024

const names = (fields: Fields, field: string) => fields.optional(field, list(NAME, MOST_NAMES))

/** `POST`: a machine says what it is and what it runs; again, what has changed. */
export const register: NativeHandler = async (call) => {
  const own = await bodyOf(call, (fields) => ({
    name: fields.required('name', NAME),
    host: fields.optional('host', text(255)) ?? '',
    versions: fields.optional('versions', document(16 * KIB)) ?? {},
    labs: names(fields, 'labs') ?? [],
    repositories: names(fields, 'repositories') ?? [],
    executables: fields.required('executables', list(NAME, MOST_NAMES)),
    labels: names(fields, 'labels') ?? [],
    cpu: fields.optional('cpu', whole(0, MOST_SLOTS)),
    gpu: fields.optional('gpu', whole(0, MOST_SLOTS)) ?? 0,
    ramGb: fields.optional('ram_gb', number(0, MOST_GB)),
    slots: fields.optional('slots', whole(1, MOST_SLOTS)) ?? 1,
  }))
  const worker = await registerWorker(call.database, call.account, {
    ...own,
    ramGb: own.ramGb === undefined ? undefined : Math.floor(own.ramGb),
  })
  return sendJson(call.reply, JSON.stringify({ worker }))
}

export const workers: NativeHandler = async ({ database, reply }) =>
  sendJson(reply, JSON.stringify({ results: await listWorkers(database) }))

/** `PATCH`: whether a worker gets more tasks. Its owner and superusers may say so. */
export const drain: NativeHandler = async (call) => {
  const { database, account, reply } = call
  const worker = keyInPath(call, 'worker')
  const { drained } = await bodyOf(call, (fields) => ({ drained: fields.required('drained', flag) }))
  const known = (await listWorkers(database)).find(({ id }) => id === worker)
  if (known && known.user !== account.username && !account.isSuperuser)
    throw problems.forbidden('Only the person who runs a worker, and superusers, may drain it.')
  await drainWorker(database, account, worker, drained)
  return sendJson(reply, JSON.stringify({ worker, drained }))
}

const MOST_CLAIMED = 100
const LONGEST_WAIT_SECONDS = 30
const SHORTEST_LEASE_SECONDS = 10
const LONGEST_LEASE_SECONDS = 24 * 3600

/**
 * `POST`: tasks for a worker, at once or as soon as there are some. A worker that has gone meanwhile gives back what it
 * did not hear of.
 */
export const claim =
  (bell: Bell): NativeHandler =>
  async (call) => {
    const { waitSeconds, ...request } = await bodyOf(call, claimRequest)
    const gone = whenGone(call)
    const found = await claimOrWait(call, bell, request, waitSeconds * 1000, gone)
    if (gone.aborted) await giveBack(call, found)
    return sendJson(call.reply, JSON.stringify({ attempts: found }))
  }

function claimRequest(fields: Fields): ClaimRequest & { waitSeconds: number } {
  const narrowed = {
    labs: names(fields, 'labs'),
    repositories: names(fields, 'repositories'),
    graphs: names(fields, 'graphs'),
    tasks: fields.optional('tasks', list(uuid, MOST_NAMES)),
    executables: names(fields, 'executables'),
    labels: names(fields, 'labels'),
    leaseSeconds: fields.optional('lease_seconds', whole(SHORTEST_LEASE_SECONDS, LONGEST_LEASE_SECONDS)),
  }
  return {
    worker: fields.required('worker', uuid),
    limit: fields.optional('limit', whole(1, MOST_CLAIMED)) ?? 1,
    waitSeconds: fields.optional('wait_seconds', number(0, LONGEST_WAIT_SECONDS)) ?? 0,
    ...Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value !== undefined)),
  }
}

async function claimOrWait(
  { database, account }: NativeCall,
  bell: Bell,
  request: ClaimRequest,
  waitMs: number,
  gone: AbortSignal,
): Promise<ClaimedTask[]> {
  const until = performance.now() + waitMs
  const { worker: _, limit: __, leaseSeconds: ___, ...narrowed } = request
  const kind = JSON.stringify([account.id, narrowed])
  if (waitMs > 0) await bell.listen()
  for (;;) {
    const rung = bell.rung
    const found = await bell.inTurn(() => claimTasks(database, account, request))
    const left = until - performance.now()
    if (found.length > 0) bell.pass(kind)
    if (found.length > 0 || left <= 0 || gone.aborted || bell.closed) return found
    await bell.wait(kind, { rung, timeoutMs: left, signal: gone })
  }
}

/** Aborted when nobody waits for the answer any more. */
function whenGone({ reply }: NativeCall): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return gone.signal
}

async function giveBack({ database, account }: NativeCall, found: readonly ClaimedTask[]): Promise<void> {
  for (const { attempt } of found) await finishAttempt(database, account, attempt, { outcome: 'released' })
}
