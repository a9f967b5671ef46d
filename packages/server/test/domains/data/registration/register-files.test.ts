import { Dataset, FileRecord, Tag } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import type { RegisteredFile } from '../../../../src/domains/data/index.ts'
import { record } from '../../../../src/recording/index.ts'
import { recordingAs } from '../../../records/recording-as.ts'
import { overheard, type RigLaboratory, rigLaboratory } from './rig-laboratory.ts'

let lab: RigLaboratory
beforeAll(async () => {
  lab = await rigLaboratory()
}, 120_000)
afterAll(() => lab?.drop())

const session = async (number = 1) => {
  const { day, sessions } = await lab.day([number])
  return { id: sessions.get(number)!, path: `RIG_1/${day}/${String(number).padStart(3, '0')}` }
}
const whereIs = ({ file_records }: RegisteredFile) =>
  Object.fromEntries(file_records.map(({ data_repository, exists }) => [data_repository, exists]))
const datasetsOf = (id: string) =>
  lab.database.objects<{ id: string; collection: string; revision: string; default_dataset: boolean }>(sql`
    select d.id, d.collection, coalesce(r.name, '') as revision, d.default_dataset, d.hash, d.qc
    from data_dataset d left join data_revision r on r.id = d.revision_id where d.session_id = ${id}
    order by d.collection, d.name, revision`)
const protect = (key: string) =>
  record(lab.database, recordingAs(undefined), async (recorder) => {
    const [tag] = await recorder.create(Tag, [{ name: `paper ${key}`, protected: true }])
    await recorder.change(Dataset, [{ key, values: {}, links: { tags: [tag!.key] } }])
  })

