import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedDemo } from '../../src/domains/labs/demo/index.ts'
import { resources } from '../../src/rest/contract/index.ts'
import { installedDatabase } from '../domains/demo/installed-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { applicationOn, signedIn } from './application.ts'

/** Asking who calls included. */
const MOST_STATEMENTS = 6
const LONG_PAGE = 250

let scratch: ScratchDatabase
let app: FastifyInstance
let member: { authorization: string }

beforeAll(async () => {
  scratch = await installedDatabase()
  await seedDemo(scratch.database, { today: '2026-03-02' })
  member = await signedIn(scratch.database, 'reader')
  app = await applicationOn(scratch.database)
}, 120_000)
afterAll(async () => {
  await app?.close()
  await scratch?.drop()
})

const read = async (url: string) => {
  const answer = await app.inject({ url, headers: member })
  expect(answer.statusCode).toBe(200)
  const [, statements] = /;desc="(\d+)"$/.exec(String(answer.headers['server-timing'])) ?? []
  return { statements: Number(statements), json: answer.json() }
}

describe('a list', () => {
  test.each(resources)('a page of $path costs a few statements, however long it is', async ({ path }) => {
    const short = await read(`${path}?limit=1`)
    const { count } = short.json
    expect(count, 'rows of the demo, without which this proves nothing').toBeGreaterThan(0)

    const full = await read(`${path}?limit=${Math.min(LONG_PAGE, count)}`)
    const last = await read(`${path}?limit=${LONG_PAGE}`)

    expect(full.json.results.length).toBe(Math.min(LONG_PAGE, count))
    expect([short, full, last].map(({ statements }) => statements).filter(tooMany)).toEqual([])
  })
})

describe('a row', () => {
  const details = resources.flatMap(({ path, detail }) => (detail ? [{ path, field: detail.lookup.field }] : []))

  test.each(details)('one of $path costs a few statements', async ({ path, field }) => {
    const { json } = await read(`${path}?limit=1`)
    const [row] = json.results
    const word = encodeURIComponent(row[field] ?? lastWordOf(row.url))

    const { statements } = await read(`${path}/${word}`)

    expect([statements].filter(tooMany)).toEqual([])
  })
})

const tooMany = (statements: number): boolean => !(statements >= 1 && statements <= MOST_STATEMENTS)
const lastWordOf = (url: string): string => decodeURIComponent(url.slice(url.lastIndexOf('/') + 1))
