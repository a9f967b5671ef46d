import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import { discover } from '../../../src/jobs/celery/discovery.ts'
import { type Inquiry, LostWorkers } from '../../../src/jobs/celery/lost-workers.ts'
import { noteObservation } from '../../../src/jobs/celery/observed.ts'
import { fillOutbox, markSent, unsent } from '../../../src/jobs/celery/outbox.ts'
import { routesOf } from '../../../src/jobs/celery/routes.ts'
import { Signs } from '../../../src/jobs/celery/signs.ts'
import { reapLostAttempts } from '../../../src/jobs/index.ts'
import { type QueueLaboratory, queueLaboratory } from '../queue-laboratory.ts'

const WORKER = 'celery@rack'
let lab: QueueLaboratory
beforeAll(async () => {
  lab = await queueLaboratory()
})
afterAll(() => lab.scratch.drop())
beforeEach(() => lab.empty())
const database = () => lab.scratch.database

/** Workers as a test says they are, with a clock of its own. */
class Workers implements Inquiry {
  ms = 1_000_000
  heartbeatSeconds: number | undefined = 60
  /** What each one runs that answers. */
  readonly running = new Map<string, readonly string[]>()
  readonly connections = new Set<string>()
  readonly heard = new Map<string, number>()
  readonly lost = new LostWorkers(database(), this, () => this.ms)

  ask = async (method: string) =>
    new Map(
      [...this.running].map(([worker, ids]) => [worker, method === 'active' ? ids.map((id) => ({ id })) : []] as const),
    )
  connected = async (worker: string) => this.connections.has(worker)
  heardAtMs = (worker: string) => this.heard.get(worker)

  /** Looks again and again, ten seconds apart. */
  async look(times: number): Promise<number> {
    let lost = 0
    for (let at = 0; at < times; at++) {
      lost += await this.lost.look()
      this.ms += 10_000
    }
    return lost
  }
}

/** A worker that is known, and a task whose step it has begun. */
async function begun(pool: 'prefork' | 'solo', about: { pid?: number; heartbeat_seconds?: number | null } = {}) {
  const { pid = 7, heartbeat_seconds = 120 } = about
  await new Signs(database()).note({
    worker: WORKER,
    kind: 'online',
    everySeconds: 2,
    active: 0,
    version: '5.7.0',
    pid,
  })
  await database().execute(sql`
    update alyx.worker set info = info || ${JSON.stringify({ pool, heartbeat_seconds, queues: ['celery'] })}::jsonb`)
  const sent = await outside()
  await noteObservation(database(), { id: sent.attempt, kind: 'received', worker: WORKER })
  await noteObservation(database(), { id: sent.attempt, kind: 'started', worker: WORKER })
  return sent
}

/** A task whose message the broker has. */
async function outside() {
  const step = { name: 'lab.spikes.sort', executable: 'pypelines' } as never
  const tasks = await lab.graph({ sort: { values: step, maxAttempts: 3 } })
  await fillOutbox(database(), { app: 'pypelines', routes: routesOf('celery', {}), queue: 'celery', places: 10 })
  const { attempt } = (await unsent(database())).at(-1)!
  await markSent(database(), [attempt])
  return { attempt, task: tasks.get('sort')! }
}

/** As if all that was noted so far had been noted earlier. */
const earlier = (seconds: number) =>
  database().script(`
    update alyx.job_attempt set claimed_at = claimed_at - interval '${seconds} s', published_at = published_at - interval '${seconds} s',
           received_at = received_at - interval '${seconds} s', started_at = started_at - interval '${seconds} s',
           heartbeat_at = heartbeat_at - interval '${seconds} s', lease_until = lease_until - interval '${seconds} s';
    update alyx.worker set last_seen = last_seen - interval '${seconds} s', info = info || jsonb_build_object('since', (info ->> 'since')::timestamptz - interval '${seconds} s')`)

const heartbeat = (pid: number) =>
  new Signs(database()).note({
    worker: WORKER,
    kind: 'heartbeat',
    everySeconds: 2,
    active: 0,
    version: '5.7.0',
    pid,
  })
const outcome = async (task: string) => (await lab.attempts(task)).map((one) => [one.outcome, one.error_message])

