import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type RigLaboratory, rigLaboratory } from '../domains/data/registration/rig-laboratory.ts'
import { applicationOn, signedIn } from './application.ts'

let lab: RigLaboratory
let app: FastifyInstance
let rig: { authorization: string }

beforeAll(async () => {
  lab = await rigLaboratory()
  app = await applicationOn(lab.database)
  rig = await signedIn(lab.database, 'rig')
}, 120_000)
afterAll(async () => {
  await app?.close()
  await lab?.drop()
})

const post = (url: string, payload: object, headers: object = rig) =>
  app.inject({ method: 'POST', url, headers: { ...headers }, payload })
const register = (payload: object, headers: object = rig) => post('/register-file', payload, headers)
const session = async () => {
  const { day, sessions } = await lab.day([1])
  return { id: sessions.get(1)!, path: `RIG_1/${day}/001` }
}

describe('the answer', () => {
  test('is a list in the order of the files, with the keys that clients know in their order', async () => {
    const { id, path } = await session()

    const answer = await register({
      path,
      filenames: ['alf/spikes.times.npy', '#v1#/spikes.clusters.npy'],
      name: 'main_server',
      filesizes: [2 ** 40, null],
      qc: 'WARNING',
    })

    expect(answer.statusCode).toBe(201)
    const [first, second] = answer.json()
    expect(Object.keys(first)).toEqual(
      'id name file_size subject created_by created_datetime dataset_type data_format session session_number session_users session_start_time collection revision default qc file_records'.split(
        ' ',
      ),
    )
    expect(first).toMatchObject({ session: id, session_number: 1, session_users: 'rig', qc: 30, file_size: 2 ** 40 })
    expect(first.session_start_time).toMatch(/^2031-\d\d-\d\dT10:00:00$/)
    expect(first.created_datetime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/)
    expect(second).toMatchObject({ name: 'spikes.clusters.npy', revision: 'v1', file_size: null })
    expect(Object.keys(second.file_records[0])).toEqual(['id', 'data_repository', 'relative_path', 'exists'])
  })

  test('names the owner of files of no session', async () => {
    const answer = await register({
      path: 'aggregates',
      filenames: 'spikes.times.npy',
      name: 'mirror',
      content_type: 'subject',
      object_id: lab.subject,
    })

    expect(Object.keys(answer.json()[0]).slice(8, 10)).toEqual(['content_type', 'object_id'])
    expect(answer.json()[0]).toMatchObject({ content_type: 'subjects.subject', object_id: lab.subject })
  })

  test('a form says the same with commas', async () => {
    const { path } = await session()
    const form = { path, filenames: 'spikes.times.npy,spikes.clusters.npy', filesizes: '1,2', versions: 'v' }

    const answer = await app.inject({
      method: 'POST',
      url: '/register-file',
      headers: { ...rig, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    })

    expect(answer.json()).toMatchObject([{ file_size: 1 }, { file_size: 2 }])
  })

  test('no files are an empty list', async () => {
    const { path } = await session()

    const answer = await register({ path, filenames: [] })

    expect([answer.statusCode, answer.body]).toEqual([201, '[]'])
  })
})

describe('refusals', () => {
  test.each([
    { given: { path: 'zz' }, body: { error: 'The path zz should be `nickname/YYYY-MM-DD/n/...' } },
    {
      given: { path: 'nobody/2031-01-01/1' },
      body: { error: 'A subject with nickname "nobody" does not exist.' },
    },
    {
      given: { path: 'RIG_1/1999-01-01/1' },
      body: { error: 'A base session for RIG_1 on 1999-01-01 does not exist' },
    },
    {
      given: { content_type: 'subject' },
      body: { error: 'Both content_type and object_id should be provided together.' },
    },
    { given: { name: 'nowhere' }, body: { detail: 'The specified repository does not exist.' } },
    { given: { labs: 'nolab' }, body: { detail: 'One or more of the specified labs do not exist.' } },
    { given: { path: '' }, body: { detail: 'The path argument is required.' } },
    {
      given: { hashes: ['a', 'b'] },
      body: { detail: 'hashes has 2 values for 1 file: it needs one for each, in the same order.' },
    },
    {
      given: { filenames: ['alf/#v1#/sub/spikes.times.npy'] },
      body: {
        detail:
          'Invalid ALF path. There must be only 1 revision and it cannot containsub folders. A revision folder must be surrounded by pound signs (#).',
      },
    },
  ])('$body', async ({ given, body }) => {
    const { path } = await session()

    const answer = await register({ path, filenames: ['spikes.times.npy'], ...given })

    expect(answer.statusCode).toBe(400)
    expect(answer.body).toBe(JSON.stringify({ status_code: 400, ...body }))
  })

  test('characters that no database keeps are refused, not a mistake of the server', async () => {
    const { path } = await session()

    for (const given of [{ filenames: ['a\0.npy'] }, { hashes: ['\0'] }, { name: '\0' }, { labs: ['\0'] }])
      expect((await register({ path, filenames: ['spikes.times.npy'], ...given })).statusCode).toBe(400)
  })

  test('protected files are 403: beforehand with all revisions, else with the dataset', async () => {
    const { path } = await session()
    const files = { path, filenames: ['spikes.times.npy', 'spikes.clusters.npy'] }
    const [{ id }] = (await register(files)).json()
    await lab.database.execute(sql`
      with tag as (insert into data_tag (id, name, description, protected, public)
        values (gen_random_uuid(), 'a paper', '', true, true) returning id)
      insert into data_dataset_tags (dataset_id, tag_id) select ${id}::uuid, id from tag`)

    const asked = await register({ ...files, check_protected: true })
    const unasked = await register(files)

    expect(asked.statusCode).toBe(403)
    expect(asked.body).toBe(
      '{"status_code":403,"error":"One or more datasets is protected","details":[{"spikes.times.npy":[{"":true}]},{"spikes.clusters.npy":[{"":false}]}]}',
    )
    expect(unasked.statusCode).toBe(403)
    expect(unasked.body).toBe(`{"status_code":403,"detail":"Dataset ${id} is protected, cannot patch"}`)
  })

  test.each(['/register-file', '/new-download', '/sync-file-status'])(
    'nobody and public accounts write through %s',
    async (url) => {
      const visitor = await signedIn(lab.database, 'visitor', { isPublic: true })

      expect((await post(url, {}, {})).statusCode).toBe(403)
      expect((await post(url, {}, visitor)).statusCode).toBe(403)
    },
  )
})

test('the history knows who sent a request in the name of another', async () => {
  const { path } = await session()
  await signedIn(lab.database, 'ann')

  const [{ id, created_by }] = (await register({ path, filenames: ['spikes.times.npy'], created_by: 'ann' })).json()

  const changes = await lab.database.rows(
    sql`select distinct c.username, c.source from alyx.change c where c.table_name = 'data_dataset' and c.key = ${id}`,
  )
  expect(created_by).toBe('ann')
  expect(changes).toEqual([['rig', 'contract']])
})

describe('whatever is sent', () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('True', '', ',', '..', 'a\0', '\ud800', '\\', '/', '#', '1e400', '-1', null, 1e308, -0, 10.5),
    fc.string({ unit: 'binary' }),
  )
  const mostly = (plausible: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 30, arbitrary: plausible }, { weight: 1, arbitrary: anything })
  const named = (plausible: fc.Arbitrary<unknown>) => fc.option(mostly(plausible), { nil: undefined, freq: 1 })
  const list = (item: fc.Arbitrary<unknown>, length: number) =>
    fc.array(mostly(item), { minLength: length, maxLength: length })
  const bodies = (path: string) =>
    fc.integer({ min: 1, max: 3 }).chain((total) =>
      fc.record({
        path: mostly(fc.constantFrom(path, `${path}/alf`, `${path}/#v#`, `${path}/../..`)),
        filenames: mostly(
          list(fc.constantFrom('spikes.times.npy', 'a/spikes.times.npy', 'spikes.clusters.npy'), total),
        ),
        name: named(fc.constantFrom('rig_disk', 'mirror')),
        hostname: named(fc.constant('rig.example.org')),
        created_by: named(fc.constant('ann')),
        labs: named(list(fc.constant('riglab'), 1)),
        hashes: named(list(fc.constantFrom('abc', 'def', null), total)),
        filesizes: named(list(fc.maxSafeInteger(), total)),
        versions: named(fc.constant('1.0')),
        qc: named(fc.constantFrom('PASS', '10', 'fail')),
        default: named(fc.boolean()),
        check_protected: named(fc.boolean()),
        exists: named(fc.boolean()),
        server_only: named(fc.boolean()),
        ...(total === 3 && {
          content_type: named(fc.constantFrom('subject', 'subjects.subject', 'group', 'session')),
          object_id: named(fc.constant(lab.subject)),
        }),
      }),
    )

  test('is registered as a whole or refused as a whole, never a mistake of the server', async () => {
    const { path } = await session()
    const datasets = async () =>
      (await lab.database.rows(sql`select count(*), max(auto_datetime), sum(qc) from data_dataset`))[0]

    let registered = 0
    await fc.assert(
      fc.asyncProperty(bodies(path), async (body) => {
        const before = await datasets()
        const { statusCode, body: text } = await register(body)
        expect([201, 400, 403], text).toContain(statusCode)
        if (statusCode === 201) registered += 1
        else expect(await datasets()).toEqual(before)
      }),
      { numRuns: 300 },
    )
    expect(registered, 'without which this proves little').toBeGreaterThan(10)
  }, 60_000)

  test('is counted as a download or refused', async () => {
    const bodies = fc.record({
      datasets: named(list(fc.uuid(), 2)),
      projects: named(list(fc.constant('x'), 1)),
    })
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { statusCode, body: text } = await post('/new-download', body)
        expect([201, 400], text).toContain(statusCode)
      }),
      { numRuns: 100 },
    )
  }, 60_000)
})