describe('a file of a session', () => {
  test('becomes a dataset with a record in each repository of the lab', async () => {
    const { id, path } = await session()

    const [file] = await lab.register({
      path,
      filenames: ['alf/probe00/spikes.times.npy'],
      name: 'rig_disk',
      hashes: ['abc'],
      filesizes: [12],
      versions: ['1.0'],
      qc: 'PASS',
    })

    expect(file).toMatchObject({
      name: 'spikes.times.npy',
      collection: 'alf/probe00',
      revision: '',
      subject: 'RIG_1',
      created_by: 'rig',
      dataset_type: 'spikes.times',
      data_format: 'npy',
      file_size: 12,
      qc: 10,
      default: true,
      content_type: null,
      object_id: null,
      session: { id, number: 1, users: 'rig' },
    })
    expect(whereIs(file!)).toEqual({ main_server: false, mirror: false, rig_disk: true })
    expect(file!.file_records.map(({ relative_path }) => relative_path)).toEqual(
      Array(3).fill(`${path}/alf/probe00/spikes.times.npy`),
    )
  })

  test('registered again stays one dataset, in the name of whoever came last', async () => {
    const { id, path } = await session()
    const files = { path, filenames: ['a/spikes.times.npy', 'b/spikes.times.npy'], name: 'rig_disk' }

    const first = await lab.register({ ...files, qc: 'FAIL' })
    const again = await lab.register({ ...files, created_by: 'ann' })

    expect(again.map((file) => file.id)).toEqual(first.map((file) => file.id))
    expect(again.map(({ created_by, qc }) => ({ created_by, qc }))).toEqual(
      Array(2).fill({ created_by: 'ann', qc: 0 }), // quality that is not sent is not known any more
    )
    expect(again[0]?.session?.users).toBe('ann,rig')
    expect(await datasetsOf(id)).toHaveLength(2)
  })

  test('of the same hash stays where it was; another hash says where the new file is', async () => {
    const { path } = await session()
    const file = { path, filenames: ['spikes.times.npy'] }
    await lab.register({ ...file, name: 'rig_disk', hashes: ['one'] })

    const [same] = await lab.register({ ...file, name: 'main_server', hashes: ['one'] })
    expect(whereIs(same!)).toEqual({ main_server: false, mirror: false, rig_disk: true })

    const [other] = await lab.register({ ...file, name: 'main_server', hashes: ['two'] })
    expect(whereIs(other!)).toEqual({ main_server: true, mirror: false, rig_disk: false })

    const [unsaid] = await lab.register({ ...file, server_only: true })
    expect(whereIs(unsaid!)).toEqual({ main_server: true, mirror: true, rig_disk: false })
  })

  test('forgets what was pending when it is registered anew', async () => {
    const { path } = await session()
    const file = { path, filenames: ['spikes.times.npy'], name: 'rig_disk' }
    const [registered] = await lab.register(file)
    const [key] = registered!.file_records.map((one) => one.id)
    await record(lab.database, recordingAs(undefined), (recorder) =>
      recorder.change(FileRecord, [{ key: key!, values: { json: '{"transfer_pending": true}' } }]),
    )

    await lab.register(file)

    expect(await lab.database.rows(sql`select json from data_filerecord where id = ${key}`)).toEqual([[null]])
  })

  test('under a number written in two ways is one dataset in two places', async () => {
    const { path } = await session()
    const filenames = ['spikes.times.npy']

    const [padded] = await lab.register({ path, filenames, name: 'rig_disk' })
    const [plain] = await lab.register({ path: path.replace(/001$/, '1'), filenames, name: 'rig_disk' })

    expect(plain?.id).toBe(padded?.id)
    expect(plain?.file_records).toHaveLength(6)
  })

  test('named twice in one request is registered once', async () => {
    const { id, path } = await session()

    const files = await lab.register({
      path,
      filenames: ['spikes.times.npy', 'spikes.times.npy'],
      hashes: ['one', 'two'],
      name: 'rig_disk',
    })

    expect(files[0]).toEqual(files[1])
    expect(await datasetsOf(id)).toMatchObject([{ hash: 'two' }])
  })

  test('of no name costs nothing but makes the rig one of the people', async () => {
    const { id, path } = await session()

    expect(await lab.register({ path, filenames: [] })).toEqual([])

    const people = await lab.database.rows(sql`select count(*) from actions_session_users where session_id = ${id}`)
    expect(people).toEqual([['1']])
  })

  test('as large as no number of JavaScript keeps its size', async () => {
    const { path } = await session()

    const [file] = await lab.register({ path, filenames: ['spikes.times.npy'], filesizes: [2n ** 60n + 1n] })

    expect(file?.file_size).toBe(2n ** 60n + 1n)
  })
})

describe('sessions of one day', () => {
  test('the first without parent becomes the parent of the others, and whoever registers belongs to both', async () => {
    const { day, sessions } = await lab.day([1, 2])
    const parents = () =>
      lab.database.rows(sql`
        select s.number, p.number, (select count(*) from actions_session_users u where u.session_id = s.id)
        from actions_session s left join actions_session p on p.id = s.parent_session_id
        where s.id = any(${[...sessions.values()]}::uuid[])`)
    const [base, other] = [...sessions].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([number]) => String(number))

    await lab.register({ path: `RIG_1/${day}/${other}`, filenames: ['spikes.times.npy'] })

    expect((await parents()).sort()).toEqual([[base, null, '1'] as const, [other, base!, '1'] as const].sort())
  })
})

