import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { asAdmin } from '../postgres/scratch-database.ts'
import { type Answer, type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
let name: string
beforeAll(async () => {
  lab = await servedLaboratory({ maxConnections: 2, connectTimeoutMs: 2_000 })
  const [row] = await lab.database.rows(sql`select current_database()`)
  name = row![0]!
})
afterAll(() => lab.close())

function expectAway(answer: Answer): void {
  expect(answer.statusCode).toBe(503)
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(answer.json()).toEqual({ detail: expect.stringMatching(/database|too long/), status_code: 503 })
  expect(answer.body).not.toMatch(/postgres|ECONN|terminat|misc_/)
}

const cutAll = () =>
  asAdmin(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
  )

describe('connections that were cut', () => {
  test('go unnoticed: the question is asked again on a new one', async () => {
    expect((await lab.get('/labs')).statusCode).toBe(200)

    await cutAll()

    const answers = await Promise.all(Array.from({ length: 6 }, () => lab.get('/labs')))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 200])
  })
})

describe('a database that lets nobody in', () => {
  test('gives 503 and says when to try again, to people and to whoever watches; then all goes on by itself', async () => {
    await asAdmin(`alter database "${name}" with allow_connections false`)
    await cutAll()

    for (const path of ['/sessions', '/subjects/x', '/health/ready', '/cache/info/', '/water-requirement/x'])
      expectAway(await lab.get(path))
    expectAway(await lab.ask({ method: 'POST', url: '/auth-token', payload: { username: 'a', password: 'b' } }))
    expect((await lab.get('/health/live')).statusCode).toBe(200)

    await asAdmin(`alter database "${name}" with allow_connections true`)

    expect((await lab.get('/sessions?limit=1')).statusCode).toBe(200)
    expect((await lab.get('/health/ready')).statusCode).toBe(200)
  })
})

describe('a database that is dropped and made anew', () => {
  test('gives 503 while it is gone, and serves again once it is back', async () => {
    const copy = `${name}_kept`
    await cutAll()
    await asAdmin(`create database "${copy}" template "${name}"`)
    try {
      await asAdmin(`drop database "${name}" with (force)`)

      expectAway(await lab.get('/labs'))

      await asAdmin(`create database "${name}" template "${copy}"`)

      expect((await lab.get('/labs')).statusCode).toBe(200)
      expect((await lab.get('/sessions?limit=1')).json().results).toHaveLength(1)
    } finally {
      await asAdmin(`drop database if exists "${copy}" with (force)`)
    }
  })
})

describe('all connections in use', () => {
  test('a request that found none in time is told to come again; the next one is answered', async () => {
    const release: (() => void)[] = []
    const held = [1, 2].map(() =>
      lab.database.transaction(async (db) => {
        await db.rows(sql`select 1`)
        await new Promise<void>((resolve) => release.push(resolve))
      }),
    )
    while (release.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))

    expectAway(await lab.get('/labs'))
    for (const end of release) end()
    await Promise.all(held)

    expect((await lab.get('/labs')).statusCode).toBe(200)
  })
})

describe('a question that takes too long', () => {
  test('is stopped, and the client told to ask for less', async () => {
    const hurried = await servedLaboratory({ statementTimeoutMs: 200 })
    try {
      const answer = await hurried.database.transaction(async (db) => {
        await db.execute(sql`lock table misc_lab`)
        return hurried.get('/labs')
      })

      expectAway(answer)
      expect((await hurried.get('/labs')).statusCode).toBe(200)
    } finally {
      await hurried.close()
    }
  })
})
