import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../../../http/served-laboratory.ts'

let lab: ServedLaboratory
let member: string
beforeAll(async () => {
  lab = await servedLaboratory()
  member = await tokenOfNew(lab.database, 'newcomer', 'member')
})
afterAll(() => lab.close())

async function ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown, token = lab.token) {
  const answer = await lab.ask({
    method,
    url,
    headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

const lineOfLab = async () =>
  (
    await lab.database.objects<{ id: string; name: string; lab_id: string; lab: string; last: number }>(sql`
      select l.id, l.name, l.lab_id, m.name as lab, l.subject_autoname_index as last
        from subjects_line l join misc_lab m on m.id = l.lab_id order by l.name limit 1`)
  )[0]!

describe('the rules hold whichever door is used', () => {
  test('clients and the web application that make animals of a line at the same time number them one by one', async () => {
    const line = await lineOfLab()

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        at % 2 === 0
          ? ask('POST', '/subjects', { lab: line.lab, line: line.name }, member)
          : ask('POST', '/api/v1/subjects/subject', { lab: line.lab_id, line: line.id }),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    const names = new Set(answers.map(({ body }) => body.nickname))
    expect(names.size).toBe(8)
    expect((await lineOfLab()).last).toBeGreaterThanOrEqual(line.last + 8)
  })

  test('a client hears what its animal was called before', async () => {
    const line = await lineOfLab()
    const { body: made } = await ask('POST', '/subjects', { lab: line.lab, nickname: 'before', json: { a: 1.5 } })

    const { body } = await ask('PATCH', `/subjects/${made.nickname}`, { nickname: 'after' })

    expect(body.json).toEqual({ a: 1.5, history: { nickname: [{ date_time: expect.any(String), value: 'before' }] } })
  })

  test('a cage that is changed is a new one', async () => {
    const { body: old } = await ask('POST', '/api/v1/misc/housing', { cage_name: 'Z1', light_cycle: 0 })
    const { id } = (await ask('GET', '/api/v1/subjects/subject?limit=1')).body.results[0]
    await ask('POST', '/api/v1/misc/housingsubject', {
      subject: id,
      housing: old.id,
      start_datetime: '2026-01-01T09:00:00Z',
    })

    const { status } = await ask('PATCH', `/api/v1/misc/housing/${old.id}`, { light_cycle: 1 })

    expect(status).toBe(200)
    const stays = await lab.database.rows(sql`
      select h.light_cycle, s.end_datetime is null from misc_housingsubject s join misc_housing h on h.id = s.housing_id
       where h.cage_name = 'Z1' order by s.start_datetime`)
    expect(stays).toEqual([
      ['0', 'f'],
      ['1', 't'],
    ])
  })
})

describe('accounts', () => {
  test('a member who makes themselves stock manager is refused', async () => {
    const { status } = await ask('PATCH', '/users/newcomer', { is_stock_manager: true }, member)

    expect(status).toBe(403)
  })

  test('somebody who registered data is not removed; the answer says what would go', async () => {
    const [person] = await lab.database.objects<{ username: string }>(
      sql`select username from misc_labmember u where exists (select from data_dataset d where d.created_by_id = u.id) limit 1`,
    )

    const { status, body } = await ask('DELETE', `/users/${person!.username}`)

    expect(status).toBe(409)
    expect(body.detail).toMatch(/^\d+ datasets?.* would be removed too/)
  })
})
