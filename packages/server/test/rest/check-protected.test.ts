import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { ID, smallLaboratory } from '../query/laboratory.ts'
import { applicationOn, signedIn } from './application.ts'

let scratch: ScratchDatabase
let app: FastifyInstance
let member: { authorization: string }

const SESSION = 'CL001/2025-03-30/001'
const CHARACTERS =
  'Invalid ALF path. Only letters, numbers, hyphen and underscores allowed. A revision folder must be surrounded by pound signs (#).'

beforeAll(async () => {
  scratch = await smallLaboratory()
  const { database } = scratch
  await database.script(`
    insert into data_revision (id, name, description, created_datetime) values
      ('00000000-0000-4000-8000-000000000101', 'older', '', '2025-04-01'),
      ('00000000-0000-4000-8000-000000000102', 'newer', '', '2025-05-01'),
      ('00000000-0000-4000-8000-000000000103', 'undated', '', null);
    insert into data_tag (id, name, description, protected, public)
      values ('00000000-0000-4000-8000-000000000104', 'published', '', true, true);
    insert into django_content_type (id, app_label, model) values
      (1001, 'subjects', 'subject'), (1002, 'actions', 'session'), (1003, 'sessions', 'session')
      on conflict do nothing;
  `)
  const dataset = async (given: Record<string, unknown>) => {
    const {
      name = 'wheel.position.npy',
      collection = 'alf',
      session = ID.first,
      object = null,
      revision = null,
    } = given
    const [row] = await database.objects<{ id: string }>(sql`
      insert into data_dataset (id, name, collection, session_id, object_id, content_type_id, revision_id, generating_software,
        hash, version, default_dataset, qc, dataset_type_id, data_format_id)
      values (gen_random_uuid(), ${name}, ${collection}, ${object === null ? session : null}::uuid, ${object}::uuid,
        (select id from django_content_type where app_label = 'subjects' and model = 'subject' and ${object}::uuid is not null),
        (select id from data_revision where name = ${revision}), '', '', '', true, 0, ${ID.type}, ${ID.format})
      returning id`)
    if (given.isProtected)
      await database.execute(
        sql`insert into data_dataset_tags (dataset_id, tag_id) select ${row!.id}::uuid, id from data_tag where protected`,
      )
  }
  await dataset({})
  await dataset({ revision: 'older', isProtected: true })
  await dataset({ revision: 'undated' })
  await dataset({ revision: 'newer' })
  await dataset({ name: 'licks.times.npy' })
  await dataset({ session: ID.second, name: 'only.there.npy', isProtected: true })
  await dataset({ object: ID.mouse, collection: 'Subjects', name: 'trials.table.pqt', isProtected: true })
  member = await signedIn(database, 'ann')
  app = await applicationOn(database)
})
afterAll(async () => {
  await app?.close()
  await scratch?.drop()
})

const ask = (fields: Record<string, string>, headers: object = member) =>
  app.inject({ url: `/check-protected?${new URLSearchParams(fields)}`, headers: { ...headers } })
const askWithBody = (payload: object, headers: object = member) =>
  app.inject({ method: 'GET', url: '/check-protected', headers: { ...headers }, payload })

const NONE = '{"status_code":200,"details":"None of the datasets are protected"}'
const WHEEL = [{ newer: false }, { older: true }, { undated: false }, { '': false }]

