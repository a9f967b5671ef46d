/** Machines that run tasks: what they are, and how they get work. */
import {
  type Bell,
  type ClaimedTask,
  type ClaimRequest,
  drainWorker,
  type Gathered,
  listWorkers,
  registerWorker,
} from '../../jobs/index.ts'
import type { NativeCall } from '../gate.ts'
import { ifAny, list, number, objectDocument, text, truth, uuid, type Values, whole } from '../kinds.ts'
import { acting, type Page, reading } from '../page.ts'
import { JOBS, KIB, MACHINES, name, names, present } from './fields.ts'

const MOST = 1000
const MOST_GB = 1_000_000
const MOST_CLAIMED = 100
const MOST_NAMED = 200
const LONGEST_WAIT_SECONDS = 30
const SHORTEST_LEASE_SECONDS = 10
const LONGEST_LEASE_SECONDS = 24 * 3600

const EXECUTABLES = 'Programs that it runs: whole names, or their beginning with `*` at the end.'
const CARD = {
  name: name('What the machine is called: once for each person. The same name again is the same worker.'),
  host: ifAny(text('Where it is.', { most: 255 })),
  versions: ifAny(objectDocument('What is installed there, for people.', 16 * KIB)),
  labs: names('Laboratories whose tasks it runs; of all when empty.'),
  repositories: names('Repositories whose tasks it runs; of all when empty.'),
  executables: list(EXECUTABLES, name('A program.'), { most: MOST_NAMED }),
  labels: names('Labels of tasks that it may run: a task is for machines that have all of its labels.'),
  cpu: ifAny(whole('Cores that tasks may use together; without limit when absent.', { least: 0, most: MOST })),
  gpu: ifAny(whole('Cards; a card is for one task alone.', { least: 0, most: MOST })),
  ram_gb: ifAny(number('Memory that tasks may use together; without limit when absent.', { least: 0, most: MOST_GB })),
  slots: ifAny(whole('Tasks at the same time; 1 when absent.', { least: 1, most: MOST })),
}

const WISH = {
  worker: uuid('Key of the worker, which must be yours.'),
  limit: ifAny(whole('At most so many tasks; 1 when absent.', { least: 1, most: MOST_CLAIMED })),
  wait_seconds: ifAny(
    number('How long to wait for a task when there is none.', { least: 0, most: LONGEST_WAIT_SECONDS }),
  ),
  labs: names('Only tasks of these laboratories.'),
  repositories: names('Only tasks whose data lie in these repositories.'),
  graphs: names('Only tasks of these graphs.'),
  tasks: ifAny(list('Only these tasks.', uuid('Key of a task.'), { most: MOST_NAMED })),
  executables: names(`${EXECUTABLES} Those of its registration when absent.`),
  labels: names('Labels that it has now; those of its registration when absent.'),
  lease_seconds: ifAny(
    whole('How long it may be silent.', { least: SHORTEST_LEASE_SECONDS, most: LONGEST_LEASE_SECONDS }),
  ),
}

export const workerPages = (bell: Bell, gathered: Gathered): readonly Page[] => [
  {
    url: '/jobs/workers',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'Every machine that ever ran tasks',
        answer: '`results`, the last one heard of first, with what it runs now.',
        run: async ({ call: { database } }) => ({ results: await listWorkers(database) }),
      }),
      POST: acting({
        summary: 'Register a machine, or say what has changed',
        answer: '`worker`: its key.',
        body: CARD,
        run: async ({ call: { database, account }, body }) => ({
          worker: await registerWorker(database, account, {
            name: body.name,
            host: body.host ?? '',
            versions: JSON.parse(body.versions ?? '{}'),
            labs: body.labs ?? [],
            repositories: body.repositories ?? [],
            executables: body.executables,
            labels: body.labels ?? [],
            cpu: body.cpu,
            gpu: body.gpu ?? 0,
            ramGb: body.ram_gb === undefined ? undefined : Math.floor(body.ram_gb),
            slots: body.slots ?? 1,
          }),
        }),
      }),
    },
  },
  {
    url: '/jobs/workers/:key',
    ...JOBS,
    operations: {
      PATCH: acting({
        summary: 'Give a machine no more tasks, or give it tasks again',
        description: 'What it runs goes on. For the person who runs it, and superusers.',
        answer: '`worker` and `drained`.',
        path: { key: uuid('Key of the worker.') },
        body: { drained: truth('It gets no more tasks.') },
        async run({ call: { database, account }, path, body }) {
          await drainWorker(database, { actor: account, all: account.isSuperuser }, path.key, body.drained)
          return { worker: path.key, drained: body.drained }
        },
      }),
    },
  },
  {
    url: '/jobs/claim',
    ...MACHINES,
    operations: {
      POST: acting({
        summary: 'Take tasks to run',
        description:
          'The most urgent tasks that are ready and fit the machine, each to nobody else; among equals those of the person who has fewest running. Waits for one when there is none. A machine that has gone meanwhile gives back what it did not hear of.',
        answer: '`attempts`: each with its key, its lease and the task.',
        body: WISH,
        async run({ call, body }) {
          const gone = whenGone(call)
          const found = await claimOrWait(call, { bell, gathered }, body, gone)
          if (gone.aborted) await giveBack(call, gathered, found)
          return { attempts: found }
        },
      }),
    },
  },
]

async function claimOrWait(
  { database, account }: NativeCall,
  { bell, gathered }: { readonly bell: Bell; readonly gathered: Gathered },
  { worker, limit = 1, wait_seconds = 0, lease_seconds, ...wish }: Values<typeof WISH>,
  gone: AbortSignal,
): Promise<ClaimedTask[]> {
  const narrowed = present(wish)
  const request: ClaimRequest = { worker, limit, ...narrowed, ...present({ leaseSeconds: lease_seconds }) }
  const until = performance.now() + wait_seconds * 1000
  const kind = JSON.stringify([account.id, narrowed])
  if (wait_seconds > 0) await bell.listen()
  for (;;) {
    const rung = bell.rung
    const found = await gathered.claim(database, account, request)
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

async function giveBack(
  { database, account }: NativeCall,
  gathered: Gathered,
  found: readonly ClaimedTask[],
): Promise<void> {
  const finish = { outcome: 'released' } as const
  await Promise.all(found.map(({ attempt }) => gathered.finish(database, account, { attempt, finish })))
}
