import type { RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Policy } from '../../src/auth/policy.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from './served-laboratory.ts'

let lab: ServedLaboratory
const routes: { url: string; method: string; policy: Policy | undefined }[] = []
let publicToken: string

beforeAll(async () => {
  lab = await servedLaboratory({ onRoute })
  publicToken = await tokenOfNew(lab.database, 'visitor', 'public')
})
afterAll(() => lab.close())

function onRoute({ url, method, config }: RouteOptions): void {
  for (const one of [method].flat()) routes.push({ url, method: one, policy: config?.policy })
}

/** An address of a route, with words in the place of its parameters. */
const addressOf = (url: string): string =>
  url
    .replace(/:\w+/g, '11111111-0000-4000-8000-000000000001')
    .replace('*', 'a.png')
    .replace('/brain-regions/1111', '/brain-regions/')

const READING = ['GET', 'HEAD', 'OPTIONS']
/** What anybody may reach: signing in, the description of the contract, the start page, the health of the server. */
const OPEN =
  /^\/(?:|auth-token|api\/schema|docs\/?|admin\/?|auth\/log(?:in|out)\/?|cache\/info(?:\/:tag)?|health\/(?:live|ready))$/

describe('every route of the server', () => {
  test('is seen, and says who may call it', () => {
    expect(routes.length).toBeGreaterThan(200)
    expect(routes.filter(({ policy }) => policy === undefined)).toEqual([])
  })

  test('is closed, but for those that everybody needs', () => {
    const open = routes.filter(({ policy }) => policy === 'open').map(({ url }) => url)

    expect([...new Set(open)].filter((url) => !OPEN.test(url))).toEqual([])
  })

  test('refuses nobody in particular, whatever the method', async () => {
    for (const { url, method } of routes.filter(({ policy }) => policy !== 'open')) {
      const answer = await lab.ask({ method: method as 'GET', url: addressOf(url), remoteAddress: '192.168.1.7' })

      expect([403, 404], `${method} ${url}: ${answer.body.slice(0, 200)}`).toContain(answer.statusCode)
    }
  })

  test('lets public accounts read, and nothing else', async () => {
    for (const { url, method, policy } of routes.filter((route) => route.policy !== 'open')) {
      const answer = await lab.ask({
        method: method as 'GET',
        url: `${addressOf(url)}?limit=1`,
        remoteAddress: '192.168.1.7',
        headers: { authorization: `Token ${publicToken}`, 'content-type': 'application/json' },
        ...(READING.includes(method) ? {} : { payload: '{}' }),
      })
      const about = `${method} ${url}: ${answer.statusCode} ${answer.body.slice(0, 200)}`

      expect(answer.statusCode, about).toBeLessThan(500)
      if (answer.statusCode === 404) continue
      if (READING.includes(method) && policy === 'contract') expect([200, 400, 405], about).toContain(answer.statusCode)
      else expect(answer.statusCode, about).toBe(403)
    }
  })
})
