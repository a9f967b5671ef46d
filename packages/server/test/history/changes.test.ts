import { all, Lab, LabMember, Session, Subject } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raw, sql } from '../../src/database/index.ts'
import { listHistory, verifyHistory, watchedTables } from '../../src/history/index.ts'
import { record } from '../../src/recording/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { recordingAs } from '../records/recording-as.ts'
import { addLab, changed, type Somebody, somebody, told } from './laboratory.ts'

let laboratory: ScratchDatabase
let person: Somebody
beforeAll(async () => {
  laboratory = await demoDatabase({ timeZone: 'Europe/London' })
  person = await somebody(laboratory.database)
})
afterAll(() => laboratory.drop())

const firstSubject = async () => {
  const [row] = await laboratory.database.objects<{ id: string; nickname: string }>(
    sql`select id, nickname from subjects_subject order by nickname limit 1`,
  )
  return row!
}

describe('a change is remembered', () => {
  test('with who made it, when, through which door and why, whole when the record is new', async () => {
    const id = await laboratory.database.transaction((db) => addLab(db, 'newlab'), {
      context: { ...person, source: 'native', request: 'request-1', reason: 'We move in on Monday' },
    })

    const [entry] = await told(laboratory.database, { model: Lab, key: id })

    expect(entry).toMatchObject({
      model: 'misc.lab',
      table: 'misc_lab',
      key: id,
      field: null,
      operation: 'insert',
      old: null,
      new: { id, name: 'newlab', institution: 'Institute' },
      ...person,
      source: 'native',
      request: 'request-1',
      reason: 'We move in on Monday',
    })
    expect(Math.abs(Date.parse(entry!.at) - Date.now())).toBeLessThan(60_000)
  })

  test('with the columns that are another than before, and no others', async () => {
    const { id, nickname } = await firstSubject()

    await changed(
      laboratory.database,
      { ...person, source: 'contract' },
      sql`update subjects_subject set nickname = ${`${nickname}_b`}, description = description where id = ${id}`,
    )

    const [entry] = await told(laboratory.database, { model: Subject, key: id })
    expect(entry).toMatchObject({ operation: 'update', source: 'contract', ...person })
    expect([entry!.old, entry!.new]).toEqual([{ nickname }, { nickname: `${nickname}_b` }])
  })

  test('not at all when nothing is another than before', async () => {
    const { id } = await firstSubject()
    const before = await told(laboratory.database, { key: id })

    await changed(laboratory.database, undefined, sql`update subjects_subject set nickname = nickname`)

    expect(await told(laboratory.database, { key: id })).toEqual(before)
  })

  test.each(['contract', 'native', 'command'] as const)(
    'by whoever records it, through the door %s',
    async (source) => {
      const as = { ...recordingAs({ id: person.user, username: person.username }), source, request: `by ${source}` }
      const [lab] = await record(laboratory.database, { ...as, reason: 'to see' }, (recorder) =>
        recorder.create(Lab, [{ name: `${source} lab` }]),
      )

      expect(await told(laboratory.database, { model: Lab, key: lab!.key })).toMatchObject([
        { operation: 'insert', source, request: `by ${source}`, reason: 'to see', ...person },
      ])
    },
  )

  test('from Django and psql too, which say nothing about themselves', async () => {
    const id = await addLab(laboratory.database, 'by hand')
    await laboratory.database.execute(sql`delete from misc_lab where id = ${id}`)

    const entries = await told(laboratory.database, { key: id })

    expect(entries.map(({ operation, source, user }) => [operation, source, user])).toEqual([
      ['delete', 'Django or psql', null],
      ['insert', 'Django or psql', null],
    ])
    expect(entries[0]).toMatchObject({ old: { name: 'by hand' }, new: null })
  })

  test('only when it is committed', async () => {
    const attempt = laboratory.database.transaction(async (db) => {
      await addLab(db, 'never')
      throw new Error('refused')
    })
    await expect(attempt).rejects.toThrow('refused')

    const { entries } = await listHistory(laboratory.database, { model: Lab }, { limit: 100 })
    expect(entries.filter(({ new: row }) => row?.includes('never'))).toEqual([])
  })

  test('for links with the record that they are a field of', async () => {
    const [session] = await laboratory.database.rows(sql`select id from actions_session limit 1`)
    const [key] = session as [string]
    const context = { ...person, source: 'contract' } as const
    await changed(laboratory.database, context, sql`delete from actions_session_users where session_id = ${key}`)
    await changed(
      laboratory.database,
      context,
      sql`insert into actions_session_users (session_id, labmember_id) values (${key}, ${person.user})`,
    )

    const [entry] = await told(laboratory.database, { model: Session, key })

    expect(entry).toMatchObject({
      model: 'actions.session',
      table: 'actions_session_users',
      key,
      field: 'users',
      operation: 'insert',
      new: { session_id: key, labmember_id: person.user },
    })
  })

  test('for every row of a statement', async () => {
    await changed(
      laboratory.database,
      { source: 'command', request: 'all' },
      sql`update misc_note set text = text || '.'`,
    )
    const [[notes] = []] = await laboratory.database.rows(sql`select count(*) from misc_note`)

    const entries = await told(laboratory.database, { request: 'all' }, 1000)

    expect(entries).toHaveLength(Number(notes))
    expect(new Set(entries.map(({ transaction }) => transaction)).size).toBe(1)
  })

  test('as one that went and one that came, when a row is given another key', async () => {
    const old = await addLab(laboratory.database, 'another key')
    const key = '00000000-0000-4000-8000-00000000f00d'

    await changed(laboratory.database, undefined, sql`update misc_lab set id = ${key} where id = ${old}`)

    expect((await told(laboratory.database, { key }))[0]).toMatchObject({ operation: 'insert', new: { id: key } })
    expect((await told(laboratory.database, { key: old }))[0]).toMatchObject({ operation: 'delete', old: { id: old } })
  })

  test('when a whole table is emptied, without its rows', async () => {
    await laboratory.database.script('truncate data_download, data_download_projects')

    const entries = await told(laboratory.database, { operation: 'truncate' })

    expect(entries.map(({ table, key }) => [table, key])).toEqual(
      expect.arrayContaining([
        ['data_download', null],
        ['data_download_projects', null],
      ]),
    )
  })

  test('in UTC, whatever the zone of whoever wrote it', async () => {
    const [[id] = []] = await laboratory.database.rows(sql`select id from actions_session limit 1`)
    await changed(
      laboratory.database,
      undefined,
      sql`update actions_session set end_time = '2026-07-01 12:00:00.25' where id = ${id}`,
    )

    const [entry] = await told(laboratory.database, { key: id! })
    expect(entry!.new).toMatchObject({ end_time: '2026-07-01T11:00:00.25+00:00' })
  })

  test('with numbers as they were written', async () => {
    const id = await addLab(laboratory.database, 'exact')
    const { entries } = await listHistory(laboratory.database, { key: id }, { limit: 1 })
    expect(entries[0]!.new).toContain('{"a": 1.50, "big": 12345678901234567890}')
  })
})

