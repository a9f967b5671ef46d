import { tmpdir } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { buildApp } from '../../../src/app.ts'
import { readSettings } from '../../../src/config.ts'
import { type ScratchDatabase, scratchDatabase } from '../../postgres/scratch-database.ts'

let app: FastifyInstance
let scratch: ScratchDatabase

beforeAll(async () => {
  scratch = await scratchDatabase()
  const settings = readSettings({ THROTTLE_DOCS_RATE: '1000/minute' }, tmpdir())
  app = await buildApp({ database: scratch.database, settings, log: pino({ level: 'silent' }) })
})
afterAll(async () => {
  await app?.close()
  await scratch?.drop()
})

const get = (url: string, accept?: string) => app.inject({ url, headers: accept === undefined ? {} : { accept } })

describe('the document for programs', () => {
  test.each([
    { accept: 'application/vnd.oai.openapi+json', type: 'application/vnd.oai.openapi+json', file: 'schema.json' },
    { accept: 'application/json', type: 'application/json', file: 'schema.json' },
    { accept: undefined, type: 'application/vnd.oai.openapi; charset=utf-8', file: 'schema.yaml' },
    { accept: '*/*', type: 'application/vnd.oai.openapi; charset=utf-8', file: 'schema.yaml' },
    { accept: 'application/vnd.oai.openapi', type: 'application/vnd.oai.openapi; charset=utf-8', file: 'schema.yaml' },
    { accept: 'application/yaml', type: 'application/yaml; charset=utf-8', file: 'schema.yaml' },
  ])('asked for as $accept comes as $type', async ({ accept, type, file }) => {
    const answer = await get('/api/schema', accept)

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe(type)
    expect(answer.headers['content-disposition']).toBe(`inline; filename="${file}"`)
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS')
    expect(parse(answer.body).openapi).toBe('3.0.3')
  })

  test.each([
    { url: '/api/schema?format=json', file: 'schema.json' },
    { url: '/api/schema?format=yaml', file: 'schema.yaml' },
  ])('$url chooses the form without a header', async ({ url, file }) => {
    const answer = await get(url)

    expect(answer.headers['content-disposition']).toBe(`inline; filename="${file}"`)
  })

  test('is not to be had as a page', async () => {
    const answer = await get('/api/schema', 'text/html')

    expect(answer.statusCode).toBe(406)
    expect(answer.headers['content-type']).toBe('application/vnd.oai.openapi; charset=utf-8')
    expect(answer.body).toBe(
      'detail:\n  string: Could not satisfy the request Accept header.\n  code: not_acceptable\nstatus_code: 406\n',
    )
  })

  test('is not to be had in a form that nobody knows', async () => {
    expect((await get('/api/schema?format=xml')).statusCode).toBe(404)
  })

  test('cannot be changed', async () => {
    const answer = await app.inject({ method: 'POST', url: '/api/schema' })

    expect(answer.statusCode).toBe(405)
  })
})

describe('the documentation', () => {
  test.each(['text/html', '*/*', undefined])('is a page for whoever accepts %s', async (accept) => {
    const answer = await get('/docs/', accept)

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.headers['content-security-policy']).toContain("script-src 'sha256-")
    expect(answer.body).toContain('<h1>Alyx REST API</h1>')
  })

  test('is a document for older programs, spaced as they know it', async () => {
    const answer = await get('/docs/', 'application/coreapi+json')

    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.body).toMatch(/^\{"_type": "document", "_meta": \{"url": "http:\/\/[^"]+\/docs\/", "title": /)
    expect(answer.json()['brain-regions'].read.fields[0].name).toBe('id')
  })

  test('without its slash leads to itself', async () => {
    const answer = await get('/docs')

    expect(answer.statusCode).toBe(301)
    expect(answer.headers.location).toBe('/docs/')
  })
})

test.each(['/api/schema', '/docs/'])('OPTIONS describes %s to anybody', async (url) => {
  const answer = await app.inject({ method: 'OPTIONS', url })

  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({ name: expect.any(String), description: expect.any(String) })
})
