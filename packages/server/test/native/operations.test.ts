import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDefaultSchedules } from '../../src/schedules/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
let member: string
beforeAll(async () => {
  lab = await servedLaboratory()
  await addDefaultSchedules(lab.database)
  member = await tokenOfNew(lab.database, 'somebody', 'member')
})
afterAll(() => lab.close())

const send = (method: 'PATCH' | 'POST', url: string, body: object, token = lab.token) =>
  lab.ask({
    method,
    url,
    headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  })

test('schedules are listed with their times, switched, moved and wanted', async () => {
  const listed = (await lab.get('/api/v1/jobs/schedules')).json()
  expect(listed.results.map(({ name }: { name: string }) => name)).toContain('backup')

  const changed = await send('PATCH', '/api/v1/jobs/schedules/backup', { cron: '0 1 * * *', zone: 'Europe/Paris' })
  expect(changed.statusCode).toBe(200)
  expect(changed.json()).toMatchObject({ cron: '0 1 * * *', zone: 'Europe/Paris', enabled: true })
  const wanted = await send('POST', '/api/v1/jobs/schedules/backup/run', {})
  expect(wanted.statusCode).toBe(202)
  expect((await lab.get('/api/v1/jobs/schedules/backup')).json()).toMatchObject({ wanted_by: 'tester', runs: [] })
})

describe('what is refused', () => {
  test.each([
    { body: { cron: 'often' }, status: 400 },
    { body: { zone: 'Mars' }, status: 400 },
    { body: { command: ['token', 'admin'] }, status: 400 },
    { body: { timeout_seconds: 0 }, status: 400 },
  ])('PATCH with $body', async ({ body, status }) => {
    const before = (await lab.get('/api/v1/jobs/schedules/history-check')).json()

    expect((await send('PATCH', '/api/v1/jobs/schedules/history-check', body)).statusCode).toBe(status)

    expect((await lab.get('/api/v1/jobs/schedules/history-check')).json()).toEqual(before)
  })

  test('a schedule that is not there', async () => {
    expect((await send('PATCH', '/api/v1/jobs/schedules/none', { enabled: true })).statusCode).toBe(404)
    expect((await send('POST', '/api/v1/jobs/schedules/none/run', {})).statusCode).toBe(404)
    expect((await lab.get('/api/v1/jobs/schedules/none')).statusCode).toBe(404)
  })

  test('whoever does not administer the laboratory', async () => {
    const asMember = { headers: { authorization: `Token ${member}` } }
    for (const path of ['/jobs/schedules', '/jobs/schedules/backup', '/backups'])
      expect((await lab.get(`/api/v1${path}`, asMember)).statusCode, path).toBe(403)
    expect((await send('PATCH', '/api/v1/jobs/schedules/backup', { enabled: false }, member)).statusCode).toBe(403)
    expect((await send('POST', '/api/v1/jobs/schedules/backup/run', {}, member)).statusCode).toBe(403)
    expect((await lab.get('/api/v1/jobs/schedules/backup')).json()).toMatchObject({ enabled: true })
  })
})

test('no backup is an empty list', async () => {
  expect((await lab.get('/api/v1/backups')).json()).toEqual({ results: [] })
})
