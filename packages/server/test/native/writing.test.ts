import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
let member: string
beforeAll(async () => {
  lab = await servedLaboratory()
  member = await tokenOfNew(lab.database, 'member', 'member')
})
afterAll(() => lab.close())

const PROJECTS = '/api/v1/subjects/project'

async function ask(method: InjectOptions['method'], url: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await lab.ask({
    method: method!,
    url,
    headers: { authorization: `Token ${lab.token}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? undefined : answer.json() }
}

const newProject = async (name: string, more: object = {}) => (await ask('POST', PROJECTS, { name, ...more })).body
const projectsNamed = (name: string) =>
  lab.database.rows(sql`select name, description from subjects_project where name like ${`${name}%`} order by name`)

describe('making a row', () => {
  test('asks for a key that nothing makes', async () => {
    const region = { name: 'a new nucleus', acronym: 'ANN' }

    const without = await ask('POST', '/api/v1/experiments/brainregion', region)
    const made = await ask('POST', '/api/v1/experiments/brainregion', { ...region, id: 1_000_001 })

    expect(without.status).toBe(400)
    expect(without.body.error.fields).toEqual({ id: ['This field is required.'] })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ id: 1_000_001, ...region })
  })

  test('answers with the row, its version and its address', async () => {
    const { status, body, headers } = await ask('POST', PROJECTS, { name: 'made', description: 'by hand' })

    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'made', description: 'by hand', users: [], $title: 'made' })
    expect(headers.location).toBe(`${PROJECTS}/${body.id}`)
    const read = await ask('GET', `${PROJECTS}/${body.id}`)
    expect(read.headers.etag).toBe(headers.etag)
    expect(read.body).toEqual(body)
  })

  test('tells every fault at once, unknown names with what was probably meant', async () => {
    const unknown = await ask('POST', PROJECTS, { nam: 'x', id: 'not one' })
    const faults = await ask('POST', PROJECTS, { name: '', users: ['nobody'] })

    expect(unknown.status).toBe(400)
    expect(unknown.body.error).toMatchObject({ code: 'invalid', fields: { nam: [expect.stringContaining('"name"')] } })
    expect(Object.keys(faults.body.error.fields)).toEqual(['name', 'users'])
  })

  test('a row shown by the API can be sent back as it was shown', async () => {
    const made = await newProject('shown')
    const { id, $title, ...fields } = made

    const { status, body } = await ask('PATCH', `${PROJECTS}/${id}`, { ...fields, $title })

    expect(status).toBe(200)
    expect(body).toEqual(made)
  })

  test('is refused to those who may not', async () => {
    const { status, body } = await ask('POST', PROJECTS, { name: 'mine' }, { authorization: `Token ${member}` })

    expect(status).toBe(403)
    expect(body.error.message).toBe('You may not make projects.')
    expect(await projectsNamed('mine')).toEqual([])
  })
})

describe('changing a row', () => {
  test('with the version that the client knows, or not at all: the answer has both versions', async () => {
    const { id } = await newProject('contested')
    const { headers } = await ask('GET', `${PROJECTS}/${id}`)
    const first = await ask(
      'PATCH',
      `${PROJECTS}/${id}`,
      { description: 'first' },
      { 'if-match': String(headers.etag) },
    )

    const second = await ask(
      'PATCH',
      `${PROJECTS}/${id}`,
      { description: 'second' },
      { 'if-match': String(headers.etag) },
    )

    expect(first.status).toBe(200)
    expect(second.status).toBe(409)
    expect(second.body.error).toMatchObject({
      code: 'outdated',
      details: { yours: { description: 'second' }, theirs: { description: 'first' } },
    })
    expect(second.headers.etag).toBe(first.headers.etag)
    expect(await projectsNamed('contested')).toEqual([['contested', 'first']])
  })

  test('of two that come at the same time with one version, one is refused', async () => {
    const { id } = await newProject('raced')
    const { headers } = await ask('GET', `${PROJECTS}/${id}`)
    const race = (description: string) =>
      ask('PATCH', `${PROJECTS}/${id}`, { description }, { 'if-match': String(headers.etag) })

    const answers = await Promise.all([race('one'), race('two'), race('three')])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  })

  test('writes who did it, through which door and why into the history', async () => {
    const { id } = await newProject('explained')

    await ask('PATCH', `${PROJECTS}/${id}`, { description: 'x' }, { 'x-change-reason': 'It was empty' })

    const [last] = (await ask('GET', `/api/v1/history/subjects/project/${id}`)).body.results
    expect(last).toMatchObject({ operation: 'update', source: 'native', reason: 'It was empty' })
  })
})

describe('removing a row', () => {
  test('can be looked at before: what goes, per model', async () => {
    const [[subject]] = (await lab.database.rows(
      sql`select subject_id from actions_session group by 1 order by count(*) limit 1`,
    )) as [[string]]

    const { body } = await ask('GET', `/api/v1/subjects/subject/${subject}/removal`)

    expect(body.refused).toBeNull()
    expect(body.removed).toMatchObject({ 'subjects.subject': 1, 'actions.session': expect.any(Number) })
    const there = await lab.database.rows(sql`select from subjects_subject where id = ${subject}`)
    expect(there).toHaveLength(1)
  })

  test('takes what belongs to it along', async () => {
    const { id } = await newProject('removed')

    expect((await ask('DELETE', `${PROJECTS}/${id}`)).status).toBe(204)
    expect((await ask('DELETE', `${PROJECTS}/${id}`)).status).toBe(404)
  })
})

describe('many rows in one request', () => {
  test('are all written, or none: the answer says which were refused', async () => {
    const create = [{ name: 'bulk 1' }, { name: 'made' }, { name: '' }, { name: 'bulk 2' }]

    const { status, body } = await ask('POST', `${PROJECTS}/bulk`, { create })

    expect(status).toBe(400)
    expect(body.error.message).toContain('2 of 4 rows cannot be written, so none was.')
    const [first, second, third] = body.error.details.results.create
    expect(first.id).toEqual(expect.any(String))
    expect(second.error.fields.name).toEqual(['project with this name already exists.'])
    expect(third.error.fields.name).toEqual(['This field may not be blank.'])
    expect(await projectsNamed('bulk')).toEqual([])
  })

  test('those that can be, when that is asked for', async () => {
    const create = [{ name: 'part 1' }, { name: 'part 1' }, { name: 'part 2' }]

    const { status, body } = await ask('POST', `${PROJECTS}/bulk`, { create, partial: true })

    expect(status).toBe(200)
    expect(body.results.create.map((one: object) => 'id' in one)).toEqual([true, false, true])
    expect(await projectsNamed('part')).toEqual([
      ['part 1', ''],
      ['part 2', ''],
    ])
  })

  test('are made, changed and removed together; a dry run says so and changes nothing', async () => {
    const [kept, gone] = [await newProject('mixed kept'), await newProject('mixed gone')]
    const asked = {
      create: [{ name: 'mixed new' }],
      change: [{ id: kept.id, description: 'changed' }],
      delete: [gone.id],
    }

    const dry = await ask('POST', `${PROJECTS}/bulk`, { ...asked, dry_run: true })
    const before = await projectsNamed('mixed')
    const wet = await ask('POST', `${PROJECTS}/bulk`, asked)

    expect(dry.body).toMatchObject({
      written: false,
      results: { change: [{ id: kept.id }], delete: [{ id: gone.id }] },
    })
    expect(before.map(([name]) => name)).toEqual(['mixed gone', 'mixed kept'])
    expect(wet.body.written).toBe(true)
    expect(await projectsNamed('mixed')).toEqual([
      ['mixed kept', 'changed'],
      ['mixed new', ''],
    ])
  })
})

test('a dry run of removing several rows says what would go with them, all together', async () => {
  const [[one], [other]] = (await lab.database.rows(
    sql`select subject_id::text from actions_weighing w where not exists (
          select from actions_session a join data_dataset d on d.session_id = a.id
            join data_dataset_tags t on t.dataset_id = d.id where a.subject_id = w.subject_id)
        group by 1 order by count(*) desc limit 2`,
  )) as [[string], [string]]
  const [[count]] = (await lab.database.rows(
    sql`select count(*)::int from actions_weighing where subject_id = any(${[one, other]}::uuid[])`,
  )) as unknown as [[number]]

  const { status, body } = await ask('POST', '/api/v1/subjects/subject/bulk', { delete: [one, other], dry_run: true })

  expect(status).toBe(200)
  expect(body.written).toBe(false)
  expect(body.removal.removed).toMatchObject({ 'subjects.subject': 2, 'actions.weighing': Number(count) })
  expect(
    await lab.database.rows(sql`select from subjects_subject where id = any(${[one, other]}::uuid[])`),
  ).toHaveLength(2)
})

test('a request that is sent twice with one key is carried out once', async () => {
  const key = { 'idempotency-key': 'the rig tries again' }

  const [first, second] = await Promise.all([
    ask('POST', PROJECTS, { name: 'sent twice' }, key),
    ask('POST', PROJECTS, { name: 'sent twice' }, key),
  ])
  const other = await ask('POST', PROJECTS, { name: 'something else' }, key)

  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.body).toEqual(first.body)
  expect(other.status).toBe(422)
  expect(await projectsNamed('sent twice')).toHaveLength(1)
})