describe('credentials', () => {
  test('leave nothing but the fact that a password was changed', async () => {
    await changed(
      laboratory.database,
      undefined,
      sql`update misc_labmember set password = 'pbkdf2_sha256$hush', first_name = 'Ann' where id = ${person.user}`,
    )

    const [entry] = await told(laboratory.database, { model: LabMember, key: person.user })

    expect(entry!.new).toEqual({ password: '(secret)', first_name: 'Ann' })
    expect(entry!.old).toMatchObject({ password: '(secret)' })
  })

  test('are nowhere in the history, neither passwords nor tokens nor web sessions', async () => {
    const { database } = laboratory
    await database.execute(
      sql`insert into authtoken_token (key, created, user_id) select 'secret-token', now(), id from misc_labmember u
where not exists (select from authtoken_token t where t.user_id = u.id) limit 1`,
    )
    await database.execute(sql`insert into django_session values ('secret-cookie', 'secret-data', now())`)

    const found = await database.rows(
      sql`select c::text from alyx.change c where c::text ~ 'pbkdf2|secret-|session_key|authtoken'`,
    )

    expect(found).toEqual([])
  })
})

test('every table of the laboratory is watched, also one that is declared tomorrow', async () => {
  const { unwatched } = await verifyHistory(laboratory.database)
  expect(unwatched).toEqual([])

  const tables = watchedTables.map(({ table }) => table)
  const missing = all.filter(({ framework, table }) => !framework && !tables.includes(table))
  expect(missing).toEqual([])
  expect(tables).toHaveLength(92)
})

test('the keys that the triggers read are those that the declarations name', async () => {
  const watching = await laboratory.database.objects<{ table: string; arguments: string }>(
    raw(`select tgrelid::regclass::text as "table", encode(tgargs, 'escape') as arguments from pg_trigger
where tgname = 'alyx_remember_insert'`),
  )

  expect(watching.map(({ table, arguments: given }) => [table, given.split('\\000')[0]]).sort()).toEqual(
    watchedTables.map(({ table, keyColumn }) => [table, keyColumn]).sort(),
  )
})