describe('revisions', () => {
  test('are made when they are missing, and the newest registered is the default', async () => {
    const { id, path } = await session()
    const at = (revision: string) => ({ path, filenames: [`alf/${revision}spikes.times.npy`], name: 'rig_disk' })
    await lab.register(at(''))

    const [revised] = await lab.register(at('#2031-01-01a#/'))
    await lab.register({ ...at('#2031-02-01#/'), default: false })

    expect(revised).toMatchObject({ revision: '2031-01-01a', default: true, collection: 'alf' })
    expect(revised?.file_records[0]?.relative_path).toBe(`${path}/alf/#2031-01-01a#/spikes.times.npy`)
    expect((await datasetsOf(id)).map((one) => [one.revision, one.default_dataset])).toEqual([
      ['', false],
      ['2031-01-01a', true],
      ['2031-02-01', false],
    ])
  })

  test('several of one file in one request leave one default: the last', async () => {
    const { id, path } = await session()

    await lab.register({ path, filenames: ['#v1#/spikes.times.npy', '#v2#/spikes.times.npy', 'spikes.times.npy'] })

    expect((await datasetsOf(id)).map((one) => [one.revision, one.default_dataset])).toEqual([
      ['', true],
      ['v1', false],
      ['v2', false],
    ])
  })
})

describe('protected datasets', () => {
  test('are not overwritten: nothing is changed, of the other files neither', async () => {
    const { id, path } = await session()
    const filenames = ['a/spikes.times.npy', 'b/spikes.times.npy', 'c/spikes.times.npy']
    const [, second] = await lab.register({ path, filenames: filenames.slice(0, 2), qc: 'PASS' })
    await protect(second!.id)
    const before = await datasetsOf(id)

    await expect(lab.register({ path, filenames, created_by: 'ann' })).rejects.toMatchObject({
      problem: 'protected_dataset',
      message: `Dataset ${second!.id} is protected, cannot patch`,
    })

    expect(await datasetsOf(id)).toEqual(before)
  })

  test('are told beforehand when that was asked for, with every revision, the newest first', async () => {
    const { path } = await session()
    const filenames = ['spikes.times.npy', 'spikes.clusters.npy']
    const [original] = await lab.register({ path, filenames: ['spikes.times.npy', '#old#/spikes.times.npy'] })
    await protect(original!.id)

    await expect(lab.register({ path, filenames, check_protected: true })).rejects.toMatchObject({
      problem: 'protected_files',
      details: [
        {
          file: 'spikes.times.npy',
          revisions: [
            { revision: 'old', isProtected: false },
            { revision: '', isProtected: true },
          ],
        },
        { file: 'spikes.clusters.npy', revisions: [] },
      ],
    })
    await expect(
      lab.register({ path, filenames: ['#new#/spikes.times.npy'], check_protected: false }),
    ).resolves.toHaveLength(1)
  })
})

describe('files of no session', () => {
  const of = (given: object) =>
    lab.register({ path: 'aggregates', content_type: 'subject', object_id: lab.subject, name: 'mirror', ...given })

  test('belong to another record, in the one repository named', async () => {
    const [file] = await of({ filenames: ['#v1#/spikes.times.npy'] })

    expect(file).toMatchObject({
      subject: 'RIG_1',
      session: null,
      content_type: 'subjects.subject',
      object_id: lab.subject,
      collection: 'aggregates',
      revision: 'v1',
    })
    expect(file?.file_records).toMatchObject([
      { data_repository: 'mirror', relative_path: 'aggregates/#v1#/spikes.times.npy', exists: true },
    ])
  })

  test('cannot lie where the file of another record lies', async () => {
    await of({ path: 'taken', filenames: ['spikes.times.npy'] })
    const [[project]] = (await lab.database.rows(sql`select id from subjects_project limit 1`)) as [[string]]

    const other = of({
      path: 'taken',
      filenames: ['spikes.times.npy'],
      content_type: 'subjects.project',
      object_id: project,
    })

    await expect(other).rejects.toThrow(
      'A file record for "taken/spikes.times.npy" already exists on repository "mirror" for a different dataset.',
    )
  })
})

