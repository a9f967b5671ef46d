import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { watchedTables } from '../../src/history/index.ts'
import { sees } from '../../src/native/models.ts'
import { addLab } from '../history/laboratory.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { applicationOn, signedIn } from '../rest/application.ts'

let laboratory: ScratchDatabase
let app: FastifyInstance
let member: { authorization: string }
let lab: string
beforeAll(async () => {
  laboratory = await demoDatabase()
  const { database } = laboratory
  app = await applicationOn(database)
  member = await signedIn(database, 'member')
  lab = await database.transaction((db) => addLab(db, 'history lab'), {
    context: { username: 'member', source: 'native', reason: 'It is new' },
  })
  await database.execute(sql`update misc_lab set name = 'renamed lab' where id = ${lab}`)
})
afterAll(async () => {
  await app.close()
  await laboratory.drop()
})

async function ask(url: string, headers: Record<string, string> = member) {
  const { statusCode, body } = await app.inject({ url, headers })
  return { status: statusCode, text: body, body: JSON.parse(body) }
}

describe('the history over HTTP', () => {
  test('tells what happened to a record', async () => {
    const { status, body, text } = await ask(`/api/v1/history/misc/lab/${lab.toUpperCase()}`)

    expect(status).toBe(200)
    expect(body.next).toBeNull()
    expect(body.results).toMatchObject([
      {
        model: 'misc.lab',
        key: lab,
        operation: 'update',
        old: { name: 'history lab' },
        new: { name: 'renamed lab' },
        user: null,
        source: 'Django or psql',
      },
      { operation: 'insert', user: { id: null, username: 'member' }, source: 'native', reason: 'It is new' },
    ])
    expect(text).toContain('"big": 12345678901234567890')
  })

  test('pages through everything', async () => {
    const first = await ask('/api/v1/history?limit=3')
    const second = await ask(`/api/v1/history?limit=3&cursor=${first.body.next}`)

    const ids = [...first.body.results, ...second.body.results].map(({ id }) => id)
    expect(new Set(ids).size).toBe(6)
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
  })

  test('filters by what is asked for', async () => {
    const { body } = await ask(`/api/v1/history?model=misc.lab&key=${lab}&source=native&from=2020-01-01T00:00:00+01:00`)
    expect(body.results).toMatchObject([{ operation: 'insert' }])
  })

  test('shows a record as it was, by either address', async () => {
    const { results } = (await ask(`/api/v1/history/misc/lab/${lab}`)).body
    const made = results[1].at

    const query = await ask(`/api/v1/history/misc/lab/${lab}?as_of=${made}`)
    const path = await ask(`/api/v1/history/misc/lab/${lab}/as-of/${made}`)

    expect(query.body).toEqual(path.body)
    expect(query.body).toMatchObject({
      known: true,
      as_of: made,
      record: { name: 'history lab' },
      links: { repositories: [] },
    })
    expect((await ask(`/api/v1/history/misc/lab/${lab}?as_of=2020-01-01`)).body).toMatchObject({
      record: null,
      known: false,
    })
  })
})

describe('the history is refused', () => {
  test('to those who did not sign in, and to public accounts', async () => {
    const visitor = await signedIn(laboratory.database, 'visitor', { isPublic: true })
    for (const url of [
      '/api/v1/history',
      `/api/v1/history/misc/lab/${lab}`,
      `/api/v1/history/misc/lab/${lab}/as-of/2026-01-01`,
    ]) {
      expect((await ask(url, {})).status).toBe(403)
      expect((await ask(url, visitor)).status).toBe(403)
    }
  })

  test('for tables that hold credentials', async () => {
    expect((await ask('/api/v1/history/authtoken/token/abc')).status).toBe(404)
    expect((await ask('/api/v1/history/sessions/session/abc')).status).toBe(404)
    expect((await ask('/api/v1/history?model=authtoken.token')).status).toBe(400)
  })

  test.each([
    ['?modl=misc.lab', 'Did you mean \\"model\\"?'],
    ['?model=misc.labb', 'Did you mean \\"misc.lab\\"?'],
    ['?key=abc', 'needs a model'],
    ['?model=misc.lab&key=abc', 'cannot be the key of a lab'],
    ['?from=yesterday', '\\"yesterday\\" is no moment'],
    ['?from=2026-99-99', 'cannot be read'],
    ['?source=me', 'is none of: contract, native'],
    ['?operation=steal', 'is none of: insert, update'],
    ['?limit=0', 'from 1 to 500'],
    ['?limit=1e9', 'from 1 to 500'],
    ['?cursor=abc', 'begin without a cursor'],
    [
      `?cursor=${Buffer.from("2026-01-01T00:00:00.000000Z change 1' or").toString('base64url')}`,
      'begin without a cursor',
    ],
    ['?user=%00', 'cannot be read'],
    [`/misc/lab/${'0'.repeat(36)}`, 'No lab has the key'],
    ['/experiments/brainregion/99999999999999999999', 'No brain region has the key'],
    ['/misc/nothing/1', 'There is nothing at'],
  ])('%s', async (rest, sentence) => {
    const { status, text } = await ask(`/api/v1/history${rest}`)
    expect([400, 404]).toContain(status)
    expect(text).toContain(sentence)
  })
})

test('everything that has a history may be seen by members, so a list need not leave anything out', () => {
  const account = { id: '', username: '', isActive: true, isPublic: false, isStaff: false, isSuperuser: false }
  const hidden = watchedTables.filter(
    ({ model }) => !sees({ ...account, isStockManager: false, isHusbandry: false }, model),
  )
  expect(hidden).toEqual([])
})

test('a list costs one statement beyond the one that asks who calls', async () => {
  const { headers } = await app.inject({ url: '/api/v1/history?limit=500', headers: member })
  expect(headers['server-timing']).toContain('desc="2"')
})
