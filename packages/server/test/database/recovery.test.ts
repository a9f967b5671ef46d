import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DatabaseUnavailable, identifier, sql } from '../../src/database/index.ts'
import { asAdmin, type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
let lost: Error[]
beforeEach(async () => {
  lost = []
  scratch = await scratchDatabase({ maxConnections: 3, onError: (error) => lost.push(error) })
  await scratch.database.script('create table lab (name text); insert into lab values ($$cortexlab$$)')
})
afterEach(() => scratch.drop())

const allLabs = sql`select * from lab`

const databaseName = async () => String((await scratch.database.rows(sql`select current_database()`))[0]?.[0])

async function openEveryConnection(): Promise<void> {
  await Promise.all([1, 2, 3].map(() => scratch.database.rows(sql`select pg_sleep(0.05)`)))
}

async function endAllConnections(): Promise<void> {
  const name = await databaseName()
  await asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
}

describe('after the server has ended all connections', () => {
  test('reads go on as if nothing had happened', async () => {
    await openEveryConnection()
    await endAllConnections()

    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => scratch.database.rows(allLabs)))

    expect(answers).toEqual(Array(5).fill([['cortexlab']]))
  })

  test('losses of idle connections are reported, and end nothing', async () => {
    await openEveryConnection()
    await endAllConnections()
    await pause(100)

    expect(lost.length).toBeGreaterThan(0)
    expect(await scratch.database.execute(sql`insert into lab values ('zadorlab')`)).toBe(1)
  })
})

test('a write whose connection is cut is not repeated: nobody knows how far it came', async () => {
  const write = scratch.database.execute(sql`insert into lab select 'slow' from pg_sleep(30)`)
  const refused = expect(write).rejects.toBeInstanceOf(DatabaseUnavailable)
  await pause(100)
  await endAllConnections()

  await refused
  expect(await scratch.database.rows(allLabs)).toEqual([['cortexlab']])
})

test('a read whose connection is cut is repeated once', async () => {
  const read = scratch.database.rows(sql`select name, pg_sleep(0.4) from lab`)
  await pause(100)
  await endAllConnections()

  expect(await read).toEqual([['cortexlab', '']])
})

test('a transaction whose connection is cut fails as unavailable and gives its place back', async () => {
  for (let at = 0; at < 4; at++) {
    const work = scratch.database.transaction(async (db) => {
      await db.rows(allLabs)
      await endAllConnections()
      await db.rows(allLabs)
    })
    await expect(work).rejects.toBeInstanceOf(DatabaseUnavailable)
  }

  expect(await scratch.database.rows(allLabs)).toEqual([['cortexlab']])
})

test('a database dropped and made anew from a template is used without a restart', async () => {
  await openEveryConnection()
  for (let at = 0; at < 3; at++) await scratch.database.rows(allLabs) // prepared by now
  const name = identifier(await databaseName()).text
  const template = await scratchDatabase()
  await template.database.script('create table lab (id int, name text); insert into lab values (1, $$mainenlab$$)')
  const templateName = String((await template.database.rows(sql`select current_database()`))[0]?.[0])
  await template.database.close()

  await asAdmin(`drop database ${name} with (force)`)
  await expect(scratch.database.rows(allLabs)).rejects.toBeInstanceOf(DatabaseUnavailable)
  await asAdmin(`create database ${name} template ${identifier(templateName).text}`)

  expect(await scratch.database.rows(allLabs)).toEqual([['1', 'mainenlab']])
  await template.drop()
})

test('a table that gains a column does not break statements prepared before', async () => {
  await openEveryConnection()
  for (let at = 0; at < 4; at++) await scratch.database.rows(allLabs)
  await scratch.database.script('alter table lab add column timezone text')

  expect(await scratch.database.rows(allLabs)).toEqual([['cortexlab', null]])
  expect(await scratch.database.objects(allLabs)).toEqual([{ name: 'cortexlab', timezone: null }])
})

test('prepared statements that the server has forgotten are prepared again', async () => {
  await scratch.database.execute(sql`insert into lab values ('a')`)
  await scratch.database.execute(sql`insert into lab values ('a')`)
  await scratch.database.rows(sql`deallocate all`)

  expect(await scratch.database.execute(sql`insert into lab values ('a')`)).toBe(1)
})

test('a connection never holds more than 500 prepared statements, however many texts there are', async () => {
  const narrow = await scratchDatabase({ maxConnections: 1 })
  let most = 0
  for (let at = 0; at < 1200; at++) {
    const statement = { text: `select ${at} + $1::int`, values: [1] }
    await narrow.database.rows(statement)
    await narrow.database.rows(statement)
    if (at % 50 === 49) {
      const [row] = await narrow.database.rows(sql`select count(*) from pg_prepared_statements`)
      most = Math.max(most, Number(row?.[0]))
    }
  }

  expect(most).toBeGreaterThan(100) // they are prepared
  expect(most).toBeLessThanOrEqual(500)
  await narrow.drop()
})

test('statements made for one occasion are not prepared', async () => {
  const narrow = await scratchDatabase({ maxConnections: 1 })
  for (let at = 0; at < 20; at++) await narrow.database.rows({ text: `select ${at} as once`, values: [] })

  const [row] = await narrow.database.rows(
    sql`select count(*) from pg_prepared_statements where statement like '% as once'`,
  )

  expect(row).toEqual(['0'])
  await narrow.drop()
})
