import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Db, openDatabase, sql } from '../../src/database/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase({ maxConnections: 2 })
  await scratch.database.script(`
    create table lab (name text primary key);
    create table subject (nickname text, lab text references lab deferrable initially deferred)`)
})
beforeEach(() => scratch.database.script('truncate lab, subject'))
afterAll(() => scratch.drop())

const labs = async () => (await scratch.database.rows(sql`select name from lab order by name`)).flat()
const addLab = (db: Db, name: string) => db.execute(sql`insert into lab values (${name})`)

test('what a transaction did stays when it returns', async () => {
  const returned = await scratch.database.transaction(async (db) => {
    await addLab(db, 'cortexlab')
    return 'done'
  })

  expect(returned).toBe('done')
  expect(await labs()).toEqual(['cortexlab'])
})

test('nothing stays when it throws, and the error arrives as it was', async () => {
  const refusal = new Error('no')

  await expect(
    scratch.database.transaction(async (db) => {
      await addLab(db, 'cortexlab')
      throw refusal
    }),
  ).rejects.toBe(refusal)

  expect(await labs()).toEqual([])
})

test('nothing stays when a statement failed and its error was swallowed, and the caller hears of it', async () => {
  await expect(
    scratch.database.transaction(async (db) => {
      await addLab(db, 'cortexlab')
      await db.rows(sql`select 1 / 0`).catch(() => undefined)
    }),
  ).rejects.toThrow('rolled back')

  expect(await labs()).toEqual([])
})

test('a rule that PostgreSQL checks at the end is reported like any other', async () => {
  const orphan = scratch.database.transaction((db) => db.execute(sql`insert into subject values ('KS014', 'nowhere')`))

  await expect(orphan).rejects.toMatchObject({ name: 'ForeignKeyViolation', table: 'subject', columns: ['lab'] })
})

test('statements asked for together run one after the other', async () => {
  await scratch.database.transaction((db) => Promise.all(['a', 'b', 'c'].map((name) => addLab(db, name))))

  expect(await labs()).toEqual(['a', 'b', 'c'])
})

test('when one of several fails, none of the others is left outside the transaction', async () => {
  await expect(
    scratch.database.transaction((db) => Promise.all([db.rows(sql`select 1 / 0`), addLab(db, 'a'), addLab(db, 'b')])),
  ).rejects.toMatchObject({ code: '22012' })

  expect(await labs()).toEqual([])
})

test('a transaction that has ended refuses to work', async () => {
  let kept: Db | undefined
  await scratch.database.transaction(async (db) => {
    kept = db
  })

  await expect(kept?.rows(sql`select 1`)).rejects.toThrow('has ended')
})

test('a transaction for reading cannot write', async () => {
  const write = scratch.database.transaction((db) => addLab(db, 'a'), { readOnly: true })

  await expect(write).rejects.toMatchObject({ code: '25006' })
})

test('two serializable transactions that read each other’s writes do not both succeed', async () => {
  const countThenAdd = (name: string) =>
    scratch.database.transaction(
      async (db) => {
        await db.rows(sql`select count(*) from lab`)
        await db.rows(sql`select pg_sleep(0.1)`)
        await addLab(db, name)
      },
      { isolation: 'serializable' },
    )

  const outcomes = await Promise.allSettled([countThenAdd('a'), countThenAdd('b')])

  const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(failed.map(({ reason }) => reason.name)).toEqual(['SerializationFailure'])
})

test('connections come back whatever happens', async () => {
  for (let at = 0; at < 10; at++) {
    await scratch.database.transaction((db) => db.rows(sql`select 1 / 0`)).catch(() => undefined)
  }

  expect(await scratch.database.rows(sql`select 1`)).toEqual([['1']])
})

test('the context of a change is known inside its transaction, whatever was written in it, and to no later one', async () => {
  const reason = `it's \\ "odd"\u0000 \ud800 $1; rollback; --`
  const read = sql`select nullif(current_setting('alyx.context', true), '')::jsonb::text`

  const within = await scratch.database.transaction((db) => db.rows(read), {
    context: { username: 'mayo', user: undefined, request: 'r-1', source: 'contract', reason },
  })
  const later = await scratch.database.transaction((db) => db.rows(read))

  expect(JSON.parse(within[0]![0]!)).toEqual({
    username: 'mayo',
    request: 'r-1',
    source: 'contract',
    reason: `it's \\ "odd" \ufffd $1; rollback; --`,
  })
  expect(later).toEqual([[null]])
})

test('a connection may say who changes what no transaction says anything about', async () => {
  const read = sql`select current_setting('alyx.context', true)::jsonb::text`
  const named = await openDatabase({
    url: scratch.url,
    timeZone: 'UTC',
    maxConnections: 1,
    context: { source: 'command', reason: String.raw`a "b" \c 'd'` },
  })

  const alone = await named.rows(read)
  const within = await named.transaction((db) => db.rows(read), { context: { source: 'native' } })
  const after = await named.transaction((db) => db.rows(read))
  await named.close()

  expect(JSON.parse(alone[0]![0]!)).toEqual({ source: 'command', reason: String.raw`a "b" \c 'd'` })
  expect(within).toEqual([['{"source": "native"}']])
  expect(after).toEqual(alone)
})
