import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from './served-laboratory.ts'

let lab: ServedLaboratory
let headers: Record<string, string>
beforeAll(async () => {
  lab = await servedLaboratory()
  headers = { authorization: `Token ${await tokenOfNew(lab.database, 'reader', 'member')}`, accept: 'text/html' }
})
afterAll(() => lab.close())

const KEY = '941645f4-0b5d-41cd-bf8f-de301ab0a17c'

test.each([
  [`water-history/${KEY}`, `/admin/subjects/subject/${KEY}/change/?tab=water`],
  [`weighing-plot/${KEY.toUpperCase()}`, `/admin/subjects/subject/${KEY}/change/?tab=water`],
  [`subject-history/${KEY}`, `/admin/subjects/subject/${KEY}/change/?tab=timeline`],
  ['training/', '/admin/training/'],
  ['training', '/admin/training/'],
  ['training/2026-11-23', '/admin/training/?date=2026-11-23'],
  ['training/%2F%2Fevil.example', '/admin/training/'],
])('a bookmark of Alyx at /admin-actions/%s leads to %s', async (old, page) => {
  const answer = await lab.get(`/admin-actions/${old}`, { headers })

  expect(answer.statusCode).toBe(302)
  expect(answer.headers.location).toBe(page)
})

test('what is no animal leads nowhere', async () => {
  expect((await lab.get('/admin-actions/water-history/xyz', { headers })).statusCode).toBe(404)
})

test('who did not sign in is asked to, and comes back', async () => {
  const url = `/admin-actions/water-history/${KEY}`
  const answer = await lab.ask({ method: 'GET', url, headers: { accept: 'text/html' } })

  expect(answer.statusCode).toBe(403)
  expect(answer.body).toContain(`next=${encodeURIComponent(url)}`)
})
