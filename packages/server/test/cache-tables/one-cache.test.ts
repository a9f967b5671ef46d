import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type MakeOptions, makeTables, writablePlace } from '../../src/cache-tables/index.ts'
import { raw, sql } from '../../src/database/index.ts'
import { loadStarterData } from '../../src/domains/labs/starter/index.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { alyx } from '../command/alyx.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'
import { Rig } from './rig.ts'
import { readTable, readZip } from './written.ts'

let scratch: ScratchDatabase
let rig: Rig
let folder: string

beforeAll(async () => {
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
  await scratch.database.transaction((db) => loadStarterData(db))
  rig = new Rig(scratch.database)
  for (const name of ['almalab', 'größelab']) await rig.lab(name)
  for (const name of ['flatiron_alma', 'aws_alma', 'alma_server', 'rig_flatiron']) await rig.repository(name)
  for (const name of ['2024_Q2_release', 'other_tag', 'spaced tag']) await rig.tag(name)
  for (const name of ['KS014', 'Zoë_2']) await rig.subject(name)
})
afterAll(() => scratch.drop())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-cache-tables-'))
})
afterEach(async () => {
  await scratch.database.script(
    'set session_replication_role = replica; delete from data_dataset_tags; delete from data_filerecord; delete from data_dataset; delete from actions_session_projects; delete from actions_session',
  )
  await rm(folder, { recursive: true, force: true })
})

const NO_BUCKET = { endpoint: undefined, region: undefined, style: undefined, credentials: undefined }
const make = (options: Partial<MakeOptions> = {}) =>
  makeTables(scratch.database, writablePlace(folder, '', NO_BUCKET), {
    tables: ['sessions', 'datasets'],
    tags: undefined,
    repositories: ['flatiron', 'aws'],
    quality: false,
    loose: true,
    force: false,
    timeZone: 'UTC',
    onProgress: () => undefined,
    ...options,
  })
const table = (name: string) => readTable(join(folder, `${name}.pqt`))
const there = { flatiron_alma: true }

describe('the table of sessions', () => {
  test('has the columns that ONE and pandas expect, and the day of the session', async () => {
    await rig.session('KS014', 'almalab', '2024-02-29 23:59:59.9', 3, {
      protocol: 'ephys',
      projects: ['zeta', 'alpha', 'Ωmega'],
    })
    await make()
    const { columns, rows, pandas } = await table('sessions')

    expect(columns).toEqual([
      'lab: BYTE_ARRAY UTF8',
      'subject: BYTE_ARRAY UTF8',
      'date: INT32 DATE',
      'number: INT32 UINT_16',
      'task_protocol: BYTE_ARRAY UTF8',
      'projects: BYTE_ARRAY UTF8',
      'id: BYTE_ARRAY UTF8',
    ])
    expect(rows).toMatchObject([
      { lab: 'almalab', subject: 'KS014', number: 3, task_protocol: 'ephys', projects: 'alpha,zeta,Ωmega' },
    ])
    expect(rows[0]!.date).toEqual(new Date('2024-02-29'))
    expect(pandas.index_columns).toEqual(['id'])
    expect(pandas.columns.map(({ name, numpy_type }) => `${name} ${numpy_type}`)).toEqual([
      'lab object',
      'subject object',
      'date object',
      'number uint16',
      'task_protocol object',
      'projects object',
      'id object',
    ])
  })

  test('begins with the latest day; of one day with the last animal and number', async () => {
    for (const [subject, start, number] of [
      ['KS014', '2024-03-01 09:00', 1],
      ['Zoë_2', '2024-03-01 08:00', 1],
      ['KS014', '2024-03-01 07:00', 2],
      ['KS014', '2024-04-01 07:00', 1],
    ] as const)
      await rig.session(subject, 'größelab', start, number)
    await make()

    expect((await table('sessions')).rows.map(({ subject, number, lab }) => `${subject} ${number} ${lab}`)).toEqual([
      'KS014 1 größelab',
      'Zoë_2 1 größelab',
      'KS014 2 größelab',
      'KS014 1 größelab',
    ])
  })

  test('leaves out what has no lab, number or start, and numbers that 16 bits do not hold', async () => {
    await rig.session('KS014', null, '2024-03-01 09:00', 1)
    await rig.session('KS014', 'almalab', null, 1)
    await rig.session('KS014', 'almalab', '2024-03-01 09:00', null)
    await rig.session('KS014', 'almalab', '2024-03-01 09:00', -1)
    await rig.session('KS014', 'almalab', '2024-03-01 09:00', 65_536)
    await rig.session('KS014', 'almalab', 'infinity', 1)
    await rig.session('KS014', 'almalab', '1969-12-31 09:00', 65_535)
    await make()

    expect((await table('sessions')).rows).toMatchObject([{ date: new Date('1969-12-31'), number: 65_535 }])
  })
})

