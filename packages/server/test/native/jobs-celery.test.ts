import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
let visitor: Ask
let sessions: string[]
beforeAll(async () => {
  // A broker that nobody reaches: the tests send nothing, and no answer may wait for it.
  lab = await servedLaboratory({ settings: { ALYX_BROKER_URL: 'amqp://alyx:s3cret@192.0.2.1:5672//' } })
  ask = asking(lab, await tokenOfNew(lab.database, 'runner', 'member'))
  visitor = asking(lab, await tokenOfNew(lab.database, 'visitor', 'member'))
  await lab.database.execute(sql`update misc_labmember set is_public_user = true where username = 'visitor'`)
  sessions = (await lab.database.rows(sql`select id from actions_session limit 2`)).map(([id]) => id!)
})
afterAll(() => lab.close())
beforeEach(async () => {
  await lab.database.script(`
    delete from jobs_task_parents; delete from jobs_task; delete from alyx.worker; delete from alyx.pipeline_step;
    insert into alyx.pipeline_step (app, name, pipeline, pipe, step, level, signature, requires, workers) values
      ('pypelines', 'lab.spikes.sort', 'lab', 'spikes', 'sort', 0, '{"threshold": {"typehint": "float", "default_value": 4.5, "kind": "KEYWORD_ONLY"}}', '{}', '{celery@rack}'),
      ('pypelines', 'lab.spikes.curate', 'lab', 'spikes', 'curate', 1, '{"who": {"typehint": "str", "default_value": "__empty__"}}', '{lab.spikes.sort}', '{}'),
      ('pypelines', 'lab.video.pose', 'lab', 'video', 'pose', 1, '{}', '{lab.spikes.sort}', '{}'),
      ('pypelines', 'lab.all.report', 'lab', 'all', 'report', 2, '{}', '{lab.spikes.curate,lab.video.pose}', '{}'),
      ('other', 'their.own.step', 'their', 'own', 'step', 0, '{}', '{}', '{}');
    insert into alyx.worker (kind, name, slots, last_seen, info) values
      ('celery', 'celery@rack', 2, now(), '{"pool": "prefork", "state": "online"}'),
      ('celery', 'celery@windows', 1, now() - interval '1 minute', '{"pool": "solo", "state": "online"}'),
      ('celery', 'celery@old', 1, now() - interval '1 day', '{"pool": "prefork"}')`)
})

const launch = (body: object) => ask('POST', '/jobs/pipelines/launch', { sessions: [sessions[0]], ...body })
const tasks = async () =>
  Number((await lab.database.rows(sql`select count(*) from jobs_task where executable = 'pypelines'`))[0]![0])

test('steps that workers told of are listed with what they take and require', async () => {
  const { app, results } = await read(ask, '/jobs/pipelines')
  expect(app).toBe('pypelines')
  expect(results.map(({ name }: { name: string }) => name)).toEqual([
    'lab.all.report',
    'lab.spikes.sort',
    'lab.spikes.curate',
    'lab.video.pose',
  ])
  expect(results[1]).toMatchObject({
    level: 0,
    workers: ['celery@rack'],
    signature: { threshold: { default_value: 4.5 } },
  })
})

test('the broker is told of at once, as the database knows it, without its password', async () => {
  const begun = performance.now()
  const broker = await read(ask, '/jobs/broker')
  expect(performance.now() - begun).toBeLessThan(1000)
  expect(broker).toMatchObject({ state: 'connecting', unsent: 0, queued: 0, running: 0, app: 'pypelines' })
  expect(JSON.stringify(broker)).not.toContain('s3cret')
  expect(broker.workers.map(({ name, lamp }: { name: string; lamp: string }) => [name, lamp])).toEqual([
    ['celery@rack', 'ready'],
    ['celery@windows', 'silent'],
    ['celery@old', 'gone'],
  ])
})

test('a step is launched on sessions once, and again when it has ended', async () => {
  const both = {
    sessions,
    step: 'lab.spikes.sort',
    arguments: { threshold: 5, refresh: true },
    extra: 'v2',
    priority: 9,
  }
  const { status, body } = await launch(both)
  expect(status).toBe(201)
  expect(body.results).toMatchObject([
    { session: sessions[0], step: 'lab.spikes.sort', what: 'made' },
    { session: sessions[1], step: 'lab.spikes.sort', what: 'made' },
  ])
  const [{ task }] = body.results
  const rows = await lab.database.objects(sql`
    select t.name, t.executable, t.graph, t.status, t.priority, j.extra, j.max_attempts from jobs_task t join alyx.job j on j.task_id = t.id where t.id = ${task}`)
  expect(rows).toEqual([
    {
      name: 'lab.spikes.sort',
      executable: 'pypelines',
      graph: 'lab',
      status: 20,
      priority: 9,
      extra: 'v2',
      max_attempts: 3,
    },
  ])

  expect((await launch(both)).body.results).toMatchObject([{ what: 'there', task }, { what: 'there' }])
  await lab.database.execute(sql`update jobs_task set status = 60 where id = ${task}`)
  expect((await launch(both)).body.results).toMatchObject([{ what: 'again', task }, { what: 'there' }])
  expect(await tasks()).toBe(2)
})

