import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { tokenOf } from '../../src/domains/labs/index.ts'
import { DEMO_PASSWORD } from '../postgres/demo-database.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory({ settings: { ALYX_LOG_LEVEL: 'trace' } })
})
afterAll(() => lab.close())
beforeEach(() => lab.log.forget())

const answered = () => lab.log.lines().filter(({ msg }) => msg === 'answered')

test('each request leaves one line that says who asked what, how it ended and what it cost', async () => {
  await lab.get('/sessions?limit=1&lab=x')

  expect(answered()).toEqual([
    expect.objectContaining({
      reqId: expect.any(String),
      method: 'GET',
      path: '/sessions',
      status: 200,
      user: 'tester',
      address: '127.0.0.1',
      ms: expect.any(Number),
      statements: expect.any(Number),
      sql_ms: expect.any(Number),
    }),
  ])
  expect(answered()[0]?.statements).toBeGreaterThan(1)
})

test.each([
  { path: '/nothing/here', status: 404 },
  { path: '/sessions/%zz', status: 404 },
  { path: '/sessions?number=x', status: 400 },
  { path: '/sessions?django=x', status: 400 },
  { path: '/labs?format=x', status: 404 },
])('a refused request leaves one line too: $path', async ({ path, status }) => {
  await lab.get(path)

  expect(answered().map((line) => line.status)).toEqual([status])
  expect(lab.log.lines().filter(({ level }) => Number(level) >= 50)).toEqual([])
})

test('two requests are told apart', async () => {
  await Promise.all([lab.get('/labs'), lab.get('/labs')])

  expect(new Set(answered().map(({ reqId }) => reqId)).size).toBe(2)
})

test('no credential is ever written, wherever it was sent', async () => {
  const password = 'a-password-nobody-may-read'
  const username = 'sofia.andrade'
  const [row] = await lab.database.rows(sql`select id from misc_labmember where username = ${username}`)
  const token = await tokenOf(lab.database, row![0]!)
  const form = await lab.ask({ url: '/auth/login/' })
  const csrf = form.cookies.find(({ name }) => name === 'csrftoken')!.value
  const hidden = /csrfmiddlewaretoken" value="(\w+)/.exec(form.body)![1]!
  const signIn = (given: string) =>
    lab.ask({
      method: 'POST',
      url: '/auth/login/',
      cookies: { csrftoken: csrf },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ csrfmiddlewaretoken: hidden, username, password: given }).toString(),
    })

  await signIn(password)
  const session = (await signIn(DEMO_PASSWORD)).cookies.find(({ name }) => name === 'sessionid')!.value
  await lab.ask({ method: 'POST', url: '/auth-token', payload: { username, password } })
  await lab.ask({ method: 'POST', url: '/auth-token', payload: { username, password: DEMO_PASSWORD } })
  await lab.ask({ method: 'POST', url: '/auth-token', payload: `{"username": "${username}", "password": "${password}` })
  await lab.ask({ url: '/labs', headers: { authorization: `Token ${token}` } })
  await lab.ask({
    url: `/labs?token=${token}&password=${password}`,
    headers: { authorization: `Token ${token} ${password}` },
  })
  await lab.ask({ url: '/labs', cookies: { sessionid: session } })
  await lab.get(`/users?django=password,${password}`)

  expect(lab.log.lines().length).toBeGreaterThan(8)
  for (const secret of [password, DEMO_PASSWORD, token, lab.token, session, csrf, hidden, 'pbkdf2_sha256$'])
    expect(lab.log.text()).not.toContain(secret)
})

test('a mistake of ours is a number to the client, and a whole story in the log', async () => {
  await lab.database.script(
    'alter table misc_cagetype rename to hidden_for_a_moment; alter table misc_lab rename to hidden_too',
  )
  try {
    const answer = await lab.get('/labs')

    expect(answer.statusCode).toBe(500)
    const { detail } = answer.json()
    const mistake = /[0-9a-f-]{36}/.exec(detail)![0]
    expect(detail).not.toMatch(/misc_lab|relation|select/)
    expect(lab.log.lines().find((line) => line.mistake === mistake)).toMatchObject({
      level: 50,
      reqId: expect.any(String),
      err: { message: expect.stringContaining('misc_lab'), stack: expect.any(String) },
    })
  } finally {
    await lab.database.script(
      'alter table hidden_for_a_moment rename to misc_cagetype; alter table hidden_too rename to misc_lab',
    )
  }
})

test('who sends filters that do not exist can be found', async () => {
  await lab.get('/sessions?subjct=x&limit=1')

  expect(lab.log.lines()).toContainEqual(
    expect.objectContaining({ unknown_filters: ['subjct'], path: '/sessions', user: 'tester' }),
  )
})
