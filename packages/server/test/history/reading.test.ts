import { randomUUID } from 'node:crypto'
import { BrainRegion, ChronicInsertion, FOVLocation, Food, Lab, LabMember, Session, Subject } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, sql } from '../../src/database/index.ts'
import { exportHistory, type HistoryFilter, listHistory, recordAsOf } from '../../src/history/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { addLab, changed, type Somebody, somebody, told } from './laboratory.ts'

let laboratory: ScratchDatabase
let database: Database
let person: Somebody
beforeAll(async () => {
  laboratory = await demoDatabase()
  database = laboratory.database
  person = await somebody(database)
})
afterAll(() => laboratory.drop())

const one = async (statement: ReturnType<typeof sql>) => (await database.rows(statement))[0]![0]!
const clock = () => one(sql`select clock_timestamp()`)

/** A save in Django's pages, as django-reversion keeps it. */
async function versionOf(key: string, fields: object, comment = 'Changed Name.', at = '2020-05-04 10:00:00+00') {
  const [[revision] = []] = await database.rows(
    sql`insert into reversion_revision (date_created, comment, user_id) values (${at}, ${comment}, ${person.user}) returning id`,
  )
  await database.execute(
    sql`insert into reversion_version (object_id, format, serialized_data, object_repr, content_type_id, revision_id, db)
select ${key}, 'json', ${JSON.stringify([{ model: 'misc.lab', pk: key, fields }])}, 'a lab', id, ${revision}, 'default'
from django_content_type where app_label = 'misc' and model = 'lab'`,
  )
}

describe('the history is read', () => {
  test('newest first, page by page, nothing twice and nothing left out', async () => {
    const request = randomUUID()
    for (let at = 0; at < 7; at++)
      await changed(database, { source: 'contract', request }, sql`update misc_food set name = name || 'x'`)
    const all = await told(database, { request }, 1000)

    const ids: number[] = []
    let after: Parameters<typeof listHistory>[2]['after']
    do {
      const page = await listHistory(database, { request }, { limit: 3, after })
      ids.push(...page.entries.map(({ id }) => id))
      after = page.next
    } while (after)

    expect(ids).toEqual(all.map(({ id }) => id))
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
  })

  test('of one person, one door, one kind of change, one stretch of time', async () => {
    const before = await clock()
    const key = await database.transaction((db) => addLab(db, 'filtered'), {
      context: { ...person, source: 'native' },
    })
    const between = await clock()
    await changed(database, { source: 'command' }, sql`update misc_lab set address = 'There' where id = ${key}`)
    const found = async (filter: HistoryFilter) =>
      (await told(database, { model: Lab, key, ...filter })).map(({ operation }) => operation)

    expect(await found({})).toEqual(['update', 'insert'])
    expect(await found({ user: person.user })).toEqual(['insert'])
    expect(await found({ user: person.username })).toEqual(['insert'])
    expect(await found({ user: 'nobody' })).toEqual([])
    expect(await found({ source: 'command' })).toEqual(['update'])
    expect(await found({ operation: 'insert' })).toEqual(['insert'])
    expect(await found({ from: between })).toEqual(['update'])
    expect(await found({ from: before, to: between })).toEqual(['insert'])
    expect(await found({ model: Food })).toEqual([])
  })

  test('with what was saved in Django before', async () => {
    const key = await addLab(database, 'older than us')
    await versionOf(key, { name: 'once', reference_weight_pct: 0.8, repositories: [], json: null }, 'Added.')

    const entries = await told(database, { model: Lab, key })
    const alone = await told(database, { source: 'reversion' })
    const without = await told(database, { key, source: 'Django or psql' })

    expect(entries.map(({ operation }) => operation)).toEqual(['insert', 'version'])
    expect(alone).toEqual([entries[1]])
    expect(without).toEqual([entries[0]])
    expect(entries[1]).toMatchObject({
      at: '2020-05-04T10:00:00.000000Z',
      model: 'misc.lab',
      table: 'misc_lab',
      key,
      old: null,
      new: { id: key, name: 'once' },
      ...person,
      source: 'reversion',
      reason: 'Added.',
      transaction: null,
    })
  })

  test('page by page where Django and we wrote at the same time', async () => {
    const key = await addLab(database, 'both')
    const [[at] = []] = await database.rows(sql`select at from alyx.change where key = ${key}`)
    for (const name of ['a', 'b', 'c']) await versionOf(key, { name }, '', at!)

    const seen: string[] = []
    let after: Parameters<typeof listHistory>[2]['after']
    do {
      const page = await listHistory(database, { model: Lab, key }, { limit: 1, after })
      seen.push(...page.entries.map((entry) => `${entry.operation} ${entry.id}`))
      after = page.next
    } while (after)

    expect(seen).toHaveLength(4)
    expect(new Set(seen).size).toBe(4)
  })

  test('although a copy of Django cannot be read', async () => {
    const key = await addLab(database, 'damaged')
    await versionOf(key, {})
    await database.execute(sql`update reversion_version set serialized_data = 'lost' where object_id = ${key}`)

    expect((await told(database, { key }))[1]).toMatchObject({ operation: 'version', new: null })
  })
})

