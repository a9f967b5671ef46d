import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { STRANGE } from '../http/hostile-values.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
let visitor: Ask
/** Two sessions of one lab, the newer one first. */
let sessions: { id: string; lab: string; nickname: string }[]
beforeAll(async () => {
  lab = await servedLaboratory()
  ask = asking(lab, await tokenOfNew(lab.database, 'runner', 'member'))
  visitor = asking(lab, await tokenOfNew(lab.database, 'visitor', 'member'))
  await lab.database.execute(sql`update misc_labmember set is_public_user = true where username = 'visitor'`)
  sessions = await lab.database.objects(sql`
    select s.id, l.name as lab, u.nickname from actions_session s join misc_lab l on l.id = s.lab_id join subjects_subject u on u.id = s.subject_id
     where s.qc <> 50 and s.lab_id = (select lab_id from actions_session where qc <> 50 and lab_id is not null group by 1 order by count(*) desc, 1 limit 1)
     order by s.start_time desc, s.id desc limit 2`)
  expect(sessions).toHaveLength(2)
})
afterAll(() => lab.close())
beforeEach(() =>
  lab.database.script(
    'delete from jobs_task_parents; delete from jobs_task; delete from alyx.worker; delete from alyx.pipeline_step',
  ),
)

const graph = async (session: string, ...tasks: object[]): Promise<string[]> => {
  const { body } = await ask('POST', '/jobs/graphs', {
    session,
    graph: 'ephys',
    tasks: tasks.map((task) => ({ executable: 'lab.step', ...task })),
  })
  return body.tasks.map(({ id }: { id: string }) => id)
}
const worker = async (slots = 5): Promise<string> =>
  (await ask('POST', '/jobs/workers', { name: 'rack-1', executables: ['lab.*'], slots })).body.worker
const run = async (key: string, end: object, limit = 1): Promise<void> => {
  const { body } = await ask('POST', '/jobs/claim', { worker: key, limit })
  for (const { attempt } of body.attempts) await ask('POST', `/jobs/attempts/${attempt}/finish`, end)
}

test('the matrix counts the tasks of each laboratory and graph by status', async () => {
  await graph(sessions[0]!.id, { name: 'pulses' }, { name: 'sort', parents: ['pulses'] })
  await graph(sessions[1]!.id, { name: 'pulses', priority: 90 })
  await run(await worker(), { outcome: 'failed', error_type: 'OSError' })

  const { results } = await read(ask, '/jobs/matrix')

  expect(results).toMatchObject([
    { lab: sessions[0]!.lab, graph: 'ephys', counts: { Waiting: 1, Held: 1, Errored: 1 }, attention: 1 },
  ])
  expect(new Date(results[0].changed).getTime()).toBeGreaterThan(Date.now() - 60_000)
  expect((await read(ask, '/jobs/matrix?project=no%20such')).results).toEqual([])
  await lab.database.execute(sql`update jobs_task set datetime = now() - interval '40 days' where status = 25`)
  expect((await read(ask, '/jobs/matrix?days=30')).results[0].counts).toEqual({ Waiting: 1, Errored: 1 })
})

describe('sessions with tasks', () => {
  test('come with the newest task of each step, the newest session first, page by page', async () => {
    const [newer, older] = sessions as [(typeof sessions)[0], (typeof sessions)[0]]
    await graph(older.id, { name: 'pulses' })
    const [, sort] = await graph(newer.id, { name: 'pulses' }, { name: 'sort', parents: ['pulses'] })

    const first = await read(ask, `/jobs/sessions?graph=ephys&lab=${encodeURIComponent(newer.lab)}&limit=1`)
    const second = await read(ask, `/jobs/sessions?limit=1&after=${first.next}`)

    expect(first.columns).toEqual([
      { graph: 'ephys', name: 'pulses', level: 0 },
      { graph: 'ephys', name: 'sort', level: 1 },
    ])
    expect(first.results).toMatchObject([
      { session: newer.id, subject: newer.nickname, tasks: [{ status: 'Waiting' }, { id: sort, status: 'Held' }] },
    ])
    expect(second.results.map(({ session }: { session: string }) => session)).toEqual([older.id])
    expect(second.next).toBeNull()
  })

  test('can be those with a status, of a project, of any quality', async () => {
    const [newer, older] = sessions as [(typeof sessions)[0], (typeof sessions)[0]]
    await graph(newer.id, { name: 'pulses' })
    const [gone] = await graph(older.id, { name: 'pulses' })
    await lab.database.execute(sql`update jobs_task set status = 45 where id = ${gone!}`)
    const found = async (query: string) =>
      (await read(ask, `/jobs/sessions?${query}`)).results.map(({ session }: { session: string }) => session)

    expect(await found('status=Abandoned')).toEqual([older.id])
    expect(await found('project=no%20such')).toEqual([])
    await lab.database.execute(sql`update jobs_task set datetime = now() - interval '40 days' where id = ${gone!}`)
    expect(await found('days=30')).toEqual([newer.id])
    await lab.database.execute(sql`update actions_session set qc = 50 where id = ${older.id}`)
    expect(await found('')).toEqual([newer.id])
    expect(await found('critical=true')).toEqual([newer.id, older.id])
    await lab.database.execute(sql`update actions_session set qc = 0 where id = ${older.id}`)
  })
})

