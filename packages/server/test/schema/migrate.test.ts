import { randomUUID } from 'node:crypto'
import { all } from '@alyx/models'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase, raw } from '../../src/database/index.ts'
import {
  AdoptionRefused,
  applyMigrations,
  examineDatabase,
  expectedSchema,
  fingerprint,
  lacksTrigramIndexes,
  listMigrations,
  type Migration,
  MigrationFailed,
  MigrationMismatch,
  migrateDatabase,
  planMigrations,
  readSchema,
  revertMigration,
} from '../../src/schema/index.ts'
import { parseMigration } from '../../src/schema/migration-files.ts'
import { asAdmin, type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

const opened: ScratchDatabase[] = []
async function emptyDatabase() {
  const scratch = await scratchDatabase()
  opened.push(scratch)
  return scratch
}
afterEach(async () => {
  for (const scratch of opened.splice(0)) await scratch.drop()
})

let django: string
beforeAll(async () => {
  const { database } = await scratchDatabase()
  const [baseline] = await listMigrations()
  await database.script(baseline?.up ?? '')
  django = await nameOf(database)
  await database.close()
})
afterAll(() => asAdmin(`drop database "${django}"`))

/** A database as Django leaves it: the baseline, and no trace of us. */
async function djangoDatabase() {
  const scratch = await scratchDatabase({ template: django })
  opened.push(scratch)
  return scratch
}

const nameOf = async (database: Database) => (await database.rows(raw('select current_database()')))[0]?.[0] ?? ''

const small = (number: number, up: string, down = 'select 1'): Migration =>
  parseMigration(`${String(number).padStart(4, '0')}_step.sql`, `${up}\n-- down\n${down}\n`)

describe('an empty database', () => {
  test('gets everything, and a second start finds nothing to do', async () => {
    const { database } = await emptyDatabase()

    const first = await migrateDatabase(database)
    const second = await migrateDatabase(database)

    expect(first.outcome).toBe('created')
    expect(first.applied[0]).toBe('0001_alyx_3.6.1')
    expect(second).toMatchObject({ outcome: 'current', applied: [] })
  })

  test('is made once when ten servers start at the same time', async () => {
    const { database, url } = await emptyDatabase()
    const others = await Promise.all(
      Array.from({ length: 9 }, () => openDatabase({ url, timeZone: 'UTC', maxConnections: 2 })),
    )

    const outcomes = await Promise.all([database, ...others].map((one) => migrateDatabase(one)))
    await Promise.all(others.map((one) => one.close()))

    expect(outcomes.flatMap(({ applied }) => applied).sort()).toEqual(
      (await listMigrations()).map(({ number, name }) => `${String(number).padStart(4, '0')}_${name}`),
    )
  })

  test('is made in schema public even when the role looks elsewhere first', async () => {
    const { database, url } = await emptyDatabase()
    await database.script('create schema elsewhere')
    const name = await nameOf(database)
    await database.script(`alter database "${name}" set search_path to elsewhere, public`)
    const again = await openDatabase({ url, timeZone: 'UTC', maxConnections: 2 })

    await migrateDatabase(again)
    const tables = await again.rows(raw(`select count(*) from pg_tables where schemaname = 'elsewhere'`))
    await again.close()

    expect(tables).toEqual([['0']])
  })
})

describe('a database that Django made', () => {
  test('is adopted without a change to its tables', async () => {
    const { database } = await djangoDatabase()
    const before = await readSchema(database)
    const found = await examineDatabase(database)

    const outcome = await migrateDatabase(database)

    expect(found.state).toBe('adoptable')
    expect(outcome.outcome).toBe('adopted')
    expect(outcome.applied).not.toContain('0001_alyx_3.6.1')
    expect(fingerprint(await readSchema(database))).toBe(fingerprint(before))
  })

  test('is adopted although it is old: serial numbers, another name of an index, a table of the lab’s own', async () => {
    const { database } = await djangoDatabase()
    await database.script(`
      alter table auth_group alter column id drop identity;
      create sequence auth_group_id_seq as integer owned by auth_group.id;
      alter table auth_group alter column id set default nextval('auth_group_id_seq');
      alter index data_dataset_session_id_ab72710b rename to data_dataset_old_name;
      create table our_own_list (id integer);
      alter table subjects_subject add column our_own_note text`)

    const { outcome, adoption } = await migrateDatabase(database)

    expect(outcome).toBe('adopted')
    expect(adoption?.harmless.map(({ what, name }) => `${what} ${name}`)).toEqual([
      'column id',
      'index data_dataset_session_id_ab72710b',
      'table our_own_list',
      'column our_own_note',
    ])
  })

  test('cannot be emptied by taking back the first migration', async () => {
    const { database } = await djangoDatabase()
    await migrateDatabase(database)
    while ((await planMigrations(database)).applied.length > 1) await revertMigration(database)

    const back = revertMigration(database, { loseEverything: true })

    await expect(back).rejects.toThrow('made by Django')
    expect((await readSchema(database)).tables).toHaveLength(100)
  })

  test('is as before when all that we added is taken back', async () => {
    const { database } = await djangoDatabase()
    const before = await readSchema(database)
    await migrateDatabase(database)

    while ((await planMigrations(database)).applied.length > 1) await revertMigration(database)

    expect(await readSchema(database)).toEqual(before)
  })
})

describe('a database of another kind', () => {
  const refused = async (change: string) => {
    const { database } = await djangoDatabase()
    await database.script(change)
    const before = await readSchema(database)
    const error = await migrateDatabase(database).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(AdoptionRefused)
    expect(await readSchema(database)).toEqual(before)
    expect(await database.rows(raw(`select to_regnamespace('alyx')`))).toEqual([[null]])
    return error as AdoptionRefused
  }

  test('of an older Alyx is left alone, and the report names what it lacks', async () => {
    const error = await refused(`
      delete from django_migrations where app = 'data' and name = '0023_datanotice';
      drop table data_datanotice_datasets; drop table data_datanotice`)

    expect(error.report.absentMigrations).toEqual([{ app: 'data', name: '0023_datanotice' }])
    expect(error.message).toContain('older Alyx')
    expect(error.message).toContain('missing table data_datanotice')
  })

  test('of a newer Alyx is left alone', async () => {
    const error = await refused(
      `insert into django_migrations (app, name, applied) values ('data', '0024_next', now())`,
    )

    expect(error.message).toContain('newer Alyx')
    expect(error.message).toContain('data.0024_next')
  })

  test('of Alyx, changed by hand, is left alone, and the report says where', async () => {
    const error = await refused('alter table misc_lab alter column name type text')

    expect(error.message).toContain(
      'different column misc_lab.name: text not null instead of character varying(255) not null',
    )
  })

  test('of something else is left alone', async () => {
    const { database } = await emptyDatabase()
    await database.script('create table invoices (id integer)')

    await expect(migrateDatabase(database)).rejects.toThrow('tables of something else')
    expect((await readSchema(database)).tables.map(({ name }) => name)).toEqual(['invoices'])
  })
})

describe('a migration', () => {
  test('that fails leaves the database as it was, and those before it applied', async () => {
    const { database } = await emptyDatabase()
    const migrations = [
      small(1, 'create table first (id integer)'),
      small(2, 'create table second (id integer); create table first (id integer)'),
    ]

    const run = applyMigrations(database, { migrations })

    await expect(run).rejects.toThrow(MigrationFailed)
    await expect(run).rejects.toThrow(/0002_step could not be applied: .*already exists/)
    expect((await readSchema(database)).tables.map(({ name }) => name)).toEqual(['first'])
  })

  test('is taken back by its other half', async () => {
    const { database } = await emptyDatabase()
    const migrations = [
      small(1, 'create table a (id integer)'),
      small(2, 'create table b (id integer)', 'drop table b'),
    ]
    await applyMigrations(database, { migrations })

    const taken = await revertMigration(database, { migrations })

    expect(taken?.number).toBe(2)
    expect((await planMigrations(database, { migrations })).pending.map(({ number }) => number)).toEqual([2])
  })

  test('stops the run when its file was changed after it was applied', async () => {
    const { database } = await emptyDatabase()
    await applyMigrations(database, { migrations: [small(1, 'create table a (id integer)')] })

    const run = applyMigrations(database, {
      migrations: [small(1, 'create table b (id integer)'), small(2, 'select 1')],
    })

    await expect(run).rejects.toThrow(MigrationMismatch)
    await expect(run).rejects.toThrow('its file has changed')
  })

  test('of a newer server stops an older one', async () => {
    const { database } = await emptyDatabase()
    const migrations = [small(1, 'select 1'), small(2, 'select 1')]
    await applyMigrations(database, { migrations })

    await expect(applyMigrations(database, { migrations: migrations.slice(0, 1) })).rejects.toThrow(
      'migration 0002_step, which this version does not know',
    )
  })

  test('up to a number leaves the later ones for another day', async () => {
    const { database } = await emptyDatabase()
    const migrations = [1, 2, 3].map((number) => small(number, 'select 1'))

    const applied = await applyMigrations(database, { migrations, upTo: 2 })

    expect(applied.map(({ number }) => number)).toEqual([1, 2])
  })

  test.each([
    { content: 'select 1', says: 'exactly one line "-- down"' },
    { content: 'a\n-- down\nb\n-- down\nc', says: 'exactly one line "-- down"' },
  ])('without exactly one way back is refused: $content', ({ content, says }) => {
    expect(() => parseMigration('0001_x.sql', content)).toThrow(says)
  })

  test('is the same whatever the line ends of the checkout', () => {
    const unix = parseMigration('0001_x.sql', 'select 1\n-- down\nselect 2\n')
    const windows = parseMigration('0001_x.sql', 'select 1\r\n-- down\r\nselect 2\r\n')

    expect(windows.checksum).toBe(unix.checksum)
  })
})

test('where the extension for parts of texts may not be made, everything else is, and it can follow later', async () => {
  const { database, drop } = await emptyDatabase()
  const [baseline, indexes] = await listMigrations()
  const role = `poor_${randomUUID().slice(0, 8)}`
  const counted = async () => {
    const [row] = await database.rows(
      raw(`select count(*), count(*) filter (where indexname like '%trigram') from pg_indexes
            where indexname like 'alyx%' and schemaname = 'public'`),
    )
    return row?.map(Number)
  }

  await database.script(`
    create role ${role};
    create schema alyx authorization ${role};
    grant all on schema public to ${role}`)
  for (const migration of [baseline, indexes]) {
    await database.script(`set role ${role}; set search_path to public; ${migration?.up}`)
  }
  const poor = await counted()
  const lacked = await lacksTrigramIndexes(database)
  await database.script('select alyx.create_trigram_indexes()')
  const rich = await counted()
  const lacksStill = await lacksTrigramIndexes(database)
  opened.pop()
  await drop()
  await asAdmin(`drop role ${role}`)

  expect(poor?.[0]).toBeGreaterThan(30)
  expect(poor?.[1]).toBe(0)
  expect(rich?.[1]).toBe(6)
  expect([lacked, lacksStill]).toEqual([true, false])
})

test('expected tables do not depend on the order of the models', () => {
  expect(fingerprint(expectedSchema([...all].reverse()))).toBe(fingerprint(expectedSchema(all)))
})
