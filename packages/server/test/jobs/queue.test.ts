import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Db, sql } from '../../src/database/index.ts'
import {
  appendLog,
  endPause,
  heartbeat,
  jobView,
  needsAttention,
  pauseTasks,
  readLog,
  reapLostAttempts,
} from '../../src/jobs/index.ts'
import { begin } from '../../src/jobs/queue/begin.ts'
import type { Key } from '../../src/records/index.ts'
import { type QueueLaboratory, queueLaboratory } from './queue-laboratory.ts'

const WAITING = 20
const HELD = 25
const STARTED = 30
const ERRORED = 40
const ABANDONED = 45
const EMPTY = 50
const INCOMPLETE = 55
const COMPLETE = 60

let lab: QueueLaboratory
beforeAll(async () => {
  lab = await queueLaboratory()
})
afterAll(() => lab.scratch.drop())
beforeEach(() => lab.empty())

const database = () => lab.scratch.database
const names = (claimed: readonly { task: { name: string | null } }[]) => claimed.map(({ task }) => task.name)
/** As Django or psql would. */
const setStatus = (task: string, status: number) =>
  database().execute(sql`update jobs_task set status = ${status}::integer where id = ${task}`)
/** Rows of attempts that the transaction has read so far. */
const attemptsRead = async (db: Db): Promise<number> => {
  const [[read] = []] = await db.rows(sql`
    select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_all_tables
     where schemaname = 'alyx' and relname = 'job_attempt'`)
  return Number(read)
}
const expire = (attempt: string) =>
  database().execute(
    sql`update alyx.job_attempt set lease_until = clock_timestamp() - interval '1 second' where id = ${attempt}`,
  )

