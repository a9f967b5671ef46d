import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { claim, fingerprintOf, type KeyedRequest, keep, purgeAnswers } from '../../src/records/idempotency.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

const ANN = '00000000-0000-4000-8000-00000000000a'
const BEN = '00000000-0000-4000-8000-00000000000b'
const ANSWER = { status: 201, headers: { location: '/weighings/1' }, body: '{"weight":25.0}' }

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
})
afterAll(() => scratch.drop())

const request = (key: string, { user = ANN, body = '{"weight": 25}' } = {}): KeyedRequest => ({
  user,
  key,
  fingerprint: fingerprintOf('POST', '/weighings', body),
})

/** What the server does with a keyed request: the number of times that the work was done is what counts. */
const handle = (asked: KeyedRequest, work: () => Promise<void> = async () => undefined) =>
  scratch.database.transaction(async (db) => {
    const claimed = await claim(db, asked)
    if (claimed.kind === 'new') {
      await work()
      await keep(db, asked, ANSWER)
    }
    return claimed
  })

test('a request that is sent again gets the first answer again, to the letter', async () => {
  expect(await handle(request('again'))).toEqual({ kind: 'new' })
  expect(await handle(request('again'))).toEqual({ kind: 'repeated', answer: ANSWER })
})

test('one that comes while the first is worked on waits for its end', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const order: string[] = []
  const first = handle(request('twice'), async () => {
    begin()
    await mayEnd
    order.push('first was done')
  })
  await begun
  const second = handle(request('twice')).then((claimed) => {
    order.push('second was answered')
    return claimed
  })
  await scratch.database.rows(sql`select pg_sleep(0.05)`)
  end()

  expect([(await first).kind, (await second).kind]).toEqual(['new', 'repeated'])
  expect(order).toEqual(['first was done', 'second was answered'])
})

test('a request that failed may be sent again with its key', async () => {
  const failing = handle(request('failed'), () => Promise.reject(new Error('refused')))
  await expect(failing).rejects.toThrow('refused')

  expect(await handle(request('failed'))).toEqual({ kind: 'new' })
})

test('a key cannot stand for another request', async () => {
  await handle(request('key'))
  expect(await handle(request('key', { body: '{"weight": 26}' }))).toEqual({ kind: 'different' })
})

test('two people may choose the same key', async () => {
  await handle(request('shared'))
  expect(await handle(request('shared', { user: BEN }))).toEqual({ kind: 'new' })
})

test('after seven days a key is new, and its answer is cleared away', async () => {
  await handle(request('old'))
  await handle(request('older'))
  await scratch.database.execute(
    sql`update alyx.idempotent_answer set at = at - interval '8 days' where key in ('old', 'older')`,
  )

  expect(await handle(request('old'))).toEqual({ kind: 'new' })
  expect(await purgeAnswers(scratch.database)).toBe(1)
  expect(await handle(request('old'))).toMatchObject({ kind: 'repeated' })
})