describe('the steps of a session', () => {
  test('are those that workers described and those that have tasks, with their state and who could run them', async () => {
    await lab.database.script(`
      insert into alyx.pipeline_step (app, name, pipeline, pipe, step, level, requires)
      values ('lab.app', 'vision.frames.read', 'vision', 'frames', 'read', 0, '{}'),
             ('other', 'vision.frames.align', 'vision', 'frames', 'align', 1, '{vision.frames.read}')`)
    const [first] = await graph(sessions[0]!.id, { name: 'pulses' }, { name: 'sort', parents: ['pulses'] })
    const key = await worker(1)
    const { body } = await ask('POST', '/jobs/claim', { worker: key })
    await ask('POST', `/jobs/attempts/${body.attempts[0].attempt}/heartbeat`, { progress: 0.25, message: 'a quarter' })

    const { pipelines } = await read(ask, `/jobs/sessions/${sessions[0]!.id}`)

    expect(pipelines).toMatchObject([
      {
        name: 'vision',
        steps: [
          { name: 'vision.frames.read', pipe: 'frames', worker: 'busy', task: null, tasks: 0 },
          { name: 'vision.frames.align', requires: ['vision.frames.read'], worker: 'none' },
        ],
      },
      {
        name: 'ephys',
        steps: [
          { name: 'pulses', level: 0, task: { id: first, status: 'Started', progress: 0.25, message: 'a quarter' } },
          { name: 'sort', level: 1, requires: ['pulses'], task: { status: 'Held' } },
        ],
      },
    ])
  })

  test('are none for a session without any, and there is none without the session', async () => {
    expect((await read(ask, `/jobs/sessions/${sessions[0]!.id}`)).pipelines).toEqual([])
    expect((await ask('GET', '/jobs/sessions/00000000-0000-4000-8000-000000000000')).status).toBe(404)
    expect((await ask('GET', '/jobs/sessions/nonsense')).status).toBe(404)
  })
})

test('a task tells its parents, those that are done as well', async () => {
  const [pulses, sort] = await graph(sessions[0]!.id, { name: 'pulses' }, { name: 'sort', parents: ['pulses'] })
  await run(await worker(), { outcome: 'succeeded' })

  const view = await read(ask, `/jobs/tasks/${sort!}`)

  expect(view).toMatchObject({ status: 'Waiting', blocked_by: [], parents: [{ id: pulses, status: 'Complete' }] })
})

test('a task is held until it is reset; one with parents is not, for they would let it go', async () => {
  const [pulses, sort] = await graph(sessions[0]!.id, { name: 'pulses' }, { name: 'sort', parents: ['pulses'] })
  const act = async (action: string, more = {}) =>
    (
      await asking(lab, lab.token)('POST', '/jobs/actions', { action, tasks: [pulses, sort], ...more })
    ).body.results.map(({ outcome }: { outcome: string }) => outcome)
  const statuses = () =>
    lab.database
      .rows(sql`select name, status from jobs_task order by name`)
      .then((rows) => Object.fromEntries(rows.map(([name, status]) => [name, Number(status)])))

  expect(await act('hold', { dry_run: true })).toEqual(['done', 'nothing to do'])
  expect(await statuses()).toMatchObject({ pulses: 20 })
  expect(await act('hold')).toEqual(['done', 'nothing to do'])
  expect(await statuses()).toEqual({ pulses: 25, sort: 25 })
  expect((await ask('POST', '/jobs/claim', { worker: await worker() })).body.attempts).toEqual([])
  await act('reset')
  expect(await statuses()).toMatchObject({ pulses: 20 })
})

test('statistics tell what waits and runs, how long steps take and how often they fail', async () => {
  await graph(sessions[0]!.id, { name: 'pulses' }, { name: 'sort', parents: ['pulses'] })
  await graph(sessions[1]!.id, { name: 'pulses' })
  await graph(sessions[1]!.id, { name: 'later', not_before: '2099-01-01T00:00:00Z' })
  const key = await worker()
  await run(key, { outcome: 'succeeded', version: '2.0', elapsed_seconds: 10 })
  await run(key, { outcome: 'failed', version: '2.0', error_type: 'OSError' })

  const { now, owners, steps } = await read(ask, '/jobs/statistics?graph=ephys')

  expect(now.ready + now.waiting_for_parents).toBe(1)
  expect(now).toMatchObject({ delayed: 1, running: 0, attention: 1 })
  expect(owners).toMatchObject([{ user: 'runner' }])
  const pulses = steps.filter(({ version }: { version: string }) => version === '2.0')
  expect(pulses.reduce((sum: number, one: { succeeded: number }) => sum + one.succeeded, 0)).toBe(1)
  expect(pulses.reduce((sum: number, one: { failed: number }) => sum + one.failed, 0)).toBe(1)
  expect(pulses.find((one: { succeeded: number }) => one.succeeded === 1)).toMatchObject({ median_seconds: 10 })
  expect((await read(ask, '/jobs/statistics?lab=nowhere')).steps).toEqual([])
})

describe('of broken and hostile questions', () => {
  test.each([
    '/jobs/statistics?days=0',
    '/jobs/statistics?days=1e9',
    '/jobs/sessions?status=10',
    '/jobs/sessions?after=x',
    '/jobs/sessions?limit=201',
    '/jobs/matrix?lab=x',
  ])('%s is refused', async (url) => {
    expect((await ask('GET', url)).status).toBe(400)
  })

  test.each(Object.keys(STRANGE))('none breaks anything: %s', async (name) => {
    for (const field of ['graph', 'lab', 'project', 'status', 'after', 'critical', 'limit']) {
      const { status } = await ask(
        'GET',
        `/jobs/sessions?${field}=${encodeURIComponent(STRANGE[name]!.toWellFormed().slice(0, 5_000))}`,
      )
      expect([200, 400, 404], field).toContain(status)
    }
  })

  test('public accounts get no answer', async () => {
    for (const url of ['/jobs/statistics', '/jobs/matrix', '/jobs/sessions', `/jobs/sessions/${sessions[0]!.id}`])
      expect((await visitor('GET', url)).status, url).toBe(403)
  })
})