test('as a graph, each requirement is a task of its own, and does not look for those before it', async () => {
  const { body } = await launch({ step: 'lab.all.report', as_graph: true })
  expect(body.results.map(({ step, what }: { step: string; what: string }) => [step, what])).toEqual([
    ['lab.spikes.sort', 'made'],
    ['lab.spikes.curate', 'made'],
    ['lab.video.pose', 'made'],
    ['lab.all.report', 'made'],
  ])
  const rows = await lab.database.objects(sql`
    select t.name, t.status, t.level, t.arguments, j.unmet from jobs_task t join alyx.job j on j.task_id = t.id
     where t.executable = 'pypelines' order by t.level, t.name`)
  expect(rows).toEqual([
    { name: 'lab.spikes.sort', status: 20, level: 0, arguments: { check_requirements: false }, unmet: 0 },
    { name: 'lab.spikes.curate', status: 25, level: 1, arguments: { check_requirements: false }, unmet: 1 },
    { name: 'lab.video.pose', status: 25, level: 1, arguments: { check_requirements: false }, unmet: 1 },
    { name: 'lab.all.report', status: 25, level: 2, arguments: { check_requirements: false }, unmet: 2 },
  ])
})

test('a graph builds on requirements that are done, and runs those again that failed', async () => {
  const first = (await launch({ step: 'lab.all.report', as_graph: true })).body.results
  const at = (name: string) => first.find(({ step }: { step: string }) => step === name).task
  await lab.database.execute(sql`update jobs_task set status = 60 where id = ${at('lab.spikes.sort')}`)
  await lab.database.execute(sql`update jobs_task set status = 40 where id = ${at('lab.video.pose')}`)
  const { body } = await launch({ step: 'lab.all.report', as_graph: true })
  expect(body.results.map(({ what }: { what: string }) => what)).toEqual(['there', 'there', 'again', 'there'])
  expect(await tasks()).toBe(4)
})

test('a dry run says what would be made, and makes nothing', async () => {
  const { body } = await launch({ step: 'lab.all.report', as_graph: true, dry_run: true })
  expect(body).toMatchObject({ written: false })
  expect(body.results).toHaveLength(4)
  expect(await tasks()).toBe(0)
})

test.each([
  [{ step: 'lab.spikes.sorting' }, /No worker has told of a step/],
  [{ step: 'their.own.step' }, /No worker has told of a step/],
  [{ step: 'lab.spikes.sort', arguments: { thresold: 5 } }, /no argument \\?"thresold/],
  [{ step: 'lab.spikes.sort', arguments: { threshold: 'high' } }, /must be of the type float/],
  [{ step: 'lab.spikes.sort', arguments: { constructor: 1 } }, /no argument \\?"constructor/],
  [{ step: 'lab.spikes.curate' }, /is missing and has no default/],
  [{ step: 'lab.spikes.sort', arguments: { skip: true, refresh: true } }, /exclude each other/],
  [{ step: 'lab.spikes.sort', sessions: ['00000000-0000-4000-8000-000000000000'] }, /There is no session/],
  [{ step: 'lab.spikes.sort', arguments: [] }, /Expected an object/],
])('%j is refused, and nothing is made', async (body, why) => {
  const answer = await launch(body)
  expect(answer.status).toBe(400)
  expect(JSON.stringify(answer.body)).toMatch(why)
  expect(await tasks()).toBe(0)
})

test('a refresh is asked for and not waited for; public accounts may do nothing of it', async () => {
  expect(await ask('POST', '/jobs/pipelines/refresh', {})).toMatchObject({ status: 202, body: { asked: true } })
  for (const [method, path] of [
    ['GET', '/jobs/pipelines'],
    ['GET', '/jobs/broker'],
    ['POST', '/jobs/pipelines/refresh'],
    ['POST', '/jobs/pipelines/launch'],
  ] as const)
    expect((await visitor(method, path, method === 'POST' ? {} : undefined)).status).toBe(403)
})