describe('what is wrong is told, for the first file that has a fault', () => {
  test.each([
    { given: { created_by: 'nobody' }, refused: 'A user with username "nobody" does not exist.' },
    { given: { name: 'nowhere' }, refused: 'The specified repository does not exist.' },
    { given: { name: null, hostname: 'nowhere' }, refused: 'The specified repository does not exist.' },
    {
      given: { name: null, hostname: 'data.example.org' },
      refused: '2 repositories are on the machine "data.example.org"',
    },
    { given: { path: '' }, refused: 'The path argument is required.' },
    { given: { path: 'nobody/2031-01-01/1' }, refused: 'A subject with nickname "nobody" does not exist.' },
    {
      given: { path: 'RIG_1/1999-01-01/1' },
      refused: 'A base session for RIG_1 on 1999-01-01 does not exist',
    },
    { given: { labs: ['nolab'] }, refused: 'One or more of the specified labs do not exist.' },
    { given: { filenames: ['nothing.like.this'] }, refused: 'No dataset type found for filename "nothing.like.this"' },
    { given: { filenames: ['alf/spikes.times:x.npy'] }, refused: "{'relative_path': ['Invalid path']}" },
    { given: { filenames: ['k\\spikes.times.npy'] }, refused: "{'relative_path': ['Invalid path']}" },
    { given: { qc: ['BAD'] }, refused: 'Invalid QC value "BAD" for dataset "RIG_1/' },
    {
      given: { hashes: ['h'.repeat(65)] },
      refused: "{'hash': ['Ensure this value has at most 64 characters (it has 65).']}",
    },
    { given: { filesizes: [2n ** 63n] }, refused: "{'file_size': ['Ensure this value is less than" },
    { given: { filenames: [`${'n'.repeat(100_000)}.npy`] }, refused: 'has at most 255 characters (it has 100004).' },
    { given: { filenames: [`${'c'.repeat(256)}/spikes.times.npy`] }, refused: "{'collection': ['Ensure" },
    { given: { object_id: 'zz', content_type: 'subject' }, refused: 'Invalid object ID: zz' },
    { given: { object_id: 'zz', content_type: 'zz' }, refused: 'Invalid content type: zz' },
  ])('$refused', async ({ given, refused }) => {
    const { id, path } = await session()

    await expect(
      lab.register({ path, filenames: ['spikes.times.npy'], name: 'rig_disk', ...given }),
    ).rejects.toMatchObject({ message: expect.stringContaining(refused) })

    expect(await datasetsOf(id)).toEqual([])
  })

  test('a good file in front of a bad one is not registered either', async () => {
    const { id, path } = await session()

    await expect(lab.register({ path, filenames: ['#v9#/spikes.times.npy', 'bad.name.nope'] })).rejects.toThrow()

    expect(await datasetsOf(id)).toEqual([])
    expect(await lab.database.rows(sql`select from data_revision where name = 'v9'`)).toEqual([])
  })
})

describe('five hundred files', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => `alf/probe${String(at).padStart(3, '0')}/#r${at % 3}#/spikes.times.npy`)
  const counting = () => {
    const count = { statements: 0 }
    const database = overheard(lab.database, async (nth) => {
      count.statements = nth
    })
    return { count, database }
  }
  /** With the question who calls. New revisions are made in one more. */
  const MOST_STATEMENTS = 18

  test('cost as many statements as one, new or old', async () => {
    const { path } = await session()
    const of = async (filenames: readonly string[], hashes: readonly string[]) => {
      const { count, database } = counting()
      await lab.register({ path, filenames, hashes, name: 'rig_disk' }, database)
      return count.statements
    }
    await of(many(3), Array(3).fill('x'))
    const one = await of(['alf/a/#r0#/spikes.times.npy'], ['x'])
    const files = many(500)
    const all = await of(files, Array(500).fill('x'))
    const oneAgain = await of(['alf/a/#r0#/spikes.times.npy'], ['y'])
    const again = await of(files, Array(500).fill('y'))

    expect(again).toBe(oneAgain)
    // Some of the five hundred were there before.
    expect(all).toBeLessThanOrEqual(one + oneAgain)
    expect(Math.max(one, all, again)).toBeLessThan(MOST_STATEMENTS)
  })

  test('are all there afterwards, in the order of the request', async () => {
    const { id, path } = await session()
    const files = many(500)

    const registered = await lab.register({ path, filenames: files, name: 'main_server' })

    expect(registered.map(({ collection, revision, name }) => `${collection}/#${revision}#/${name}`)).toEqual(files)
    expect(await datasetsOf(id)).toHaveLength(500)
    expect(registered.every((file) => whereIs(file).main_server === true)).toBe(true)
  })
})