describe('downloads', () => {
  const datasets = async () => {
    const { path } = await session()
    const files = (await register({ path, filenames: ['spikes.times.npy', 'spikes.clusters.npy'] })).json()
    return files.map(({ id }: { id: string }) => id) as string[]
  }

  test('are counted in the order of the datasets, for each person', async () => {
    const [one, two] = await datasets()

    const first = await post('/new-download', { datasets: one })
    const again = await post('/new-download', { datasets: `${two},${one}`, user: 'ann' })
    const twice = await post('/new-download', { datasets: [one, one?.toUpperCase()] })

    expect(first.statusCode).toBe(201)
    expect(first.json().count).toEqual([1])
    expect(again.json().count).toEqual([1, 2])
    expect(again.json().download[1]).toBe(first.json().download[0])
    expect(twice.json()).toEqual({ download: Array(2).fill(first.json().download[0]), count: [3, 4] })
  })

  test('remember the projects they were for', async () => {
    const [one] = await datasets()
    const projects = (await lab.database.rows(sql`select name from subjects_project order by name limit 2`)).flat()

    const [id] = (await post('/new-download', { datasets: one, projects: `${projects[0]},` })).json().download
    await post('/new-download', { datasets: one, projects })

    const linked = await lab.database.rows(
      sql`select p.name from data_download_projects l join subjects_project p on p.id = l.project_id where l.download_id = ${id} order by 1`,
    )
    expect(linked.flat()).toEqual(projects)
  })

  test('at the same time are all counted', async () => {
    const [one, two] = await datasets()

    await Promise.all(
      Array.from({ length: 8 }, (_, at) => post('/new-download', { datasets: at % 2 === 0 ? [one, two] : [two, one] })),
    )

    expect((await post('/new-download', { datasets: [one, two] })).json().count).toEqual([9, 9])
  })

  test('of nothing are nothing', async () => {
    expect((await post('/new-download', { datasets: [] })).json()).toEqual({ download: [], count: [] })
  })

  test.each([
    { given: {}, says: 'datasets is required' },
    { given: { datasets: 'zz' }, says: '“zz” is not a valid UUID.' },
    { given: { datasets: '3f4ab871-3b3c-4a4e-9f7a-2d6f7a5b1d11' }, says: 'There is no dataset "3f4ab871' },
  ])('$given: $says', async ({ given, says }) => {
    const answer = await post('/new-download', given)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain(says)
  })
})

test('without Globus nothing is synchronised, and a client may ask again later', async () => {
  const answer = await post('/sync-file-status', {})

  expect([answer.statusCode, answer.json().detail]).toEqual([501, 'Globus is not configured on this server.'])
})