describe('the table of datasets', () => {
  test('has the columns that ONE and pandas expect, empty sizes and sizes that a number would round', async () => {
    const session = await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    const ids: Record<string, string> = {}
    for (const [name, bytes] of [
      ['none', null],
      ['large', '9007199254740993'],
      ['broken', '-1'],
      ['zero', '0'],
    ] as const)
      ids[await rig.dataset({ name, session, bytes, files: there })] = name
    await make()
    const { columns, rows, pandas } = await table('datasets')

    expect(columns).toEqual([
      'file_size: INT64 UINT_64',
      'hash: BYTE_ARRAY UTF8',
      'default_revision: BOOLEAN',
      'qc: BYTE_ARRAY UTF8',
      'exists: BOOLEAN',
      'rel_path: BYTE_ARRAY UTF8',
      'eid: BYTE_ARRAY UTF8',
      'id: BYTE_ARRAY UTF8',
    ])
    expect(Object.fromEntries(rows.map(({ id, file_size }) => [ids[id as string], file_size]))).toEqual({
      none: null,
      large: 9_007_199_254_740_993n,
      broken: null,
      zero: 0n,
    })
    expect(pandas.index_columns).toEqual(['eid', 'id'])
    expect(
      pandas.columns.slice(0, 5).map(({ name, pandas_type, numpy_type }) => [name, pandas_type, numpy_type]),
    ).toEqual([
      ['file_size', 'uint64', 'UInt64'],
      ['hash', 'unicode', 'object'],
      ['default_revision', 'bool', 'bool'],
      ['qc', 'categorical', 'int8'],
      ['exists', 'bool', 'bool'],
    ])
  })

  test('says collection and revision in the path, whether it is the default, and its quality', async () => {
    const session = await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    const of = { session, files: there }
    await rig.dataset({ ...of, name: 'a.b.npy', qc: 40 })
    await rig.dataset({ ...of, name: 'größe.x.npy', collection: 'alf/probe00', qc: 10 })
    await rig.dataset({ ...of, name: 'a.b.npy', collection: 'alf', revision: '2024-05-06', isDefault: false, qc: 50 })
    await rig.dataset({ ...of, name: 'c.d.npy', revision: 'v1', qc: 30 })
    await rig.dataset({ ...of, name: 'e.f.npy', qc: 0 })
    await rig.dataset({ ...of, name: 'g.h.npy', qc: 17 })
    await make()
    const { rows } = await table('datasets')

    expect(
      Object.fromEntries(rows.map(({ rel_path, default_revision, qc }) => [rel_path, [default_revision, qc]])),
    ).toEqual({
      'a.b.npy': [true, 'FAIL'],
      'alf/probe00/größe.x.npy': [true, 'PASS'],
      'alf/#2024-05-06#/a.b.npy': [false, 'CRITICAL'],
      '#v1#/c.d.npy': [true, 'WARNING'],
      'e.f.npy': [true, 'NOT_SET'],
      'g.h.npy': [true, null],
    })
  })

  test('lists what exists on a repository of these names, once, and belongs to a session', async () => {
    const session = await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    await rig.dataset({ name: 'both', session, files: { flatiron_alma: true, aws_alma: true } })
    await rig.dataset({ name: 'second', session, files: { flatiron_alma: false, aws_alma: true } })
    await rig.dataset({ name: 'absent', session, files: { flatiron_alma: false, aws_alma: false } })
    await rig.dataset({ name: 'elsewhere', session, files: { alma_server: true, rig_flatiron: true } })
    await rig.dataset({ name: 'unrecorded', session })
    await rig.dataset({ name: 'of no session', session: null, files: there })
    const names = async () => (await table('datasets')).rows.map(({ rel_path }) => rel_path).sort()

    await make()
    expect(await names()).toEqual(['both', 'second'])
    expect((await table('datasets')).rows.every(({ exists }) => exists === true)).toBe(true)

    await make({ repositories: ['alma'] })
    expect(await names()).toEqual(['elsewhere'])
  })

  test('is sorted by session, then dataset, over several groups of rows', async () => {
    for (const start of ['2024-03-01', '2024-03-02', '2024-03-03']) await rig.session('KS014', 'almalab', start, 1)
    // Without the history of each of them.
    await scratch.database.script(`
      set session_replication_role = replica;
      insert into data_dataset (id, name, generating_software, hash, version, default_dataset, qc, collection, data_format_id, dataset_type_id, session_id)
        select gen_random_uuid(), 'd' || n, '', '', '', true, 0, '', (select id from data_dataformat limit 1), (select id from data_datasettype limit 1), s.id
        from generate_series(1, 9000) n, actions_session s;
      insert into data_filerecord (id, name, relative_path, exists, data_repository_id, dataset_id)
        select gen_random_uuid(), '', d.id, true, r.id, d.id from data_dataset d, data_datarepository r where r.name = 'aws_alma'`)
    const { rows: counts } = await make()
    const { rows, groups } = await table('datasets')

    const keys = rows.map(({ eid, id }) => `${eid} ${id}`)
    expect(counts).toEqual({ sessions: 3, datasets: 27_000 })
    expect(new Set(keys).size).toBe(27_000)
    expect(keys).toEqual([...keys].sort())
    expect(groups).toBe(2)
  })
})