describe('a claim', () => {
  test('gives the task with its session and its arguments, says that it is Started, and gives it to nobody else', async () => {
    const [session] = (
      await database().rows(
        sql`select s.id, u.nickname from actions_session s join subjects_subject u on u.id = s.subject_id limit 1`,
      )
    )[0]!
    const tasks = await lab.graph({
      sort: { values: { session_id: session!, arguments: '{"probe": "probe00"}', priority: 50 } },
    })
    const worker = await lab.worker()

    const [claimed] = await lab.claim(worker)

    expect(claimed).toMatchObject({
      number: 1,
      lease_seconds: 120,
      task: {
        id: tasks.get('sort'),
        name: 'sort',
        executable: 'lab.step',
        session,
        arguments: { probe: 'probe00' },
        priority: 50,
      },
    })
    expect(claimed!.task.subject).toEqual(expect.any(String))
    expect(claimed!.lease_until).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(await lab.status(tasks.get('sort')!)).toBe(STARTED)
    expect(await lab.claim(worker)).toEqual([])
  })

  test('is exclusive: twenty workers that ask at once share a hundred tasks', async () => {
    await lab.graph(Object.fromEntries(Array.from({ length: 100 }, (_, nth) => [`t${nth}`, {}])))
    const workers = await Promise.all(Array.from({ length: 20 }, (_, nth) => lab.worker({ name: `rack-${nth}` })))

    const claimed: string[] = []
    const take = async (worker: string): Promise<void> => {
      for (let empty = 0; empty < 3; ) {
        const got = await lab.claim(worker, { limit: 3 })
        claimed.push(...got.map(({ task }) => task.id))
        if (got.length === 0) empty += 1
      }
    }
    await Promise.all(workers.map(take))

    expect(claimed.length).toBe(100)
    expect(new Set(claimed).size).toBe(100)
  })

  test('of machines that ask at the same time shares out what is scarce, and each gets what it can run', async () => {
    await lab.graph({ a: {}, b: {}, c: {}, card: { values: { gpu: 1, priority: 90 } } })
    const [plain, other, carded] = await Promise.all([
      lab.worker({ name: 'plain', gpu: 0 }),
      lab.worker({ name: 'other', gpu: 0 }),
      lab.worker({ name: 'carded', gpu: 1 }),
    ])

    const got = await Promise.all([plain, other, carded].map((worker) => lab.claim(worker!, { limit: 2 })))

    expect(names(got.flat()).sort()).toEqual(['a', 'b', 'c', 'card'])
    expect(names(got[2]!)).toContain('card')
  })

  test('finds what is free behind tasks that somebody else holds locked', async () => {
    await lab.graph(Object.fromEntries(Array.from({ length: 100 }, (_, nth) => [`t${nth}`, {}])))
    const worker = await lab.worker()

    const got = await database().transaction(async (db) => {
      await db.execute(sql`
        select from jobs_task where id in (select task_id from alyx.job where status = 20 order by priority desc, level, queued_at, task_id limit 90) for update`)
      return lab.claim(worker, { limit: 5 })
    })

    expect(got).toHaveLength(5)
  })

  test('of a worker that does not exist fails alone', async () => {
    await lab.graph({ one: {} })
    const worker = await lab.worker()
    const nobody = '00000000-0000-4000-8000-000000000000'

    const [first, second, third] = await Promise.allSettled([worker, nobody, worker].map((key) => lab.claim(key)))

    expect(second).toMatchObject({ status: 'rejected', reason: { kind: 'missing' } })
    expect([first, third]).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
  })

  test.each([
    ['some programs', 'lab.*'],
    ['any program', '*'],
  ])(
    'by a worker of %s gets the most urgent first, then the shallow, then those that wait longest',
    async (_, executable) => {
      await lab.graph({ old: { values: { priority: 30, executable: 'lab.b' } } })
      await lab.graph({ young: { values: { priority: 30, executable: 'lab.a' } } })
      await lab.graph({ urgent: { values: { priority: 90 } } })

      expect(names(await lab.claim(await lab.worker({ executables: [executable] })))).toEqual([
        'urgent',
        'old',
        'young',
      ])
    },
  )

  test.each([
    ['some programs', 'lab.*'],
    ['any program', '*'],
  ])('by a worker of %s is fair among people whose tasks are equally urgent', async (_, executable) => {
    await lab.graph(Object.fromEntries(Array.from({ length: 10 }, (_, nth) => [`many${nth}`, {}])))
    await lab.graph({ few0: {}, few1: {} }, lab.other)

    const got = names(await lab.claim(await lab.worker({ executables: [executable] }), { limit: 4 }))

    expect(got.filter((name) => name!.startsWith('few'))).toHaveLength(2)
  })

  test('gives only programs that the worker runs, by name or beginning', async () => {
    await lab.graph({ a: { values: { executable: 'lab.a' } }, b: { values: { executable: 'other.b' } } })

    expect(names(await lab.claim(await lab.worker({ executables: ['other.b'] })))).toEqual(['b'])
    expect(names(await lab.claim(await lab.worker({ executables: ['lab.*'] })))).toEqual(['a'])
  })

  test('keeps to what the worker has: slots, cores, memory, cards, labels', async () => {
    await lab.graph({
      big: { values: { cpu: 8, priority: 90 } },
      card1: { values: { gpu: 1 } },
      card2: { values: { gpu: 1 } },
      memory: { values: { ram: 40 } },
      labelled: { labels: ['matlab'] },
      small: {},
    })
    const worker = await lab.worker({ cpu: 4, gpu: 1, ramGb: 32, slots: 3 })

    const got = await lab.claim(worker)

    expect(names(got).sort()).toEqual(['card1', 'small'])
    expect(
      names(
        await lab.claim(await lab.worker({ name: 'with matlab', labels: ['matlab'], slots: 1 }), {
          executables: ['lab.step'],
          labels: ['matlab'],
          limit: 1,
        }),
      ),
    ).toEqual(['big'])
    await lab.finish(got.find(({ task }) => task.name === 'card1')!.attempt)
    expect(names(await lab.claim(worker))).toEqual(['card2'])
  })

  test('gives a task that wants every core an idle machine of its own', async () => {
    await lab.graph({ whole: { values: { cpu: -1, priority: 90 } }, other: {} })
    const worker = await lab.worker()

    expect(names(await lab.claim(worker))).toEqual(['whole'])
    expect(await lab.claim(worker)).toEqual([])
  })

  test('of a worker that is drained, or of somebody else, gives nothing', async () => {
    await lab.graph({ one: {} })
    const worker = await lab.worker()
    await database().execute(sql`update alyx.worker set drained_at = now() where id = ${worker}`)

    expect(await lab.claim(worker)).toEqual([])
    await expect(lab.claim(worker, {}, lab.other)).rejects.toMatchObject({ kind: 'missing' })
  })

  test('leaves paused tasks alone until the pause ends', async () => {
    await lab.graph({ one: { values: { graph: 'ephys' } }, two: { values: { graph: 'video' } } })
    const worker = await lab.worker()
    const pause = await pauseTasks(database(), lab.actor, { scope: 'graph', value: 'ephys' })

    expect(names(await lab.claim(worker))).toEqual(['two'])
    await endPause(database(), pause)
    expect(names(await lab.claim(worker))).toEqual(['one'])
  })

  test('leaves tasks whose time has not come', async () => {
    await lab.graph({ later: { notBefore: '2999-01-01T00:00:00Z' } })

    expect(await lab.claim(await lab.worker())).toEqual([])
  })
})

