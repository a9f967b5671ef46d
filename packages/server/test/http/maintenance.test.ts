import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alyx } from '../command/alyx.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

/** Longer than a server takes to notice. */
const NOTICED_MS = 600

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

/** Another process, as a person at the keyboard would start it. */
const maintenance = (...words: string[]) =>
  alyx(['maintenance', ...words], { cwd: lab.folder, env: { ALYX_DATA_FOLDER: lab.folder } })

const noticed = () => pause(NOTICED_MS)

test('a server closes and opens as another process says, and changes nothing meanwhile', {
  timeout: 60_000,
}, async () => {
  const name = 'closed-for-maintenance'
  const make = () =>
    lab.ask({
      method: 'POST',
      url: '/projects',
      headers: { authorization: `Token ${lab.token}`, 'content-type': 'application/json' },
      payload: JSON.stringify({ name }),
    })
  expect((await lab.get('/labs')).statusCode).toBe(200)

  const on = await maintenance('on', 'New disks, <b>back</b> at 14:00')
  await noticed()

  expect(on).toMatchObject({ code: 0, out: expect.stringContaining('Closed for maintenance') })
  const closed = await lab.get('/labs')
  expect(closed.statusCode).toBe(503)
  expect(closed.headers['retry-after']).toBe('60')
  expect(closed.json()).toEqual({
    detail: expect.stringContaining('New disks, <b>back</b> at 14:00'),
    status_code: 503,
  })
  expect((await lab.get('/api/v1/me')).json()).toMatchObject({ error: { code: 'maintenance' }, status_code: 503 })
  const shown = await lab.get('/', { headers: { accept: 'text/html' } })
  expect(shown.statusCode).toBe(503)
  expect(shown.body).toContain('New disks, &lt;b&gt;back&lt;/b&gt; at 14:00')
  expect((await make()).statusCode).toBe(503)
  for (const path of ['/health/live', '/health/ready', '/metrics']) expect((await lab.get(path)).statusCode).toBe(200)
  expect((await maintenance('status')).out).toMatch(/^Closed for maintenance since .* UTC: New disks/)

  expect((await maintenance('off')).out).toBe('Open again.\n')
  await noticed()

  expect((await lab.get('/labs')).statusCode).toBe(200)
  expect((await lab.get(`/projects/${name}`)).statusCode).toBe(404)
  expect((await maintenance('status')).out).toBe('Open.\n')
})

test('a note that somebody made by hand closes, too', async () => {
  await writeFile(join(lab.folder, 'maintenance.json'), '')
  await noticed()

  expect((await lab.get('/labs')).statusCode).toBe(503)
  await maintenance('off')
})

test('a message that nobody would read to its end is refused', async () => {
  expect(await maintenance('on', 'x'.repeat(501))).toMatchObject({ code: 1, err: expect.stringContaining('500') })
  expect((await maintenance('status')).out).toBe('Open.\n')
})
