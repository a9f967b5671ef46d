import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase({ timeZone: 'America/New_York' })
})
afterAll(() => scratch.drop())

test('rows are PostgreSQL’s own text forms', async () => {
  const answer = await scratch.database.rows(sql`
    select timestamptz '2020-01-01 10:00:00.123456+00', date '2020-02-29', true, false, 9007199254740993, 1.50::numeric,
           0.1::float8, 'NaN'::float8, '{"b": 1, "a": [null]}'::jsonb, '{"b":1}'::json, array[1, null, 2], null::text,
           interval '1 day 2 hours', 'é'::text`)

  expect(answer).toEqual([
    [
      '2020-01-01 05:00:00.123456-05',
      '2020-02-29',
      't',
      'f',
      '9007199254740993',
      '1.50',
      '0.1',
      'NaN',
      '{"a": [null], "b": 1}',
      '{"b":1}',
      '{1,NULL,2}',
      null,
      '1 day 02:00:00',
      'é',
    ],
  ])
})

test('objects have booleans, numbers, json and arrays parsed, and times as text', async () => {
  const answer = await scratch.database.objects(sql`
    select true as yes, 1::int2 as small, 2::int8 as count, 9007199254740993 as huge, 0.1::float8 as float,
           1.50::numeric as exact, '{"a": [null]}'::jsonb as json, array['x,y', null, '"'] as texts,
           array[[1, 2], [3, 4]] as grid, array['{"a":1}'::jsonb] as documents, array[true, false] as answers,
           '00000000-0000-0000-0000-000000000001'::uuid as id, timestamptz '2020-07-01 10:00+00' as at, null as nothing`)

  expect(answer).toEqual([
    {
      yes: true,
      small: 1,
      count: 2,
      huge: 9007199254740993n,
      float: 0.1,
      exact: '1.50',
      json: { a: [null] },
      texts: ['x,y', null, '"'],
      grid: [
        [1, 2],
        [3, 4],
      ],
      documents: [{ a: 1 }],
      answers: [true, false],
      id: '00000000-0000-0000-0000-000000000001',
      at: '2020-07-01 06:00:00-04',
      nothing: null,
    },
  ])
})

test('execute tells how many rows changed', async () => {
  await scratch.database.script('create table weighing (weight float8); insert into weighing values (20), (21), (30)')

  expect(await scratch.database.execute(sql`update weighing set weight = weight + 1 where weight < ${25}`)).toBe(2)
})

test('text with a null byte is refused as invalid, not cut', async () => {
  await expect(scratch.database.rows(sql`select ${'a\0b'}::text`)).rejects.toMatchObject({ name: 'InvalidText' })
})

test('more values than PostgreSQL can take are refused clearly', async () => {
  const values = Array<number>(70_000).fill(1)

  await expect(scratch.database.rows({ text: 'select 1', values })).rejects.toThrow('at most 65535 values')
})

test('every connection has the time zone and the name, from its first statement', async () => {
  const settings = await Promise.all(
    [1, 2, 3, 4].map(() =>
      scratch.database.rows(
        sql`select current_setting('TimeZone'), current_setting('DateStyle'), current_setting('application_name'), pg_sleep(0.05)`,
      ),
    ),
  )

  for (const [row] of settings) expect(row?.slice(0, 3)).toEqual(['America/New_York', 'ISO, MDY', 'alyx'])
})

test('a counted database counts statements, those in transactions and failed ones too', async () => {
  const count = { statements: 0, milliseconds: 0 }
  const counted = scratch.database.counted(count)

  await counted.rows(sql`select pg_sleep(0.02)`)
  await counted.transaction((db) => db.execute(sql`select 1`))
  await counted.rows(sql`select 1 / 0`).catch(() => undefined)
  await scratch.database.rows(sql`select 1`)

  expect(count.statements).toBe(3)
  expect(count.milliseconds).toBeGreaterThanOrEqual(20)
})

test('a statement over the time limit is stopped', async () => {
  const hurried = await scratchDatabase({ statementTimeoutMs: 50 })
  try {
    await expect(hurried.database.rows(sql`select pg_sleep(5)`)).rejects.toMatchObject({ name: 'StatementTimeout' })
    await hurried.database.script('select pg_sleep(0.1)') // scripts take the time they need
  } finally {
    await hurried.drop()
  }
})