describe('at the same time', () => {
  test('two rigs that register the same files get the same datasets', async () => {
    const { id, path } = await session()
    const files = { path, filenames: ['a/spikes.times.npy', '#both#/spikes.times.npy'], name: 'rig_disk' }

    const answers = await Promise.all(Array.from({ length: 4 }, () => lab.register(files)))

    const keys = answers.map((answer) => answer.map((file) => file.id).join())
    expect(new Set(keys).size).toBe(1)
    expect(await datasetsOf(id)).toHaveLength(2)
  })

  test('rigs of different sessions make one new revision', async () => {
    const { day } = await lab.day([1, 2, 3])
    const of = (number: number) => ({ path: `RIG_1/${day}/${number}`, filenames: ['#shared#/spikes.times.npy'] })

    const answers = await Promise.all([1, 2, 3].map((number) => lab.register(of(number))))

    expect(answers.map(([file]) => file?.revision)).toEqual(['shared', 'shared', 'shared'])
    const [[count]] = (await lab.database.rows(sql`select count(*) from data_revision where name = 'shared'`)) as [
      [string],
    ]
    expect(count).toBe('1')
  })
})

describe('whatever fails, nothing is left behind', () => {
  const everything = async (id: string) => [
    await datasetsOf(id),
    await lab.database.rows(sql`
      select (select count(*) from data_dataset), (select count(*) from data_filerecord), (select count(*) from data_revision),
        (select count(*) from actions_session_users), (select count(*) from actions_session where parent_session_id is not null)`),
  ]

  /** Tries a registration again and again, letting a later statement fail each time, until it gets through. */
  async function failingEach(fail: (backend: string) => Promise<void>): Promise<number> {
    const { day, sessions } = await lab.day([1, 2])
    const [, id] = [...sessions.values()].sort() as [string, string]
    const number = [...sessions].find(([, key]) => key === id)![0]
    const path = `RIG_1/${day}/${number}`
    await lab.register({ path, filenames: ['old/spikes.times.npy', 'spikes.times.npy'], hashes: ['a', 'b'] })
    await lab.database.execute(sql`update actions_session set parent_session_id = null where id = ${id}`)
    await lab.database.execute(sql`delete from actions_session_users where session_id = ${id}`)
    const filenames = ['old/spikes.times.npy', `#fault-${id}#/spikes.times.npy`, 'new/spikes.clusters.npy']
    const before = await everything(id)
    for (let failing = 1; ; failing += 1) {
      const database = overheard(lab.database, async (nth, db) => {
        if (nth !== failing) return
        const [[backend]] = (await db.rows(sql`select pg_backend_pid()`)) as [[string]]
        await fail(backend)
      })
      const answer = await lab
        .register({ path, filenames, hashes: ['c', 'd', 'e'], name: 'rig_disk' }, database)
        .catch(() => undefined)
      if (answer) {
        expect(answer).toHaveLength(3)
        return failing - 1
      }
      expect(await everything(id)).toEqual(before)
    }
  }

  test('an error in any statement', async () => {
    const statements = await failingEach(async () => {
      throw new Error('a fault that nobody foresaw')
    })

    expect(statements).toBeGreaterThan(10)
  }, 60_000)

  test('a connection that is cut before any statement', async () => {
    const statements = await failingEach(async (backend) => {
      await lab.database.execute(sql`select pg_terminate_backend(${backend}::integer, 5000)`)
    })

    expect(statements).toBeGreaterThan(10)
  }, 60_000)
})
