import { createReadStream, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { all, type Model } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, identifier, sql } from '../../../src/database/index.ts'
import { seedDemo } from '../../../src/domains/labs/demo/index.ts'
import { DumpError, type DumpOptions, dumpData, loadDump } from '../../../src/domains/labs/dumps/index.ts'
import { inDependencyOrder } from '../../../src/domains/labs/dumps/order.ts'
import type { ScratchDatabase } from '../../postgres/scratch-database.ts'
import { installedDatabase } from '../demo/installed-database.ts'
import { addAwkwardRows } from './awkward-rows.ts'

let laboratory: ScratchDatabase
let target: ScratchDatabase

beforeAll(async () => {
  laboratory = await installedDatabase()
  target = await installedDatabase({ starter: false })
  await seedDemo(laboratory.database, { today: '2026-11-23', passwordHash: 'pbkdf2_sha256$1$salt$hash' })
  await addAwkwardRows(laboratory.database)
})

afterAll(async () => {
  await laboratory?.drop()
  await target?.drop()
})

async function dumped(database: Database, options: DumpOptions = {}): Promise<string> {
  let text = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  await dumpData(database, sink, options)
  return text
}

const load = (database: Database, dump: unknown) =>
  loadDump(database, Readable.from([Buffer.from(typeof dump === 'string' ? dump : JSON.stringify(dump, null, 1))]))

async function refusal(dump: unknown): Promise<DumpError> {
  const error = await load(target.database, dump).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DumpError)
  return error as DumpError
}

/** Every row of every table and join table as PostgreSQL writes it; numbers of links do not count. */
async function contents(database: Database): Promise<Record<string, string[]>> {
  const tables =
    await database.rows(sql`select relname, exists (select from pg_attribute where attrelid = c.oid and attname = 'id' and attidentity <> '')
    from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'django_migrations' order by 1`)
  const found: Record<string, string[]> = {}
  for (const [table, numbered] of tables as [string, string][]) {
    const row = numbered === 't' ? sql`(to_jsonb(t) - 'id')::text` : sql`t::text`
    found[table] = (
      await database.rows(sql`select ${row} from ${identifier(table)} as t order by 1`)
    ).flat() as string[]
  }
  return found
}

const key = (end: number) => `00000000-0000-4000-8000-${String(end).padStart(12, '0')}`
const lab = (end: number, fields: object = {}) => ({
  model: 'misc.lab',
  pk: key(end),
  fields: { name: `lab${end}`, ...fields },
})
const animal = (end: number, fields: object = {}) => ({
  model: 'subjects.subject',
  pk: key(end),
  fields: { nickname: `animal${end}`, lab: key(1), ...fields },
})

