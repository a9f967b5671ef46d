import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateDatabase } from '../../src/schema/index.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { smallLaboratory } from '../query/laboratory.ts'
import { applicationWithRoutes, type RegisteredRoute, signedIn } from './application.ts'

/** What everybody may call, signed in or not. Whoever adds an address here opens it to the whole network. */
const OPEN = [
  '/',
  '/admin',
  '/admin/',
  '/admin/*',
  // Keeps the pages for the time without network; holds nothing of the laboratory.
  '/admin/offline.js',
  '/api/schema',
  '/api/v1/session',
  '/auth-token',
  '/auth/login',
  '/auth/login/',
  '/auth/logout',
  '/auth/logout/',
  '/cache/info',
  '/cache/info/:tag',
  '/docs',
  '/docs/',
  '/favicon.ico',
  '/health/live',
  '/health/ready',
  '/media/*',
  '/static/*',
]
/** What a public account may not even read. */
const MEMBERS = [
  '/api/v1/data/datasets/revision',
  '/api/v1/data/datasets/tags',
  '/api/v1/data/datasets/undo',
  '/api/v1/events',
  '/api/v1/history',
  '/api/v1/history/:app/:model/:key',
  '/api/v1/history/:app/:model/:key/as-of/:moment',
  '/api/v1/home',
  '/api/v1/jobs/actions',
  '/api/v1/jobs/attempts/:key/finish',
  '/api/v1/jobs/attempts/:key/heartbeat',
  '/api/v1/jobs/attempts/:key/log',
  '/api/v1/jobs/attempts/:key/log.txt',
  '/api/v1/jobs/attempts/:key/log/stream',
  '/api/v1/jobs/attention',
  '/api/v1/jobs/broker',
  '/api/v1/jobs/claim',
  '/api/v1/jobs/failure-rules',
  '/api/v1/jobs/failure-rules/:key',
  '/api/v1/jobs/graphs',
  '/api/v1/jobs/heartbeats',
  '/api/v1/jobs/matrix',
  '/api/v1/jobs/pauses',
  '/api/v1/jobs/pauses/:key',
  '/api/v1/jobs/pipelines',
  '/api/v1/jobs/pipelines/launch',
  '/api/v1/jobs/pipelines/refresh',
  '/api/v1/jobs/sessions',
  '/api/v1/jobs/sessions/:session',
  '/api/v1/jobs/statistics',
  '/api/v1/jobs/tasks/:key',
  '/api/v1/jobs/workers',
  '/api/v1/jobs/workers/:key',
  '/api/v1/removed/:app/:model',
  '/api/v1/removed/:app/:model/:key',
  '/api/v1/rights',
  '/check-protected',
  '/new-download',
  '/register-file',
  '/sync-file-status',
]
const STAFF = ['/services']
/** What only superusers may call. */
const SUPERUSERS = [
  '/api/v1/administration/status',
  '/api/v1/administration/unknown-parameters',
  '/api/v1/backups',
  '/api/v1/jobs/schedules',
  '/api/v1/jobs/schedules/:name',
  '/api/v1/jobs/schedules/:name/run',
]
const OPERATORS = ['/metrics']

const READING = ['GET', 'HEAD', 'OPTIONS']
/** A walk that sees fewer addresses has not seen the application. */
const FEWEST_ROUTES = 70
/** Another machine: programs on this one may read the metrics. */
const ELSEWHERE = '198.51.100.7'

let scratch: ScratchDatabase
let app: FastifyInstance
let routes: readonly RegisteredRoute[]
let addresses: ReadonlyMap<string, string>

beforeAll(async () => {
  scratch = await smallLaboratory()
  await migrateDatabase(scratch.database)
  ;({ app, routes } = await applicationWithRoutes(scratch.database))
  addresses = await findAddresses()
})
afterAll(async () => {
  await app?.close()
  await scratch?.drop()
})

interface Asked {
  readonly method: string
  readonly url: string
  readonly policy: string | undefined
  readonly status: number
}

const guarded = () => routes.filter(({ policy }) => policy !== 'open')

/** Asks at every address that is not open, with each of its methods. */
async function askEverywhere(headers: object): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const { url, methods, policy } of guarded()) {
    for (const method of methods) {
      const { statusCode: status } = await ask(method, addresses.get(url)!, headers)
      asked.push({ method, url, policy, status })
    }
  }
  return asked
}