describe('files of a session', () => {
  test('one that is protected in any revision is told with all its revisions, newest first', async () => {
    const answer = await ask({ path: SESSION, filenames: 'alf/wheel.position.npy' })

    expect(answer.statusCode).toBe(200)
    expect(answer.body).toBe(
      `{"status_code":403,"error":"One or more datasets is protected","details":[{"alf/wheel.position.npy":${JSON.stringify(WHEEL)}}]}`,
    )
  })

  test('every file is told as it was written and in the order of the question', async () => {
    const filenames = [
      'alf/nothing.here.npy',
      'alf/#older#/wheel.position.npy',
      'alf/licks.times.npy',
      'alf/wheel.position.npy',
      'alf/wheel.position.npy',
    ]

    const answer = await askWithBody({ path: SESSION, filenames, created_by: 'ann' })

    expect(answer.statusCode).toBe(200)
    expect(answer.json().details).toEqual([
      { 'alf/nothing.here.npy': [] },
      { 'alf/#older#/wheel.position.npy': WHEEL },
      { 'alf/licks.times.npy': [{ '': false }] },
      { 'alf/wheel.position.npy': WHEEL },
      { 'alf/wheel.position.npy': WHEEL },
    ])
  })

  test.each([
    { files: 'without protection', filenames: 'alf/licks.times.npy,alf/nothing.here.npy' },
    { files: 'in another collection', filenames: 'wheel.position.npy' },
    { files: 'of another session of the day', filenames: 'alf/only.there.npy' },
    { files: 'that nobody named', filenames: '' },
  ])('files $files are free', async ({ filenames }) => {
    const answer = await ask({ path: SESSION, filenames })

    expect(answer.statusCode).toBe(200)
    expect(answer.body).toBe(NONE)
  })

  test('folders may stand in the path, which a rig may write in its own way', async () => {
    const answer = await ask({ path: 'CL001\\2025-03-30\\1\\alf\\', filenames: 'wheel.position.npy' })

    expect(answer.json().details).toEqual([{ 'wheel.position.npy': WHEEL }])
  })

  test('a body counts before the address', async () => {
    const answer = await app.inject({
      method: 'GET',
      url: `/check-protected?path=${SESSION}&filenames=alf/wheel.position.npy`,
      headers: member,
      payload: { path: SESSION, filenames: ['alf/licks.times.npy'] },
    })

    expect(answer.body).toBe(NONE)
  })

  test('the number of statements does not grow with the number of files, and of somebody who belongs to the session nothing is written', async () => {
    const filenames = Array.from({ length: 500 }, (_, at) => `alf/probe${at}/wheel.position.npy`)
    const users = () => scratch.database.rows(sql`select count(*) from actions_session_users`)
    const before = await users()

    const answer = await askWithBody({ path: SESSION, filenames, created_by: 'ann' })

    expect(answer.body).toBe(NONE)
    expect(answer.headers['server-timing']).toMatch(/desc="5"$/)
    expect(await users()).toEqual(before)
  })

  test('whoever would register the files becomes one of the people of the session', async () => {
    await signedIn(scratch.database, 'newcomer')
    const people = () =>
      scratch.database.rows(sql`select u.username from actions_session_users su join misc_labmember u on u.id = su.labmember_id
        where su.session_id = ${ID.first} and u.username = 'newcomer'`)

    await ask({ path: SESSION, filenames: 'sub+x/a.b.npy', created_by: 'newcomer' })
    expect(await people()).toEqual([])

    await ask({ path: SESSION, filenames: 'a.b.npy', created_by: 'newcomer' })
    await ask({ path: SESSION, filenames: 'a.b.npy', created_by: 'newcomer' })
    expect(await people()).toEqual([['newcomer']])
  })
})

describe('files of a record that is no session', () => {
  const files = { path: 'Subjects', filenames: 'trials.table.pqt', object_id: ID.mouse }

  test.each(['subject', 'subjects.subject'])('%s', async (content_type) => {
    const answer = await ask({ ...files, content_type })

    expect(answer.json()).toEqual({
      status_code: 403,
      error: 'One or more datasets is protected',
      details: [{ 'trials.table.pqt': [{ '': true }] }],
    })
  })

  test('those of another subject are free', async () => {
    expect((await ask({ ...files, content_type: 'subject', object_id: ID.rat })).body).toBe(NONE)
  })

  test('a session by that name is a session of the laboratory, not of a browser', async () => {
    expect((await ask({ ...files, content_type: 'session', object_id: ID.first })).body).toBe(NONE)
  })

  test.each([
    { asked: { content_type: 'zz', object_id: ID.mouse }, detail: 'Invalid content type: zz' },
    { asked: { content_type: 'a.b.c', object_id: ID.mouse }, detail: 'Invalid content type: a.b.c' },
    { asked: { content_type: 'subject', object_id: 'zz' }, detail: 'Invalid object ID: zz' },
    { asked: { content_type: 'subject', object_id: ID.first }, detail: `Invalid object ID: ${ID.first}` },
    { asked: { content_type: 'contenttype', object_id: ID.first }, detail: `Invalid object ID: ${ID.first}` },
    { asked: { content_type: 'subject', object_id: ID.mouse, path: 'a+b' }, detail: CHARACTERS },
  ])('$asked is refused: $detail', async ({ asked, detail }) => {
    const answer = await ask({ ...files, ...asked })

    expect(answer.statusCode).toBe(400)
    expect(answer.body).toBe(JSON.stringify({ status_code: 400, detail }))
  })

  test.each([{ content_type: 'subject' }, { object_id: ID.mouse }])('%o alone is refused', async (half) => {
    const answer = await ask({ path: 'a/b', filenames: 'a.b.npy', ...half })

    expect(answer.statusCode).toBe(400)
    expect(answer.body).toBe(
      '{"status_code":400,"error":"Both content_type and object_id should be provided together."}',
    )
  })
})