describe('a worker that answers', () => {
  test('keeps what it says that it runs, however old the lease', async () => {
    const { attempt, task } = await begun('prefork')
    await earlier(600)
    const workers = new Workers()
    workers.running.set(WORKER, [attempt])

    expect(await workers.look(5)).toBe(0)
    expect((await reapLostAttempts(database())).lost).toBe(0)
    expect(await outcome(task)).toEqual([[null, null]])
  })

  test('has lost what it does not say that it runs; the task is tried again', async () => {
    const { task } = await begun('prefork')
    await earlier(600)
    const workers = new Workers()
    workers.running.set(WORKER, [])

    expect(await workers.look(2)).toBe(0)
    expect(await workers.look(1)).toBe(1)
    expect(await outcome(task)).toEqual([['lost', 'Its worker answers, and does not run it.']])
    expect(await lab.job(task)).toMatchObject({ status: 20, tries: 1 })
  })

  test('has lost nothing when it was only missed once', async () => {
    const { attempt } = await begun('prefork')
    await earlier(600)
    const workers = new Workers()
    for (let at = 0; at < 3; at++) {
      workers.running.set(WORKER, [])
      expect(await workers.look(2)).toBe(0)
      workers.running.set(WORKER, [attempt])
      expect(await workers.look(1)).toBe(0)
    }
  })

  test('is found to run what no event told of', async () => {
    const { attempt, task } = await outside()
    await heartbeat(7)
    const workers = new Workers()
    workers.running.set(WORKER, [attempt])
    await workers.look(1)
    const [seen] = await lab.attempts(task)
    expect(seen!.started_at).not.toBeNull()
    expect(seen!.worker_id).not.toBeNull()
  })
})

describe('a process that has taken over the name of another', () => {
  test('renews nothing that the one before ran, which is lost', async () => {
    const { attempt, task } = await begun('prefork', { pid: 7 })
    await earlier(600)
    await heartbeat(8)
    const [before] = await lab.attempts(task)
    expect(Number(new Date(before!.lease_until as string))).toBeLessThan(Date.now())

    const workers = new Workers()
    workers.connections.add(WORKER)
    expect(await workers.look(3)).toBe(0)
    await database().script(
      `update alyx.worker set info = info || jsonb_build_object('since', clock_timestamp() - interval '11 s')`,
    )
    expect(await workers.look(3)).toBe(1)
    expect(await outcome(task)).toEqual([
      ['lost', 'Another process has the name of its worker now, which does not run it.'],
    ])
    expect(await noteObservation(database(), { id: attempt, kind: 'succeeded' })).toBe(false)
  })

  test('keeps what came to it after the one before had gone', async () => {
    const { attempt, task } = await begun('solo', { pid: 7 })
    await earlier(600)
    await heartbeat(8)
    await earlier(60)
    await noteObservation(database(), { id: attempt, kind: 'received', worker: WORKER })
    await noteObservation(database(), { id: attempt, kind: 'started', worker: WORKER })
    const workers = new Workers()
    workers.connections.add(WORKER)
    expect(await workers.look(5)).toBe(0)
    expect(await outcome(task)).toEqual([[null, null]])
  })

  test('and that has to share it with one that lives takes nothing from it', async () => {
    const { task } = await begun('prefork', { pid: 7 })
    await earlier(600)
    const workers = new Workers()
    workers.running.set(WORKER, [])
    for (const pid of [8, 7, 8, 7]) {
      await heartbeat(pid)
      expect(await workers.look(2)).toBe(0)
    }
    expect(await outcome(task)).toEqual([[null, null]])
  })

  test.each([
    { uptime: 5, lost: 1 },
    { uptime: 900, lost: 0 },
  ])('is known by its age of $uptime s where every process has the number 1', async ({ uptime, lost }) => {
    await begun('solo', { pid: 1 })
    await earlier(600)
    const stats = { pid: 1, uptime, broker: { heartbeat: 120 }, pool: { implementation: 'celery.solo:TaskPool' } }
    const control = { ask: async (method: string) => new Map(method === 'stats' ? [[WORKER, stats]] : []) }
    await discover(database(), { app: 'pypelines', control, services: { call: async () => undefined } })
    await database().script(
      `update alyx.worker set info = info || jsonb_build_object('since', (info ->> 'since')::timestamptz - interval '11 s')`,
    )
    const workers = new Workers()
    workers.connections.add(WORKER)
    expect(await workers.look(3)).toBe(lost)
  })

  test('is not one that has found the broker again', async () => {
    const { task } = await begun('prefork', { pid: 7 })
    await earlier(600)
    await heartbeat(7)
    const [seen] = await lab.attempts(task)
    expect(Number(new Date(seen!.lease_until as string))).toBeGreaterThan(Date.now())
  })
})

