import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

test.each([
  ['/admin-tasks/status', '/admin/tasks/'],
  ['/admin-tasks/status/', '/admin/tasks/'],
  ['/admin-tasks/status/ephys', '/admin/tasks/?graph=ephys'],
  ['/admin-tasks/status/my%20graph/a%26b', '/admin/tasks/?graph=my+graph&lab=a%26b'],
])('the bookmark %s leads to %s', async (old, now) => {
  const answer = await lab.get(old)

  expect([answer.statusCode, answer.headers.location]).toEqual([302, now])
})

test('whoever did not sign in is not led anywhere', async () => {
  expect((await lab.ask({ method: 'GET', url: '/admin-tasks/status' })).statusCode).toBe(403)
})
