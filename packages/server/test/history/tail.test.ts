import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Db, sql } from '../../src/database/index.ts'
import { HistoryTail, type Listening, type News } from '../../src/history/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
let tail: HistoryTail
let heard: News[]
let listening: Listening

beforeAll(async () => {
  scratch = await demoDatabase({ maxConnections: 6 })
})
afterAll(() => scratch.drop())
beforeEach(async () => {
  // Looks only when it is told to.
  tail = new HistoryTail(scratch.database, { everyMs: 3_600_000, remembered: 5 })
  heard = []
  listening = await tail.listen((news) => heard.push(news))
  return () => listening.stop()
})

const add = (db: Db) =>
  db.execute(sql`insert into subjects_project (id, name, description)
  values (gen_random_uuid(), gen_random_uuid()::text, '')`)

/** A promise, and what fulfils it. */
function gate() {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, passed }
}

/** A transaction that has a number of its own, and waits to be told to write and to end. */
async function begun() {
  const [started, mayWrite, written, mayEnd] = [gate(), gate(), gate(), gate()]
  const done = scratch.database.transaction(async (db) => {
    await db.rows(sql`select pg_current_xact_id()`)
    started.open()
    await mayWrite.passed
    await add(db)
    written.open()
    await mayEnd.passed
  })
  await started.passed
  return {
    async write() {
      mayWrite.open()
      await written.passed
    },
    async end() {
      mayEnd.open()
      await done
    },
  }
}

const ids = () => heard.map(({ id }) => BigInt(id))

test('a smaller number that is committed later is told later, whichever transaction began first', async () => {
  for (const order of ['early', 'late'] as const) {
    heard.length = 0
    const first = await begun()
    const second = await begun()
    const [slow, quick] = order === 'early' ? [first, second] : [second, first]
    await slow.write()
    await quick.write()
    await quick.end()
    // Often enough for any mark to rise above what is not yet told.
    for (let look = 0; look < 4; look += 1) await tail.look()
    expect(heard).toHaveLength(1)

    await slow.end()
    await tail.look()

    expect(heard).toHaveLength(2)
    expect(ids()[1]).toBeLessThan(ids()[0]!)
    for (let look = 0; look < 4; look += 1) await tail.look()
    expect(heard).toHaveLength(2)
  }
})

test('what was under way when the first listener came is news', async () => {
  const slow = await begun()
  await slow.write()
  listening.stop()
  const later: News[] = []
  const other = new HistoryTail(scratch.database, { everyMs: 3_600_000 })
  const { stop } = await other.listen((news) => later.push(news))

  await slow.end()
  await other.look()

  expect(later).toHaveLength(1)
  stop()
})

test('a burst is told page by page, whole', async () => {
  await scratch.database.execute(sql`insert into subjects_project (id, name, description)
    select gen_random_uuid(), gen_random_uuid()::text, '' from generate_series(1, 2500)`)

  await tail.look()

  expect(new Set(ids()).size).toBe(2500)
})

test('of those who come back, who missed more than is remembered is told so', async () => {
  const { place } = listening
  for (let times = 0; times < 3; times += 1) await add(scratch.database)
  await tail.look()
  const returned = await tail.listen(() => undefined, place)
  const inBetween = await tail.listen(() => undefined, heard[1]!.id)
  for (let times = 0; times < 12; times += 1) await add(scratch.database)
  await tail.look()
  const tooLate = await tail.listen(() => undefined, place)

  expect(returned.missed?.map(({ id }) => id)).toEqual(heard.slice(0, 3).map(({ id }) => id))
  expect(inBetween.missed).toHaveLength(1)
  expect(tooLate.missed).toBeUndefined()
  for (const { stop } of [returned, inBetween, tooLate]) stop()
})

test('a tail that slept through more than is remembered begins anew', async () => {
  listening.stop()
  for (let times = 0; times < 9; times += 1) await add(scratch.database)

  listening = await tail.listen((news) => heard.push(news), listening.place)

  expect(listening.missed).toBeUndefined()
  await tail.look()
  expect(heard).toEqual([])
})