describe('children', () => {
  test('are held until the last of their parents is done, and wait from that moment on', async () => {
    const tasks = await lab.graph({ a: {}, b: {}, child: { parents: ['a', 'b'] } })
    const child = tasks.get('child')!
    const worker = await lab.worker()
    const [first, second] = await lab.claim(worker)
    expect(names([first!, second!])).toEqual(['a', 'b'])

    await lab.finish(first!.attempt)
    expect(await lab.status(child)).toBe(HELD)
    expect(await lab.claim(worker)).toEqual([])
    await lab.finish(second!.attempt, { detail: 'Incomplete' })

    expect(await lab.status(tasks.get('b')!)).toBe(INCOMPLETE)
    expect(await lab.status(child)).toBe(WAITING)
    expect(names(await lab.claim(worker))).toEqual(['child'])
  })

  test('of two parents that end at the same moment are woken, every time', async () => {
    const worker = await lab.worker()
    for (let round = 0; round < 15; round += 1) {
      const tasks = await lab.graph({ a: {}, b: {}, child: { parents: ['a', 'b'] } })
      const [a, b] = await lab.claim(worker)
      await Promise.all([lab.finish(a!.attempt), lab.finish(b!.attempt)])
      expect(await lab.status(tasks.get('child')!), `round ${round}`).toBe(WAITING)
      await setStatus(tasks.get('child')!, COMPLETE)
    }
  })

  test('linked to a parent at the moment when it ends are not forgotten', async () => {
    for (let round = 0; round < 15; round += 1) {
      const tasks = await lab.graph({ parent: {}, child: {} })
      const [parent, child] = [tasks.get('parent')!, tasks.get('child')!]
      await setStatus(child, HELD)
      await Promise.all([
        setStatus(parent, COMPLETE),
        database().execute(sql`insert into jobs_task_parents (from_task_id, to_task_id) values (${child}, ${parent})`),
      ])
      expect(await lab.job(child), `round ${round}`).toMatchObject({ unmet: 0, status: WAITING })
    }
  })

  test('that get another parent between the look for them and their beginning are not begun', async () => {
    const tasks = await lab.graph({ parent: {}, child: {}, other: {} })
    const [parent, child, other] = ['parent', 'child', 'other'].map((ref) => tasks.get(ref)!) as [Key, Key, Key]
    await database().execute(sql`insert into jobs_task_parents (from_task_id, to_task_id) values (${child}, ${parent})`)

    const begun = await database().transaction((db) =>
      begin(
        db,
        [child, other].map((task) => ({ task, worker: null, leaseSeconds: 60 })),
        { executor: 'worker', actor: lab.actor.id },
      ),
    )

    expect(begun.map(({ task }) => task.id)).toEqual([other])
    expect(await lab.status(child)).toBe(WAITING)
    expect(await lab.attempts(child)).toEqual([])
  })

  test('that wait publicly are not given away before their parents are done, as pollers make them', async () => {
    const tasks = await lab.graph({ parent: {}, child: { parents: ['parent'] } })
    await setStatus(tasks.get('child')!, WAITING)

    expect(names(await lab.claim(await lab.worker()))).toEqual(['parent'])
  })

  test.each<['success' | 'data' | 'end', number, boolean]>([
    ['success', COMPLETE, true],
    ['success', INCOMPLETE, true],
    ['success', EMPTY, false],
    ['success', ERRORED, false],
    ['data', EMPTY, true],
    ['data', ERRORED, false],
    ['end', ERRORED, true],
    ['end', ABANDONED, true],
    ['end', STARTED, false],
  ])('that need %s of a parent with status %d: %s', async (needs, status, released) => {
    const tasks = await lab.graph({ parent: {}, child: { parents: [['parent', needs]] } })

    await setStatus(tasks.get('parent')!, status)

    expect(await lab.status(tasks.get('child')!)).toBe(released ? WAITING : HELD)
  })

  test('go with their parents when those are put back, and do not when they are taken away', async () => {
    const tasks = await lab.graph({ parent: {}, child: { parents: ['parent'] } })
    const [parent, child] = [tasks.get('parent')!, tasks.get('child')!]
    await setStatus(parent, COMPLETE)
    await setStatus(parent, WAITING)
    expect(await lab.job(child)).toMatchObject({ unmet: 1 })

    await database().script(`delete from jobs_task_parents; delete from jobs_task where id = '${parent}'`)

    expect(await lab.job(child)).toMatchObject({ unmet: 0, status: WAITING })
  })

  test('of circles and of nobody are refused', async () => {
    await expect(lab.graph({ a: { parents: ['b'] }, b: { parents: ['a'] } })).rejects.toMatchObject({ kind: 'invalid' })
    await expect(lab.graph({ a: { parents: ['nobody'] } })).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('an attempt', () => {
  const started = async () => {
    const tasks = await lab.graph({ one: {} })
    const [claimed] = await lab.claim(await lab.worker())
    return { task: tasks.get('one')!, attempt: claimed!.attempt }
  }

  test('that succeeds completes its task and keeps version, time and the end of the log', async () => {
    const { task, attempt } = await started()
    await appendLog(database(), lab.actor, attempt, 0, 'begun\nfertig, ñandú\n')

    const answer = await lab.finish(attempt, { version: '2.1.0', elapsedSeconds: 12.5 })

    expect(answer).toEqual({ status: COMPLETE, retry_at: null })
    const [row] = await database().objects(
      sql`select version, time_elapsed_secs, log from jobs_task where id = ${task}`,
    )
    expect(row).toEqual({ version: '2.1.0', time_elapsed_secs: 12.5, log: 'begun\nfertig, ñandú\n' })
    expect(await lab.attempts(task)).toMatchObject([{ outcome: 'succeeded', progress: 1 }])
  })

  test('may be reported twice; another report afterwards is kept and changes nothing', async () => {
    const { task, attempt } = await started()
    const first = await lab.finish(attempt)

    expect(await lab.finish(attempt)).toEqual(first)
    await expect(lab.finish(attempt, { outcome: 'failed' })).rejects.toMatchObject({
      kind: 'conflict',
      details: { superseded: true },
    })
    expect(await lab.status(task)).toBe(COMPLETE)
    expect(await lab.attempts(task)).toMatchObject([{ outcome: 'succeeded', late_outcome: 'failed' }])
  })

  test('belongs to the person who claimed it', async () => {
    const { attempt } = await started()

    await expect(lab.finish(attempt, {}, lab.other)).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(heartbeat(database(), lab.other, attempt, {})).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(appendLog(database(), lab.other, attempt, 0, 'x')).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(lab.finish('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ kind: 'missing' })
  })

  test('that fails for good leaves an error and asks for attention', async () => {
    const { task, attempt } = await started()

    await lab.finish(attempt, { outcome: 'failed', errorType: 'ValueError', errorMessage: 'no spikes' })

    expect(await lab.status(task)).toBe(ERRORED)
    expect(await needsAttention(database())).toMatchObject([
      { name: 'one', error_type: 'ValueError', count: 1, tasks: [task], error_message: 'no spikes' },
    ])
    await lab.act('retry', task)
    expect(await needsAttention(database())).toEqual([])
  })

  test('that fails but may pass next time is tried again after a while, so often as was said', async () => {
    const tasks = await lab.graph({ one: { maxAttempts: 2, backoffSeconds: 100 } })
    const task = tasks.get('one')!
    const worker = await lab.worker()
    const [first] = await lab.claim(worker)

    const answer = await lab.finish(first!.attempt, { outcome: 'failed', transient: true })

    expect(answer.status).toBe(WAITING)
    const seconds = (Date.parse(answer.retry_at!) - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(45)
    expect(seconds).toBeLessThan(105)
    expect(await lab.claim(worker)).toEqual([])
    await database().execute(sql`update alyx.job set not_before = now() where task_id = ${task}`)
    const [second] = await lab.claim(worker)
    expect(second!.number).toBe(2)
    expect((await lab.finish(second!.attempt, { outcome: 'failed', transient: true })).status).toBe(ERRORED)
  })

  test('whose worker falls silent is lost, and its task is tried again by others', async () => {
    const { task, attempt } = await started()
    await expire(attempt)

    expect(await reapLostAttempts(database())).toEqual({ lost: 1 })

    expect(await lab.attempts(task)).toMatchObject([{ outcome: 'lost' }])
    expect(await lab.status(task)).toBe(WAITING)
    await expect(heartbeat(database(), lab.actor, attempt, {})).rejects.toMatchObject({ kind: 'conflict' })
    await expect(lab.finish(attempt)).rejects.toMatchObject({ kind: 'conflict' })
    expect(await lab.attempts(task)).toMatchObject([{ outcome: 'lost', late_outcome: 'succeeded' }])
  })

  test('gets the time of a lease after the server was away, when its worker could not renew it', async () => {
    await lab.graph({ task: {} })
    const [claimed] = await lab.claim(await lab.worker(), { leaseSeconds: 60 })
    await expire(claimed!.attempt)

    expect(await reapLostAttempts(database(), 59)).toEqual({ lost: 0 })
    expect(await reapLostAttempts(database(), 61)).toEqual({ lost: 1 })
  })

  test('that is lost three times is an error that somebody has to look at', async () => {
    const { task } = await started()
    for (let time = 0; time < 3; time += 1) {
      const open = (await lab.attempts(task)).find(({ ended_at }) => ended_at === null)!
      await expire(open.id as string)
      await reapLostAttempts(database())
      await database().execute(sql`update alyx.job set not_before = null where task_id = ${task}`)
      await lab.claim(await lab.worker())
    }

    expect(await lab.status(task)).toBe(ERRORED)
    expect(await needsAttention(database())).toHaveLength(1)
  })

  test('lives as long as it is heard of, and tells how far it is', async () => {
    const { attempt, task } = await started()
    await expire(attempt)

    const answer = await heartbeat(database(), lab.actor, attempt, { progress: 0.25, message: 'filtering' })

    expect(Date.parse(answer.lease_until)).toBeGreaterThan(Date.now() + 60_000)
    expect(await reapLostAttempts(database())).toEqual({ lost: 0 })
    expect((await jobView(database(), task))!.attempts).toMatchObject([{ progress: 0.25, message: 'filtering' }])
  })

  test('that is given back waits again and does not count', async () => {
    const { attempt, task } = await started()

    expect(await lab.finish(attempt, { outcome: 'released' })).toMatchObject({ status: WAITING })
    expect(await lab.job(task)).toMatchObject({ tries: 0 })
  })
})

describe('a message to Celery', () => {
  test('that was sent and that nobody began is not lost for a while, and is after days', async () => {
    const tasks = await lab.graph({ one: {} })
    const task = tasks.get('one')!
    const [claimed] = await lab.claim(await lab.worker())
    const age = (days: number) =>
      database().execute(sql`
        update alyx.job_attempt set executor = 'celery', started_at = null, lease_until = clock_timestamp() - interval '1 minute',
               published_at = clock_timestamp() - make_interval(days => ${days}::integer) where id = ${claimed!.attempt}`)
    await age(1)
    expect(await reapLostAttempts(database())).toEqual({ lost: 0 })
    await age(3)

    expect(await reapLostAttempts(database())).toEqual({ lost: 1 })

    expect(await lab.status(task)).toBe(WAITING)
  })
})

describe('cancelling', () => {
  test('ends what waits or is held at once, and asks what runs to stop', async () => {
    const tasks = await lab.graph({ running: { values: { priority: 90 } }, ready: {}, held: { parents: ['ready'] } })
    const [claimed] = await lab.claim(await lab.worker(), { limit: 1 })
    const keys = ['running', 'ready', 'held'].map((ref) => tasks.get(ref)!)

    expect(await lab.act('cancel', ...keys)).toEqual(['asked to stop', 'done', 'done'])

    expect(await lab.status(keys[1]!)).toBe(ABANDONED)
    expect(await heartbeat(database(), lab.actor, claimed!.attempt, {})).toMatchObject({ cancel_requested: true })
    expect(await lab.finish(claimed!.attempt, { outcome: 'cancelled' })).toMatchObject({ status: ABANDONED })
  })

  test('is remembered when the worker is lost instead', async () => {
    const tasks = await lab.graph({ one: {} })
    const [claimed] = await lab.claim(await lab.worker())
    await lab.act('cancel', tasks.get('one')!)
    await expire(claimed!.attempt)

    await reapLostAttempts(database())

    expect(await lab.status(tasks.get('one')!)).toBe(ABANDONED)
  })

  test('resetting a task that runs takes it from its worker', async () => {
    const tasks = await lab.graph({ one: {} })
    const [claimed] = await lab.claim(await lab.worker())

    expect(await lab.act('reset', tasks.get('one')!)).toEqual(['done'])

    expect(await lab.status(tasks.get('one')!)).toBe(WAITING)
    await expect(heartbeat(database(), lab.actor, claimed!.attempt, {})).rejects.toMatchObject({ kind: 'conflict' })
  })
})

describe('programs that only write the public record', () => {
  test('make an attempt by saying Started, and end it by saying how it went', async () => {
    const tasks = await lab.graph({ one: {} })
    const task = tasks.get('one')!
    await setStatus(task, STARTED)
    expect(await lab.attempts(task)).toMatchObject([{ executor: 'poller', outcome: null, lease_seconds: 518_400 }])
    expect(await lab.claim(await lab.worker())).toEqual([])

    await setStatus(task, COMPLETE)

    expect(await lab.attempts(task)).toMatchObject([{ outcome: 'succeeded', detail: 'Complete' }])
  })

  test('do not make the queue read what else is running', async () => {
    const tasks = [
      ...(await lab.graph(Object.fromEntries(Array.from({ length: 320 }, (_, nth) => [`t${nth}`, {}])))).values(),
    ]
    const [late, ...running] = tasks.splice(-300)

    const [alone, among] = await database().transaction(async (db) => {
      await db.execute(sql`analyze alyx.job_attempt`)
      const say = (keys: readonly string[], status: number) =>
        db.execute(sql`update jobs_task set status = ${status}::integer where id = any(${keys}::uuid[])`)
      const attemptsReadBy = async (task: string) => {
        const before = await attemptsRead(db)
        await say([task], STARTED)
        await say([task], COMPLETE)
        return (await attemptsRead(db)) - before
      }
      // From the sixth time on PostgreSQL keeps its plan, which it made while nothing was running.
      let alone = 0
      for (const task of tasks) alone = await attemptsReadBy(task)
      await say(running, STARTED)
      return [alone, await attemptsReadBy(late!)]
    })

    expect(alone).toBeGreaterThan(0)
    expect(among).toBeLessThan(alone + 10)
  })

  test('and say that it failed ask for attention, as a failed attempt does, until it goes on', async () => {
    const tasks = await lab.graph({ one: {}, never: {} })
    const task = tasks.get('one')!
    await setStatus(task, STARTED)

    await setStatus(task, ERRORED)
    await setStatus(tasks.get('never')!, ERRORED)

    expect(await lab.attempts(task)).toMatchObject([{ outcome: 'failed', detail: 'Errored' }])
    expect((await needsAttention(database())).flatMap((group) => group.tasks).sort()).toEqual(
      [...tasks.values()].sort(),
    )
    await setStatus(task, WAITING)
    expect(await needsAttention(database())).toMatchObject([{ name: 'never', count: 1 }])
  })

  test('who put a task on hold for a parent that has just ended do not stop it for ever', async () => {
    const tasks = await lab.graph({ parent: {}, child: { parents: ['parent'] } })
    await setStatus(tasks.get('parent')!, COMPLETE)

    await setStatus(tasks.get('child')!, HELD)

    expect(await lab.status(tasks.get('child')!)).toBe(WAITING)
  })

  test('that never come back lose the task to others after days', async () => {
    const tasks = await lab.graph({ one: {} })
    const task = tasks.get('one')!
    await setStatus(task, STARTED)
    await expire((await lab.attempts(task))[0]!.id as string)

    await reapLostAttempts(database())

    expect(await lab.status(task)).toBe(WAITING)
    expect(await lab.claim(await lab.worker())).toHaveLength(1)
  })
})

describe('a key that stands for one piece of work', () => {
  test('gives the same task while it is not over, and a new one afterwards', async () => {
    const ask = () => lab.graph({ one: { idempotencyKey: 'session-1/sort/v2' } })
    const first = (await ask()).get('one')!

    expect((await ask()).get('one')).toBe(first)
    const both = await Promise.all([ask(), ask()])
    expect(new Set(both.map((tasks) => tasks.get('one')))).toEqual(new Set([first]))
    await setStatus(first, COMPLETE)
    expect((await ask()).get('one')).not.toBe(first)
  })
})

describe('the log of an attempt', () => {
  const attemptOf = async () => {
    await lab.graph({ one: {} })
    return (await lab.claim(await lab.worker()))[0]!.attempt
  }
  const append = (attempt: string, offset: number, text: string) =>
    appendLog(database(), lab.actor, attempt, offset, text)

  test('takes pieces twice, refuses gaps, and is read from anywhere in whole characters', async () => {
    const attempt = await attemptOf()
    expect(await append(attempt, 0, 'naïve ')).toBe(7)
    expect(await append(attempt, 0, 'naïve mouse')).toBe(12)
    expect(await append(attempt, 7, 'mouse')).toBe(12)
    await expect(append(attempt, 20, 'x')).rejects.toMatchObject({ kind: 'conflict', details: { length: 12 } })

    expect(await readLog(database(), attempt, 0, 1000)).toEqual({
      offset: 0,
      text: 'naïve mouse',
      next: 12,
      length: 12,
      ended: false,
    })
    expect(await readLog(database(), attempt, 0, 3)).toMatchObject({ text: 'na', next: 2 })
    expect(await readLog(database(), attempt, 7, 1000)).toMatchObject({ offset: 7, text: 'mouse' })
    expect(await readLog(database(), attempt, 12, 1000)).toMatchObject({ text: '', next: 12 })
  })

  test('that grows without end keeps its beginning and its end', async () => {
    const attempt = await attemptOf()
    const piece = `${'x'.repeat(1023)}\n`.repeat(1024)
    for (let at = 0; at < 20; at += 1) await append(attempt, at * piece.length, piece)

    const [[bytes] = []] = await database().rows(
      sql`select sum(octet_length(text)) from alyx.job_log where attempt_id = ${attempt}`,
    )
    expect(Number(bytes)).toBe(16 * 1024 * 1024)
    const part = await readLog(database(), attempt, 5 * 1024 * 1024, 100)
    expect(part).toMatchObject({ offset: 8 * 1024 * 1024, length: 20 * 1024 * 1024 })
  })
})