describe('questions that cannot be answered', () => {
  test.each([
    { path: 'CL001/1999-01-01/1', detail: 'A base session for CL001 on 1999-01-01 does not exist' },
    { path: 'CL001/2025-03-30/777', detail: 'A session for CL001/777 on 2025-03-30 does not exist' },
  ])('$path has no session: the one 500 that pipelines wait for', async ({ path, detail }) => {
    const answer = await ask({ path, filenames: 'a.b.npy' })

    expect(answer.statusCode).toBe(500)
    expect(answer.body).toBe(JSON.stringify({ status_code: 500, detail }))
  })

  test.each([
    { asked: {}, detail: 'The path argument is required.' },
    { asked: { path: null }, detail: 'The path argument is required.' },
    { asked: { path: 'zz' }, detail: 'The path zz should be `nickname/YYYY-MM-DD/n/...' },
    { asked: { path: 'nobody/2020-01-01/1' }, detail: 'A subject with nickname "nobody" does not exist.' },
    { asked: { path: SESSION, created_by: 'nobody' }, detail: 'A user with username "nobody" does not exist.' },
    { asked: { path: SESSION, filenames: ['/abs/a.b.npy'] }, detail: CHARACTERS },
    { asked: { path: SESSION, filenames: ['../a.b.npy'] }, detail: `${CHARACTERS} The file is "../a.b.npy".` },
    { asked: { path: 5 }, detail: 'path must be a text.' },
    {
      asked: { path: SESSION, filenames: null },
      detail: 'filenames must be a list of texts, or one text with commas in between.',
    },
  ])('$asked: $detail', async ({ asked, detail }) => {
    const answer = await askWithBody({ filenames: [], ...asked })

    expect(answer.statusCode).toBe(400)
    expect(answer.body).toBe(JSON.stringify({ status_code: 400, detail }))
  })

  test('characters that no database keeps are refused, not a mistake of the server', async () => {
    expect((await askWithBody({ path: SESSION, filenames: ['a\0.npy'] })).statusCode).toBe(400)
    expect((await askWithBody({ path: SESSION, created_by: '\0' })).statusCode).toBe(400)
  })

  test('a body that is no JSON is refused', async () => {
    const answer = await app.inject({
      method: 'GET',
      url: '/check-protected',
      headers: { ...member, 'content-type': 'application/json' },
      payload: '{path',
    })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toMatch(/^JSON parse error/)
  })

  test('people without account and public accounts are not answered', async () => {
    const anonymous = await ask({ path: SESSION }, {})
    const visitor = await ask({ path: SESSION }, await signedIn(scratch.database, 'visitor', { isPublic: true }))

    expect([anonymous.statusCode, visitor.statusCode]).toEqual([403, 403])
  })
})

test('two laboratories with one nickname are told apart by neither path nor guess', async () => {
  await scratch.database.script(`update subjects_subject set nickname = 'CL001' where id = '${ID.odd}'; select 1`)

  const answer = await ask({ path: SESSION, filenames: 'alf/wheel.position.npy' })

  expect(answer.statusCode).toBe(400)
  expect(answer.json().detail).toBe('There are 2 subjects with nickname "CL001".')
})