describe('an empty laboratory', () => {
  test('has tables without rows, of the same columns', async () => {
    expect((await make({ quality: true })).rows).toEqual({ sessions: 0, datasets: 0 })

    expect(await table('sessions')).toMatchObject({ rows: [], groups: 0 })
    expect((await table('datasets')).columns).toHaveLength(8)
    expect(JSON.parse(await readFile(join(folder, 'QC.json'), 'utf8'))).toEqual([])
  })
})

describe('the archive', () => {
  test('holds the same tables and what is said of them; clients see that last', async () => {
    const session = await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    await rig.dataset({ name: 'a', session, files: there })
    const { created } = await make({ quality: true })
    const packed = await readZip(join(folder, 'cache.zip'))
    const info = JSON.parse(await readFile(join(folder, 'cache_info.json'), 'utf8'))

    expect([...packed.keys()]).toEqual(['sessions.pqt', 'datasets.pqt', 'QC.json', 'cache_info.json'])
    for (const [name, bytes] of packed) expect(bytes.equals(await readFile(join(folder, name))), name).toBe(true)
    const [origin] = (await scratch.database.rows(sql`select current_database()`))[0]!
    expect(info).toEqual({
      date_created: created,
      origin,
      min_api_version: '2.10',
      tables: {
        sessions: { nrecs: 1, size: packed.get('sessions.pqt')!.length },
        datasets: { nrecs: 1, size: packed.get('datasets.pqt')!.length },
      },
    })
    const { one } = await table('datasets')
    expect(one).toEqual({ date_created: created, origin, min_api_version: '2.10' })
  })

  test('comes alone when compressed, and takes the place of loose files that were written before', async () => {
    await make()
    await writeFile(join(folder, 'insertions.pqt'), 'of somebody else')
    await make({ loose: false })

    expect((await readdir(folder)).sort()).toEqual([
      'cache.zip',
      'cache_info.json',
      'cache_record.json',
      'insertions.pqt',
    ])
  })

  test('holds one table when one is wanted', async () => {
    await make({ tables: ['sessions'], loose: false })

    expect([...(await readZip(join(folder, 'cache.zip'))).keys()]).toEqual(['sessions.pqt', 'cache_info.json'])
  })
})

describe('results of quality checks', () => {
  test('are listed for each session with those of its insertions', async () => {
    const session = await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    await scratch.database.execute(
      sql`update actions_session set qc = 30, extended_qc = '{"share": 0.1234567890123456789}'`,
    )
    const insertion = (name: string, json: string | null) =>
      scratch.database.execute(sql`
        insert into experiments_probeinsertion (id, name, json, serial, session_id) values (gen_random_uuid(), ${name}, ${json}::jsonb, '', ${session}::uuid)`)
    await insertion('probe00', '{"qc": "PASS", "extended_qc": {"aligned": true}}')
    await insertion('probe01', '{"extended_qc": {}}')
    await insertion('probe02', '{}')
    await insertion('probe03', null)
    await make({ quality: true })
    const text = await readFile(join(folder, 'QC.json'), 'utf8')
    await scratch.database.execute(raw('delete from experiments_probeinsertion'))

    expect(JSON.parse(text)).toMatchObject([
      {
        eid: session,
        qc_outcome: 'WARNING',
        probe_insertions: [
          { probe_name: 'probe00', qc_outcome: 'PASS', extended_qc: { aligned: true } },
          { probe_name: 'probe01', qc_outcome: 'NOT_SET', extended_qc: {} },
        ],
      },
    ])
    expect(text).toContain('0.1234567890123456789')
  })
})