describe('a record as of a moment', () => {
  test('is what it was, and nothing before it was made or after it was removed', async () => {
    const before = await clock()
    const key = await addLab(database, 'as of')
    const made = await clock()
    await changed(database, undefined, sql`update misc_lab set name = 'as of then', json = null where id = ${key}`)
    await changed(database, undefined, sql`update misc_lab set name = 'as of now' where id = ${key}`)
    const changedTwice = await clock()
    await changed(database, undefined, sql`delete from misc_lab where id = ${key}`)
    const asOf = async (moment: string) => (await recordAsOf(database, Lab, key, moment)).record

    expect(await asOf(before)).toBeUndefined()
    expect(await asOf(made)).toMatchObject({
      name: '"as of"',
      institution: '"Institute"',
      json: '{"a":1.50,"big":12345678901234567890}',
    })
    expect(await asOf(changedTwice)).toMatchObject({ name: '"as of now"', json: 'null' })
    expect(await asOf(await clock())).toBeUndefined()
  })

  test('has the links that it had', async () => {
    const session = await one(sql`select id from actions_session limit 1`)
    await changed(database, undefined, sql`delete from actions_session_users where session_id = ${session}`)
    const without = await clock()
    await changed(
      database,
      undefined,
      sql`insert into actions_session_users (session_id, labmember_id) values (${session}, ${person.user})`,
    )

    const then = await recordAsOf(database, Session, session, without)
    const now = await recordAsOf(database, Session, session, await clock())

    expect(then.links.users).toEqual([])
    expect(now.links.users).toEqual([person.user])
    expect(Object.keys(now.links).sort()).toEqual(['procedures', 'projects', 'users'])
  })

  test('has links to what is numbered', async () => {
    const location = await one(sql`select fovlocation_id from experiments_fovlocation_brain_region limit 1`)
    const before = await recordAsOf(database, FOVLocation, location, await clock())
    const moment = await clock()
    await changed(
      database,
      undefined,
      sql`delete from experiments_fovlocation_brain_region where fovlocation_id = ${location}`,
    )

    expect(before.links.brain_region!.length).toBeGreaterThan(0)
    expect((await recordAsOf(database, FOVLocation, location, moment)).links).toEqual(before.links)
    expect((await recordAsOf(database, FOVLocation, location, await clock())).links.brain_region).toEqual([])
  })

  test('may lie in two tables', async () => {
    const [id, subject] = [randomUUID(), await one(sql`select id from subjects_subject limit 1`)]
    const before = await clock()
    await changed(
      database,
      undefined,
      sql`insert into actions_chronicrecording (id, name, narrative, start_time, json, subject_id)
values (${id}, 'chronic', '', now(), null, ${subject})`,
      sql`insert into experiments_chronicinsertion (chronicrecording_ptr_id, serial) values (${id}, 'P1')`,
    )
    const made = await clock()
    await changed(database, undefined, sql`update actions_chronicrecording set narrative = 'moved' where id = ${id}`)

    const then = await recordAsOf(database, ChronicInsertion, id, made)
    const entries = await told(database, { model: ChronicInsertion, key: id })

    expect((await recordAsOf(database, ChronicInsertion, id, before)).record).toBeUndefined()
    expect(then.record).toMatchObject({ narrative: '""', serial: '"P1"' })
    expect(entries.map(({ operation }) => operation)).toEqual(['update', 'insert', 'insert'])
  })

  test('may have a number for a key', async () => {
    const moment = await clock()
    const [id, name] = (await database.rows(sql`select id, name from experiments_brainregion limit 1`))[0]!
    await changed(database, undefined, sql`update experiments_brainregion set name = 'Renamed' where id = ${id}`)

    expect((await recordAsOf(database, BrainRegion, id!, moment)).record).toMatchObject({ name: JSON.stringify(name) })
  })

  test('never shows a password', async () => {
    const { record } = await recordAsOf(database, LabMember, person.user, await clock())
    expect(record).toMatchObject({ username: JSON.stringify(person.username) })
    expect(record).not.toHaveProperty('password')
  })

  test('says when nobody can know', async () => {
    const key = await one(sql`select id from subjects_subject limit 1`)

    const known = await recordAsOf(database, Subject, key, await clock())
    const longAgo = await recordAsOf(database, Subject, key, '2019-01-01')

    expect(known.known).toBe(true)
    expect(longAgo.known).toBe(false)
    expect(Date.parse(longAgo.began)).toBeGreaterThan(Date.parse('2024-01-01'))
  })

  test('is told alike by a server of another zone', async () => {
    const session = await one(sql`select id from actions_session limit 1`)
    const moment = await clock()
    await changed(
      database,
      undefined,
      sql`update actions_session set end_time = '2026-07-01 12:00:00+00' where id = ${session}`,
    )
    const { record } = await recordAsOf(database, Session, session, moment)
    const [[start] = []] = await database.rows(
      sql`select to_char(start_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') from actions_session where id = ${session}`,
    )

    expect(record!.start_time).toContain(`${start}`)
    expect(record!.start_time).toContain('+00:00')
  })
})

