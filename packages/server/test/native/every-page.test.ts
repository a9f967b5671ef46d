import { afterAll, beforeAll, expect, test } from 'vitest'
import { BASE } from '../../src/native/gate.ts'
import { pages } from '../../src/native/pages/index.ts'
import { HOSTILE } from '../http/hostile-values.ts'
import { type ServedLaboratory, servedLaboratory } from '../http/served-laboratory.ts'
import { type Ask, asking } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
beforeAll(async () => {
  lab = await servedLaboratory()
  ask = asking(lab, lab.token)
})
afterAll(() => lab.close())

const FEWEST = 40
const KEY = '00000000-0000-4000-8000-000000000001'
const operations = pages.flatMap(({ url, operations: all }) =>
  Object.entries(all).map(([method, operation]) => ({ method, url, operation })),
)
/** Thousands of requests: longer than other tests. */
const PATIENCE_MS = 240_000
/** What they do to the account of the tests would end them. */
const harmless = ({ url }: { url: string }) => url !== '/account/token'

test('every page is in the OpenAPI document, with all that may be asked', async () => {
  const { paths } = (await ask('GET', '/schema')).body

  expect(operations.length).toBeGreaterThan(FEWEST)
  for (const { method, url, operation } of operations) {
    const described = paths[`${BASE}${url.replaceAll(/:(\w+)/g, '{$1}')}`]?.[method.toLowerCase()]
    expect(described, `${method} ${url}`).toBeDefined()
    expect(described.summary).toMatch(/\S\.$/)
    const [[status, answer]] = Object.entries(described.responses) as [[string, { description: string }]]
    expect(status).toMatch(/^20[0124]$/)
    expect(answer.description).toMatch(/\S/)
    const named = described.parameters.map(({ name }: { name: string }) => name)
    expect(named).toEqual([...Object.keys(operation.path), ...Object.keys(operation.query)])
    for (const parameter of described.parameters)
      expect(parameter.description, `${url} ${parameter.name}`).toMatch(/\S/)
    const form = operation.files ? 'multipart/form-data' : 'application/json'
    const body = described.requestBody?.content[form].schema.properties ?? {}
    expect(Object.keys(body)).toEqual([...Object.keys(operation.body ?? {}), ...Object.keys(operation.files ?? {})])
  }
  const ids = Object.values(paths as Record<string, Record<string, { operationId: string }>>).flatMap((one) =>
    Object.values(one).map(({ operationId }) => operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test(
  'every page answers or refuses hostile words in its address and its question',
  async () => {
    for (const { method, url, operation } of operations.filter(({ method: one }) => one === 'GET')) {
      const address = url.replaceAll(/:\w+/g, KEY)
      for (const [what, value] of Object.entries(HOSTILE)) {
        const written = encodeURIComponent(value.toWellFormed())
        for (const asked of [
          ...Object.keys(operation.query).map((name) => `${address}?${name}=${written}`),
          ...(url.includes(':') && written.length < 4000 ? [url.replaceAll(/:\w+/g, written)] : []),
        ]) {
          const { status } = await ask(method as 'GET', asked)
          expect([200, 400, 404], `${asked.slice(0, 80)} ${what}`).toContain(status)
        }
      }
      expect((await ask('GET', `${address}?unheard_of=1`)).status, url).toBe(400)
    }
  },
  PATIENCE_MS,
)

test(
  'every operation that writes refuses bodies that are none, and tells where',
  async () => {
    for (const { method, url, operation } of operations.filter(harmless)) {
      if (!operation.body) continue
      const address = url.replaceAll(/:\w+/g, KEY)
      const values: unknown[] = [null, 7, 'x'.repeat(100_000), 'a\u0000b', [], {}, [[[[]]]], -1e308, true]
      for (const body of [null, [], 'text', { unheard_of: 1 }, { __proto__: null, constructor: 1 }]) {
        const { status, body: said } = await ask(method as 'POST', address, body)
        const refused = operation.files ? [415] : [400, 404]
        expect(refused, `${method} ${url} ${JSON.stringify(body)}`).toContain(status)
        expect(said.error.message).toMatch(/\S/)
      }
      for (const value of values) {
        const body = Object.fromEntries(
          Object.keys(operation.body).map((name) => [name, name === 'dry_run' ? true : value]),
        )
        const { status } = await ask(method as 'POST', address, body)
        expect(status, `${method} ${url} all ${JSON.stringify(value)?.slice(0, 30)}`).toBeLessThan(500)
      }
    }
  },
  PATIENCE_MS,
)