describe('tags', () => {
  test('limit both tables; a dataset with two of them comes once', async () => {
    const one = await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    const two = await rig.session('KS014', 'almalab', '2024-03-02 09:00', 1)
    await rig.dataset({ name: 'tagged', session: one, files: there, tags: ['2024_Q2_release', 'other_tag'] })
    await rig.dataset({ name: 'untagged', session: one, files: there })
    await rig.dataset({ name: 'elsewhere', session: two, files: there })
    await make({ tags: ['2024_Q2_release', 'other_tag'] })

    expect((await table('sessions')).rows.map(({ id }) => id)).toEqual([one])
    expect((await table('datasets')).rows.map(({ rel_path }) => rel_path)).toEqual(['tagged'])
    expect((await table('datasets')).one.database_tags).toEqual(['2024_Q2_release', 'other_tag'])
    expect(JSON.parse(await readFile(join(folder, 'cache_info.json'), 'utf8')).database_tags).toEqual([
      '2024_Q2_release',
      'other_tag',
    ])
  })

  test('that do not exist are told, and nothing is written', async () => {
    await expect(make({ tags: ['2024_Q2_release', 'nope'] })).rejects.toThrow(
      'There is no tag nope: nothing was written.',
    )
    expect(await readdir(folder)).toEqual([])
  })
})

describe('the next time', () => {
  const changes: Readonly<Record<string, string>> = {
    'a dataset is renamed': `update data_dataset set name = 'other'`,
    'a file comes to be': `update data_filerecord set exists = true`,
    'a dataset is removed': `delete from data_filerecord; delete from data_dataset`,
    'a session is on another day': `update actions_session set start_time = '2024-03-05'`,
    'a project is renamed': `update subjects_project set name = name || '_2'`,
    'a session gets a project': `insert into actions_session_projects (session_id, project_id) select s.id, p.id from actions_session s, subjects_project p limit 1`,
    'a lab is renamed': `update misc_lab set name = name || '_2' where name = 'almalab'; update misc_lab set name = 'almalab' where name = 'almalab_2'`,
  }
  beforeEach(async () => {
    const session = await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    await rig.session('KS014', 'almalab', '2024-03-02 09:00', 1, { projects: ['p'] })
    await scratch.database.execute(sql`delete from actions_session_projects`)
    await rig.dataset({ name: 'a', session, files: { flatiron_alma: false, aws_alma: true } })
    await make()
  })

  test('nothing is touched when nothing that they show has changed', async () => {
    const before = await stat(join(folder, 'datasets.pqt'))
    await scratch.database.execute(sql`update misc_note set text = '' where false`)
    await rig
      .subject(`bystander`)
      .then(() => scratch.database.execute(sql`delete from subjects_subject where nickname = 'bystander'`))
    const first = await make()
    const second = await make()

    // An animal without sessions cannot be told from one with them without looking: its change counts, once.
    expect([first.isNew, second.isNew]).toEqual([true, false])
    expect((await stat(join(folder, 'datasets.pqt'))).ino).not.toBe(before.ino)
    expect(second.created).toBe(first.created)
  })

  test.each(Object.keys(changes))('they are written anew when %s', async (change) => {
    expect((await make()).isNew).toBe(false)
    await scratch.database.script(changes[change]!)
    expect((await make()).isNew).toBe(true)
    expect((await make()).isNew).toBe(false)
  })

  test('a weighing changes nothing in them', async () => {
    await scratch.database.execute(sql`
      insert into actions_weighing (id, name, date_time, weight, subject_id) select gen_random_uuid(), '', now(), 20, id from subjects_subject limit 1`)
    expect((await make()).isNew).toBe(false)
    await scratch.database.execute(sql`delete from actions_weighing`)
  })

  test('a change that was written before them and committed after them is not missed', async () => {
    let commit: () => void = () => undefined
    let begun: () => void = () => undefined
    const isBegun = new Promise<void>((resolve) => (begun = resolve))
    const slow = scratch.database.transaction(async (db) => {
      await db.execute(sql`update data_dataset set name = 'late'`)
      begun()
      await new Promise<void>((resolve) => (commit = resolve))
    })
    await isBegun
    // Others change something meanwhile, so that the late change does not have the highest number.
    await scratch.database.execute(sql`update actions_session set task_protocol = 'meanwhile'`)
    expect((await make()).isNew).toBe(true)
    commit()
    await slow

    expect((await make()).isNew).toBe(true)
    expect((await table('datasets')).rows.map(({ rel_path }) => rel_path)).toEqual(['late'])
  })

  test.each<[string, Partial<MakeOptions>]>([
    ['other repositories', { repositories: ['flatiron'] }],
    ['quality checks', { quality: true }],
    ['another wall clock', { timeZone: 'Europe/London' }],
    ['to be sure', { force: true }],
  ])('they are written anew when %s are wanted', async (_, options) => {
    expect((await make(options)).isNew).toBe(true)
  })

  test.each(['datasets.pqt', 'cache.zip', 'cache_info.json', 'cache_record.json'])(
    'they are written anew when %s is gone or spoilt',
    async (name) => {
      await rm(join(folder, name))
      expect((await make()).isNew).toBe(true)
      await writeFile(join(folder, name), '{')
      expect((await make()).isNew).toBe(true)
    },
  )
})

