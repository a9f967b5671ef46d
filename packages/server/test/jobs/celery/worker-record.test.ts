import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import { fillOutbox } from '../../../src/jobs/celery/outbox.ts'
import { routesOf } from '../../../src/jobs/celery/routes.ts'
import { type ServedLaboratory, servedLaboratory } from '../../http/served-laboratory.ts'

let lab: ServedLaboratory
let session: string
beforeAll(async () => {
  lab = await servedLaboratory()
  session = (await lab.database.rows(sql`select id from actions_session limit 1`))[0]![0]!
})
afterAll(() => lab.close())
beforeEach(() => lab.database.script('delete from jobs_task_parents; delete from jobs_task'))

const send = (method: 'POST' | 'PATCH', url: string, payload: object) =>
  lab.ask({ method, url, payload, headers: { authorization: `Token ${lab.token}` } })

/** A task that was sent to Celery, with the record as its worker reads it. */
async function sent() {
  const { id } = (
    await send('POST', '/tasks', {
      name: 'lab.spikes.sort',
      session,
      parents: [],
      executable: 'pypelines',
      status: 'Waiting',
      priority: 5,
    })
  ).json()
  expect(id).toBeDefined()
  const routes = routesOf('celery', {})
  await fillOutbox(lab.database, { app: 'pypelines', routes, queue: 'celery', places: 1 })
  const { id: _, ...record } = (await lab.get(`/tasks/${id}`)).json()
  expect(record.status).toBe('Started')
  return { id, record }
}
const attempt = async (task: string) =>
  (
    await lab.database.objects(
      sql`select outcome, detail from alyx.job_attempt where task_id = ${task} order by number desc`,
    )
  )[0]

describe('a worker of pypelines writes the whole record', () => {
  test.each([
    ['Warnings', 'Complete', 'succeeded'],
    ['No_Info', 'Complete', 'succeeded'],
    ['Complete', 'Complete', 'succeeded'],
    ['Errors', 'Incomplete', 'succeeded'],
    ['Failed', 'Errored', 'failed'],
    ['Critical', 'Errored', 'failed'],
    ['Uncatched_Fail', 'Errored', 'failed'],
  ])('%s is %s, and the word stays with the attempt', async (word, status, outcome) => {
    const { id, record } = await sent()
    const answer = await send('PATCH', `/tasks/${id}`, { ...record, status: word, log: 'task_log.x.log' })
    expect(answer.json()).toMatchObject({ status, log: 'task_log.x.log' })
    expect(await attempt(id)).toEqual({ outcome, detail: word })
  })

  test('what went wrong before the step began is told where errors are looked for', async () => {
    const { id, record } = await sent()
    await send('PATCH', `/tasks/${id}`, { ...record, status: 'Uncatched_Fail', log: "'rel_path'" })
    expect(
      await lab.database.objects(sql`select error_type, error_message from alyx.job_attempt where task_id = ${id}`),
    ).toEqual([{ error_type: 'Uncatched_Fail', error_message: "'rel_path'" }])
  })

  test('and undoes nothing that was changed since it read it', async () => {
    const { id, record } = await sent()
    await send('PATCH', `/tasks/${id}`, { priority: 90, graph: 'night' })
    await send('PATCH', `/tasks/${id}`, { ...record, status: 'Started', log: 'task_log.x.log' })
    expect((await lab.get(`/tasks/${id}`)).json()).toMatchObject({
      priority: 90,
      graph: 'night',
      log: 'task_log.x.log',
    })
  })

  test('and brings back no task that was cancelled', async () => {
    const { id, record } = await sent()
    await lab.database.execute(sql`update jobs_task set status = 45 where id = ${id}`)
    for (const status of ['Started', 'Failed', 'Complete']) {
      const answer = await send('PATCH', `/tasks/${id}`, { ...record, status })
      expect(answer.json()).toMatchObject({ status: 'Abandoned' })
    }
  })

  test('late: what is done is taken, a failure does not end the next try', async () => {
    const { id, record } = await sent()
    await lab.database.execute(sql`update jobs_task set status = 20 where id = ${id}`)
    expect((await send('PATCH', `/tasks/${id}`, { ...record, status: 'Failed' })).json()).toMatchObject({
      status: 'Waiting',
    })
    expect((await send('PATCH', `/tasks/${id}`, { ...record, status: 'Complete' })).json()).toMatchObject({
      status: 'Complete',
    })
  })
})

test('whoever polls writes what they like, as before; a word that nobody knows is refused as before', async () => {
  const { id, ...record } = (
    await send('POST', '/tasks', {
      name: 'EphysPulses',
      session,
      parents: [],
      executable: 'ibllib.x',
      status: 'Waiting',
    })
  ).json()
  const changed = await send('PATCH', `/tasks/${id}`, { ...record, priority: 7, status: 'Started' })
  expect(changed.json()).toMatchObject({ priority: 7, status: 'Started' })
  const refused = await send('PATCH', `/tasks/${id}`, { status: 'Warned' })
  expect(refused.statusCode).toBe(400)
  expect(refused.body).not.toContain('Warnings')
})