describe('a database that is dumped and loaded', () => {
  test('is the same to the last digit, every model and link, credentials included', async () => {
    const text = await dumped(laboratory.database, { credentials: true })
    const copy = await installedDatabase({ starter: false })
    // The rows that an installation makes by itself have keys of their own.
    await copy.database.execute(sql`delete from data_datasettype`)
    await copy.database.execute(sql`delete from data_dataformat`)
    try {
      const report = await load(copy.database, text)
      const [there, here] = [await contents(copy.database), await contents(laboratory.database)]
      expect(Object.keys(report).length).toBeGreaterThan(60)
      expect(Object.keys(here).filter((table) => here[table]?.length === 0)).toEqual([])
      expect(there).toEqual(here)
      expect(await dumped(copy.database, { credentials: true })).toBe(text)
    } finally {
      await copy.drop()
    }
  })

  test('carries wall clock: ten in the morning stays ten in the morning where the clocks differ', async () => {
    const elsewhere = await installedDatabase({ starter: false, timeZone: 'America/New_York' })
    const session = {
      model: 'actions.session',
      pk: key(2),
      fields: { subject: key(3), start_time: '2026-07-01T10:00:00.250' },
    }
    try {
      await load(elsewhere.database, [lab(1), animal(3), session])
      const models = all.filter(({ key: name }) => name === 'actions.session')
      expect(await elsewhere.database.rows(sql`select start_time from actions_session`)).toEqual([
        ['2026-07-01 10:00:00.25-04'],
      ])
      expect(await dumped(elsewhere.database, { models })).toContain('"start_time":"2026-07-01T10:00:00.250000"')
    } finally {
      await elsewhere.drop()
    }
  })

  test('says that the disk is full', async () => {
    const full = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => done(new Error('no space left')),
    })
    await expect(dumpData(laboratory.database, full)).rejects.toThrow('no space left')
  })

  test('keeps credentials to itself unless asked', async () => {
    const text = await dumped(laboratory.database)
    expect(text).not.toContain('pbkdf2_sha256')
    expect(text).not.toContain('"password"')
    expect(text).not.toContain('authtoken.token')
    expect(text).not.toContain('sessions.session')
  })

  test('lists models so that what is referred to comes first', () => {
    const order = inDependencyOrder(all).map((model: Model) => model.key)
    for (const [first, then] of [
      ['misc.lab', 'subjects.subject'],
      ['subjects.subject', 'actions.session'],
      ['data.dataset', 'data.filerecord'],
      ['actions.chronicrecording', 'experiments.chronicinsertion'],
      ['experiments.trajectoryestimate', 'experiments.channel'],
    ] as const) {
      expect(order.indexOf(first), `${first} before ${then}`).toBeLessThan(order.indexOf(then))
    }
    expect(order.length).toBe(all.length)
  })

  test('can be written in part, and readably', async () => {
    const models = all.filter(({ key: name }) => name === 'misc.lab')
    const text = await dumped(laboratory.database, { models, indent: 2 })
    expect(text).toMatch(/^\[\n {2}\{\n {4}"model": "misc.lab",\n {4}"pk": "[0-9a-f-]{36}",\n {4}"fields": \{\n/)
    expect(JSON.parse(text)).toHaveLength(5)
  })
})

describe('loading', () => {
  test('updates rows that are there and counts both', async () => {
    await load(target.database, [lab(1), lab(2)])
    const report = await load(target.database, [lab(1, { address: 'moved' }), lab(3)])
    expect(report).toEqual({ 'misc.lab': { added: 1, changed: 1 } })
    expect(await target.database.rows(sql`select address from misc_lab where id = ${key(1)}`)).toEqual([['moved']])
  })

  test('gives fields that the dump leaves out what a new row would get', async () => {
    await load(target.database, [lab(1), animal(10)])
    const [row] = await target.database.objects(sql`select * from subjects_subject where id = ${key(10)}`)
    expect(row).toMatchObject({
      sex: 'U',
      protocol_number: '1',
      description: '',
      to_be_culled: false,
      json: null,
      cage: null,
    })
  })

  test('accepts references to rows that come later in the file', async () => {
    const pair = { model: 'subjects.breedingpair', pk: key(20), fields: { name: 'BP', father: key(21) } }
    await load(target.database, [lab(1), pair, animal(21, { sex: 'M' })])
    expect(await target.database.rows(sql`select father_id from subjects_breedingpair where id = ${key(20)}`)).toEqual([
      [key(21)],
    ])
  })

  test('accepts natural keys, also of rows that come later, of the content types and of keys themselves', async () => {
    const user = {
      model: 'misc.labmember',
      pk: key(30),
      fields: { username: 'nat', date_joined: '2026-01-01T00:00:00' },
    }
    await load(target.database, [
      {
        model: 'misc.note',
        pk: key(31),
        fields: { user: ['nat'], date_time: '2026-01-02', content_type: ['misc', 'lab'], object_id: key(1) },
      },
      { model: 'data.tag', fields: { name: 'named' } },
      user,
    ])
    await load(target.database, [{ model: 'data.tag', fields: { name: 'named', description: 'again' } }])
    expect(
      await target.database.rows(
        sql`select c.model from misc_note n join django_content_type c on c.id = n.content_type_id where n.id = ${key(31)}`,
      ),
    ).toEqual([['lab']])
    expect(await target.database.rows(sql`select description from data_tag where name = 'named'`)).toEqual([['again']])
  })

  test('follows the numbers of content types, permissions and groups of the other database', async () => {
    const [[permission]] = (await target.database.rows(
      sql`select p.id from auth_permission p join django_content_type c on c.id = p.content_type_id where codename = 'view_lab' and app_label = 'misc'`,
    )) as [[string]]
    await load(target.database, [
      { model: 'contenttypes.contenttype', pk: 5001, fields: { app_label: 'misc', model: 'lab' } },
      {
        model: 'auth.permission',
        pk: 5002,
        fields: { name: 'Can view lab', content_type: 5001, codename: 'view_lab' },
      },
      { model: 'auth.group', pk: 5003, fields: { name: 'readers', permissions: [5002] } },
      { model: 'misc.labmember', pk: key(40), fields: { username: 'reader', groups: [5003] } },
    ])
    const rows = sql`select u.username, g.permission_id from misc_labmember u join misc_labmember_groups m on m.labmember_id = u.id
      join auth_group_permissions g on g.group_id = m.group_id`
    expect(await target.database.rows(rows)).toEqual([['reader', permission]])
    await target.database.execute(sql`insert into auth_group (name) values ('next number is free')`)
  })

  test('replaces the links of a field by those listed', async () => {
    const project = (users: string[]) => ({ model: 'subjects.project', pk: key(50), fields: { name: 'p', users } })
    const user = (end: number) => ({ model: 'misc.labmember', pk: key(end), fields: { username: `user${end}` } })
    await load(target.database, [user(51), user(52), project([key(51)])])
    await load(target.database, [project([key(52)])])
    expect(
      await target.database.rows(sql`select labmember_id from subjects_project_users where project_id = ${key(50)}`),
    ).toEqual([[key(52)]])
  })

  test('puts the type and format "unknown" of the dump in the place of those that the installation made', async () => {
    const { database } = target
    const dataset = '00000000-0000-4000-8000-00000000d474'
    await database.execute(
      sql`insert into data_dataset (id, name, generating_software, collection, hash, version, default_dataset, qc, dataset_type_id, data_format_id)
        select ${dataset}, 'mine.npy', '', '', '', '', true, 0, t.id, f.id from data_datasettype t, data_dataformat f where t.name = 'unknown' and f.name = 'unknown'`,
    )
    const [type, format] = ['00000000-0000-4000-8000-000000007e9e', '00000000-0000-4000-8000-00000000f0a7']

    await load(database, [
      { model: 'data.datasettype', pk: type, fields: { name: 'unknown', description: 'from elsewhere' } },
      { model: 'data.dataformat', pk: format, fields: { name: 'unknown' } },
    ])

    const rows = await database.rows(
      sql`select dataset_type_id, data_format_id from data_dataset where id = ${dataset}`,
    )
    expect(rows).toEqual([[type, format]])
    expect(await database.rows(sql`select id, description from data_datasettype where name = 'unknown'`)).toEqual([
      [type, 'from elsewhere'],
    ])
    await database.execute(sql`delete from data_dataset where id = ${dataset}`)
  })

  test('never wipes a password with the empty one of a dump without credentials', async () => {
    const user = (fields: object) => ({
      model: 'misc.labmember',
      pk: key(60),
      fields: { username: 'keeper', ...fields },
    })
    await load(target.database, [user({ password: 'secret-hash' })])
    await load(target.database, [user({ password: '', first_name: 'K' })])
    await load(target.database, [user({ last_name: 'L' })])
    expect(await target.database.rows(sql`select password from misc_labmember where id = ${key(60)}`)).toEqual([
      ['secret-hash'],
    ])
  })

  test('reads the row of a model and that of the model which it extends', async () => {
    await load(target.database, [
      lab(1),
      animal(70),
      { model: 'experiments.chronicinsertion', pk: key(71), fields: { serial: '123', model: null } },
      {
        model: 'actions.chronicrecording',
        pk: key(71),
        fields: { subject: key(70), name: 'probe00', users: [], procedures: [] },
      },
    ])
    expect(
      await target.database.rows(
        sql`select serial from experiments_chronicinsertion where chronicrecording_ptr_id = ${key(71)}`,
      ),
    ).toEqual([['123']])
  })

  test('takes the last of two objects with one key, tells how far it is, and reads packed files', async () => {
    const heard: string[] = []
    const dump = gzipSync(JSON.stringify([lab(80, { address: 'old' }), lab(80, { address: 'new' })]))
    await loadDump(target.database, Readable.from([dump]), {
      onProgress: ({ objects, model }) => heard.push(`${objects} ${model}`),
    })
    expect(await target.database.rows(sql`select address from misc_lab where id = ${key(80)}`)).toEqual([['new']])
    expect(heard).toEqual(['2 misc.lab'])
  })
})

describe('a dump that cannot be loaded', () => {
  test.each([
    [
      'an unknown model',
      [{ model: 'subjects.unicorn', pk: key(1), fields: {} }],
      'line 2, subjects.unicorn: no model is called "subjects.unicorn"',
    ],
    [
      'an unknown field',
      [lab(1, { colour: 'red' })],
      `line 2, misc.lab ${key(1)}, field "colour": the model has no such field`,
    ],
    ['a missing key', [{ model: 'misc.lablocation', fields: {} }], 'line 2, misc.lablocation: expected "pk"'],
    [
      'a key that is none',
      [{ model: 'misc.lab', pk: 7, fields: {} }],
      'line 2, misc.lab, field "pk": expected a UUID, found 7',
    ],
    [
      'a missing value',
      [{ model: 'actions.weighing', pk: key(1), fields: { subject: key(1) } }],
      'field "weight": the field is missing',
    ],
    ['null where a value is needed', [lab(1, { name: null })], 'field "name": expected a value, found null'],
    [
      'a text too long',
      [lab(1, { timezone: 'x'.repeat(65) })],
      'field "timezone": expected a text of at most 64 characters',
    ],
    [
      'a number that is none',
      [lab(1, { zscore_weight_pct: 'much' })],
      'field "zscore_weight_pct": expected a number, found "much"',
    ],
    [
      'an integer out of range',
      [lab(1, { light_cycle: 3_000_000_000 })],
      'expected an integer from -2147483648 to 2147483647, found 3000000000',
    ],
    ['a fraction for an integer', [lab(1, { light_cycle: 1.5 })], 'field "light_cycle": expected an integer'],
    [
      'a truth that is none',
      [animal(1, { to_be_culled: 'perhaps' })],
      'field "to_be_culled": expected true or false, found "perhaps"',
    ],
    ['a day that never was', [animal(1, { birth_date: '2026-02-30' })], 'field "birth_date": expected a date such as'],
    [
      'a time that is none',
      [{ model: 'actions.session', pk: key(1), fields: { subject: key(1), start_time: 'noon' } }],
      'field "start_time": expected a date-time such as',
    ],
    ['links that are no list', [lab(1, { repositories: key(1) })], 'field "repositories": expected a list of keys'],
    [
      'links that are rows of their own',
      [animal(1, { genotype: [] })],
      'field "genotype": links of this field are rows of their own, of subjects.zygosity',
    ],
    [
      'a natural key that names nobody',
      [animal(1, { responsible_user: ['nobody'] })],
      'has a lab member named ["nobody"]',
    ],
    [
      'a natural key for a model without',
      [animal(1, { lab: ['lab1', 'x'], line: null })],
      'field "lab": expected a primary key of misc.lab',
    ],
  ])('because of %s says where', async (_, dump, message) => {
    expect((await refusal(dump)).message).toContain(message)
  })

  test('because of a reference to nothing names the first object that has it', async () => {
    const error = await refusal([
      lab(1),
      animal(90),
      animal(91, { litter: key(999) }),
      animal(92, { litter: key(998) }),
    ])
    expect(error.place).toMatchObject({ model: 'subjects.subject', pk: key(91), field: 'litter' })
    expect(error.problem).toContain(`subjects.litter ${key(999)}`)
    expect(error.place.line).toBe(17)
  })

  test('because of a link to nothing names the object too', async () => {
    const error = await refusal([lab(1, { repositories: [key(997)] })])
    expect(error.place).toMatchObject({ line: 2, model: 'misc.lab', field: 'repositories' })
  })

  test('because two rows share what must be unique finds the second among thousands', async () => {
    const many = Array.from({ length: 2500 }, (_, at) => lab(10_000 + at))
    many[1777] = lab(11_777, { name: 'lab10003' })
    const error = await refusal(many)
    expect(error.place.pk).toBe(key(11_777))
    expect(error.problem).toBe('another lab has the same name')
  })

  test('because of a text that PostgreSQL cannot keep', async () => {
    expect((await refusal([lab(1, { address: 'a\u0000b' })])).message).toContain('without null characters')
    expect((await refusal([lab(1, { json: { a: 'x\u0000y' } })])).place).toMatchObject({
      model: 'misc.lab',
      pk: key(1),
    })
  })

  test('changes nothing at all', async () => {
    const before = await contents(target.database)
    await refusal([lab(1, { address: 'changed' }), lab(501), lab(502, { name: null })])
    await refusal([lab(503), animal(504, { litter: key(999) })])
    expect(await contents(target.database)).toEqual(before)
  })
})

const SAMPLE = resolve(import.meta.dirname, '../../../../../../shared/conformance/sample-dump.json.gz')

test.runIf(existsSync(SAMPLE))('the sample dump of Alyx loads into a fresh installation', async () => {
  const fresh = await installedDatabase()
  try {
    const report = await loadDump(fresh.database, createReadStream(SAMPLE))
    const total = Object.values(report).reduce((sum, { added, changed }) => sum + added + changed, 0)
    expect(total).toBe(2120)
    expect(report['subjects.subject']).toEqual({ added: 968, changed: 0 })
    expect(report['misc.lab']).toEqual({ added: 0, changed: 1 })
  } finally {
    await fresh.drop()
  }
})