describe('what goes wrong', () => {
  test('two at once: the second is refused and disturbs nothing', async () => {
    const both = await Promise.allSettled([make(), make()])
    const refused = both.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]

    expect(refused).toHaveLength(1)
    expect(refused[0]!.reason.message).toBe(
      `The cache tables in ${folder} are being written by somebody else right now.`,
    )
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('being-written'))
  })

  test('the disk is full in the middle: what was there stays, and no draft is left', async () => {
    await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    await make()
    const before = await readFile(join(folder, 'cache.zip'))
    await rig.session('KS014', 'almalab', '2024-03-02 09:00', 1)
    const place = writablePlace(folder, '', NO_BUCKET)
    const full = { ...place, publish: () => Promise.reject(new Error('no space left')) }
    const options = {
      tables: ['sessions'],
      tags: undefined,
      repositories: [],
      quality: false,
      loose: true,
      force: true,
      timeZone: 'UTC',
      onProgress: () => undefined,
    } as const

    await expect(makeTables(scratch.database, full, options)).rejects.toThrow('no space left')
    expect((await readFile(join(folder, 'cache.zip'))).equals(before)).toBe(true)
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('drafts of a run that was killed are cleared away by the next one', async () => {
    const draft = await writablePlace(folder, '', NO_BUCKET).draftFolder()
    await writeFile(join(draft, 'datasets.pqt'), 'half')
    await make()
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('alyx one-cache', () => {
  const run = (...words: string[]) =>
    alyx(['one-cache', ...words], {
      cwd: folder,
      env: { DATABASE_URL: scratch.url, ALYX_DATA_FOLDER: join(folder, 'data') },
    })

  test('says in one line what it wrote and where, and that nothing changed', async () => {
    await rig.session('KS014', 'almalab', '2024-03-01 09:00', 1)
    const first = await run()
    const again = await run()

    const place = join(folder, 'data', 'tables')
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(
      new RegExp(`^Cache tables in ${place}: 1 sessions, 0 datasets; 0\\.0 MB in \\d+\\.\\d s\\.\n$`),
    )
    expect(again.code).toBe(0)
    expect(again.out).toMatch(
      /^Nothing has changed since \d{4}-\d\d-\d\d \d\d:\d\d: the cache tables in .* stay as they are\.\n$/,
    )
  })

  test('puts each tag below the others, or all of them where it is told to', async () => {
    const below = await run('--tag', '2024_Q2_release', 'other_tag')
    const there = await run('--tag', '2024_Q2_release', 'spaced tag', '-D', 'release', '--compress', '-t', 'sessions')

    expect(below.out.split('\n')).toHaveLength(3)
    expect((await readdir(join(folder, 'data', 'tables'))).sort()).toEqual(['2024_Q2_release', 'other_tag'])
    expect(there.code).toBe(0)
    const info = JSON.parse(await readFile(join(folder, 'release', 'cache_info.json'), 'utf8'))
    expect(info).toMatchObject({ database_tags: ['2024_Q2_release', 'spaced tag'], tables: { sessions: { nrecs: 0 } } })
  })

  test.each([
    [['--tables', 'insertions'], 2, 'Allowed choices are sessions, datasets'],
    [['--tag', 'nope'], 1, 'There is no tag nope: nothing was written.'],
    [['--tag', '../up'], 1, 'say where with --destination'],
    [['-D', 's3://tables'], 1, 'cannot be written to s3://tables without credentials'],
    [['-D', 'ftp://host/tables'], 1, 'name a folder, or a bucket as s3://bucket/prefix'],
    [['-D', '/dev/null/tables'], 1, 'one of its folders is a file'],
  ])('refuses %j', async (words, code, says) => {
    const ended = await run(...words)
    expect(ended).toMatchObject({ code, out: '' })
    expect(ended.err).toContain(says)
  })
})