const ask = (method: string, url: string, headers: object) =>
  app.inject({ method: method as 'GET', url, headers: { ...headers }, remoteAddress: ELSEWHERE })

/** Words that stand for a row; which of them makes an address depends on what rows are called there. */
const WORDS = ['00000000-0000-4000-8000-000000000001', '1']

/** What has to be asked where an answer would never end. */
const QUESTIONS: Readonly<Record<string, string>> = { '/api/v1/events': '?model=no.model' }

/** An address of each route's form that the route knows as one. */
async function findAddresses(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { url } of guarded()) {
    for (const address of WORDS.map((word) => url.replace(/:\w+|\*/g, word) + (QUESTIONS[url] ?? ''))) {
      if (!found.has(url) && (await ask('GET', address, {})).statusCode !== 404) found.set(url, address)
    }
  }
  return found
}

const named = ({ method, url, status }: Asked) => `${method} ${url}: ${status}`
const refused = ({ status }: Asked) => status === 403
/**
 * Where not the address but the row decides: writes of the native API, what a removal would take, new accounts. Who may do
 * what there is the matrix of test/rights.
 */
const byRights = ({ method, url }: Asked) =>
  (url.startsWith('/api/v1/') && (!READING.includes(method) || (url.endsWith('/removal') && method !== 'OPTIONS'))) ||
  (method === 'POST' && url === '/users')
const urls = (policy: string) => [...new Set(routes.filter((route) => route.policy === policy).map(({ url }) => url))]

/** Every address is asked with every method, some hundreds of requests. */
const PATIENCE_MS = 180_000

describe('every address of the running application', { timeout: PATIENCE_MS }, () => {
  test('says who may call it', () => {
    expect(routes.length).toBeGreaterThan(FEWEST_ROUTES)
    expect(
      guarded()
        .filter(({ url }) => !addresses.has(url))
        .map(({ url }) => url),
    ).toEqual([])
    expect(routes.filter(({ policy }) => policy === undefined).map(({ url }) => url)).toEqual([])
  })

  test('is open only where that was decided', () => {
    expect(urls('open').sort()).toEqual([...OPEN].sort())
    expect(urls('members').sort()).toEqual(MEMBERS)
    expect(urls('staff')).toEqual(STAFF)
    expect(urls('superusers').sort()).toEqual(SUPERUSERS)
    expect(urls('operators')).toEqual(OPERATORS)
  })

  test('refuses people who did not sign in, whatever they want to do there', async () => {
    const asked = await askEverywhere({})

    expect(asked.filter((one) => !refused(one)).map(named)).toEqual([])
  })

  test('refuses people whose account was closed', async () => {
    const headers = await signedIn(scratch.database, 'gone')
    await scratch.database.script(`update misc_labmember set is_active = false where username = 'gone'`)

    const asked = await askEverywhere(headers)

    expect(asked.filter((one) => !refused(one)).map(named)).toEqual([])
  })

  test('lets public accounts read what is for reading, and write nothing', async () => {
    const asked = await askEverywhere(await signedIn(scratch.database, 'visitor', { isPublic: true }))

    const mayRead = (one: Asked) => one.policy === 'contract' && READING.includes(one.method) && !byRights(one)
    // A key that no row can have is no address: that is told before rights are looked at.
    const noAddress = (one: Asked) => byRights(one) && one.status === 404
    expect(asked.filter((one) => !noAddress(one) && refused(one) === mayRead(one)).map(named)).toEqual([])
    expect(asked.filter(mayRead).length).toBeGreaterThan(FEWEST_ROUTES)
  })

  test('lets members do everything but look at the machine and at what is for staff', async () => {
    const asked = await askEverywhere(await signedIn(scratch.database, 'ann'))

    const mayCall = ({ policy }: Asked) => !['operators', 'staff', 'superusers'].includes(policy ?? '')
    const decided = asked.filter((one) => !byRights(one))
    expect(decided.filter((one) => refused(one) === mayCall(one)).map(named)).toEqual([])
  })

  test('makes no mistake when a member with an empty question calls', async () => {
    const asked = await askEverywhere(await signedIn(scratch.database, 'root', { isSuperuser: true }))

    expect(asked.filter(({ status }) => status === 500).map(named)).toEqual([])
  })
})