describe('an export', () => {
  const exported = async (format: 'jsonl' | 'csv', filter = {}) => {
    const parts: string[] = []
    const count = await exportHistory(database, filter, format, async (text) => void parts.push(text))
    return { text: parts.join(''), count }
  }

  test('has one line for every change, from the beginning', async () => {
    const { text, count } = await exported('jsonl')

    const lines = text.trimEnd().split('\n')
    expect(lines).toHaveLength(count)
    expect(String(count)).toBe(await one(sql`select count(*) from alyx.change`))
    expect(JSON.parse(lines[0]!)).toMatchObject({ id: 1, operation: 'start' })
  })

  test('can be of one table and one stretch of time', async () => {
    const from = await clock()
    await changed(database, undefined, sql`update misc_food set name = 'another ' || name`)
    const foods = Number(await one(sql`select count(*) from misc_food`))
    await addLab(database, 'not asked for')

    expect((await exported('jsonl', { from, table: 'misc_food' })).count).toBe(foods)
  })

  test('is a table whose cells no spreadsheet takes for a formula', async () => {
    const request = randomUUID()
    await changed(
      database,
      { source: 'native', request, reason: '=HYPERLINK("http://evil")' },
      sql`update misc_food set name = name || ', "quoted"' where id = (select id from misc_food limit 1)`,
    )

    const { text } = await exported('csv', { request })

    const [heading, line] = text.split('\r\n')
    expect(heading).toMatch(/^id,at,transaction,table_name,key,operation,old,new,/)
    expect(line).toContain(`"'=HYPERLINK(""http://evil"")"`)
    expect(line).toContain('\\""quoted\\""')
  })
})

test('a page of the history is found by indexes, also in a long one', async () => {
  const plan = async (statement: ReturnType<typeof sql>) => (await database.rows(statement)).flat().join('\n')
  await database.script(`
    insert into misc_food (id, name, description, json) select gen_random_uuid(), 'food ' || i, '', null from generate_series(1, 20000) i;
    analyze alyx.change`)
  const key = await one(sql`select key from alyx.change where table_name = 'misc_food' limit 1`)

  const ofRecord = await plan(
    sql`explain select * from alyx.change c where c.table_name = any('{misc_food}') and c.key = ${key} order by c.at desc, c.id desc limit 50`,
  )
  const newest = await plan(
    sql`explain select * from alyx.change c where c.operation <> 'start' order by c.at desc, c.id desc limit 50`,
  )

  expect(ofRecord).toContain('change_record')
  expect(newest).toContain('change_at')
})