describe('a worker of the pool solo', () => {
  test('that is silent and connected is busy for as long as it likes', async () => {
    const { task } = await begun('solo')
    await earlier(600)
    const workers = new Workers()
    workers.connections.add(WORKER)
    expect(await workers.look(50)).toBe(0)
    expect((await reapLostAttempts(database())).lost).toBe(0)
    expect(await outcome(task)).toEqual([[null, null]])
  })

  test('whose connection ends before the broker can have missed it has gone', async () => {
    const { task } = await begun('solo')
    const workers = new Workers()
    workers.connections.add(WORKER)
    workers.heard.set(WORKER, workers.ms)
    await workers.look(3)
    workers.connections.delete(WORKER)
    expect(await workers.look(3)).toBe(1)
    expect((await outcome(task))[0]![0]).toBe('lost')
    expect(await database().rows(sql`select info ->> 'state' from alyx.worker`)).toEqual([['offline']])
  })

  test('whose connection the broker may have closed because it was busy is given time', async () => {
    const { task } = await begun('solo')
    const workers = new Workers()
    workers.connections.add(WORKER)
    workers.heard.set(WORKER, workers.ms)
    await workers.look(7)
    workers.connections.delete(WORKER)
    await earlier(600)
    expect(await workers.look(20)).toBe(0)
    expect((await reapLostAttempts(database())).lost).toBe(0)
    expect(await outcome(task)).toEqual([[null, null]])
  })

  test('that promised the broker no sign of life has gone when its connection ends, however late', async () => {
    const { task } = await begun('solo', { heartbeat_seconds: 0 })
    await earlier(600)
    const workers = new Workers()
    workers.connections.add(WORKER)
    expect(await workers.look(30)).toBe(0)
    workers.connections.delete(WORKER)
    expect(await workers.look(3)).toBe(1)
    expect((await outcome(task))[0]![0]).toBe('lost')
  })

  test('that was never seen to be connected, as after the broker was away, is given time', async () => {
    const { task } = await begun('solo', { heartbeat_seconds: 0 })
    await earlier(600)
    const workers = new Workers()
    expect(await workers.look(20)).toBe(0)
    expect((await reapLostAttempts(database())).lost).toBe(0)
    expect(await outcome(task)).toEqual([[null, null]])
  })

  test('of which nothing was heard but the record that it wrote is believed to be busy', async () => {
    const { task } = await outside()
    await database().execute(sql`update alyx.job_attempt set started_at = clock_timestamp()`)
    await earlier(600)
    const workers = new Workers()
    expect(await workers.look(1)).toBe(0)
    expect((await reapLostAttempts(database())).lost).toBe(0)
    expect(await outcome(task)).toEqual([[null, null]])
  })
})

describe('a worker that hears while it works', () => {
  test('has gone when its connection ended and it is not heard again', async () => {
    const { task } = await begun('prefork')
    const workers = new Workers()
    workers.heard.set(WORKER, workers.ms)
    expect(await workers.look(3)).toBe(0)
    expect(await workers.look(1)).toBe(1)
    expect(await outcome(task)).toEqual([
      ['lost', 'The connection of its worker to the broker ended, and nothing was heard of it any more.'],
    ])
  })

  test('has not when it connects again', async () => {
    await begun('prefork')
    const workers = new Workers()
    workers.heard.set(WORKER, workers.ms)
    expect(await workers.look(3)).toBe(0)
    workers.heard.set(WORKER, workers.ms)
    expect(await workers.look(3)).toBe(0)
  })

  test('is given its lease when the broker knew nothing of it since we are connected', async () => {
    const { task } = await begun('prefork')
    const workers = new Workers()
    expect(await workers.look(10)).toBe(0)
    await earlier(600)
    expect(await workers.look(1)).toBe(0)
    expect((await reapLostAttempts(database())).lost).toBe(1)
    expect((await outcome(task))[0]![0]).toBe('lost')
  })
})
