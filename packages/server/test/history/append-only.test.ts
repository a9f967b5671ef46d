import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase, raw, sql } from '../../src/database/index.ts'
import { sealHistory } from '../../src/history/index.ts'
import { applyMigrations, migrateDatabase, revertMigration } from '../../src/schema/index.ts'
import { asAdmin, databaseUrl, type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'
import { addLab } from './laboratory.ts'

const FORGETTING = [
  `update alyx.change set username = 'somebody else'`,
  'delete from alyx.change',
  'truncate alyx.change',
  'delete from alyx.seal',
  'truncate alyx.seal',
]

describe('the history of a superuser', () => {
  let scratch: ScratchDatabase
  beforeAll(async () => {
    scratch = await scratchDatabase()
    await migrateDatabase(scratch.database)
    await addLab(scratch.database, 'newlab')
    await sealHistory(scratch.database, { waitMs: 2000 })
  })
  afterAll(() => scratch.drop())

  test.each(FORGETTING)('refuses: %s', async (statement) => {
    await expect(scratch.database.script(statement)).rejects.toThrow('the history can only grow')
  })

  test('refuses even a session that calls itself a replica', async () => {
    await expect(
      scratch.database.script(`set session_replication_role = replica; delete from alyx.change`),
    ).rejects.toThrow('the history can only grow')
  })

  test('belongs to a role that nobody can log in as', async () => {
    const [owner] = await scratch.database.rows(
      sql`select r.rolname, r.rolcanlogin from pg_class c join pg_roles r on r.oid = c.relowner where c.oid = 'alyx.change'::regclass`,
    )
    expect(owner).toEqual(['alyx_history', 'f'])
  })

  test('goes when the migration is taken back, and begins anew when it is applied again', async () => {
    while ((await revertMigration(scratch.database))?.name !== 'history');
    const [[there] = []] = await scratch.database.rows(sql`select to_regclass('alyx.change')`)
    expect(there).toBeNull()

    await applyMigrations(scratch.database)
    const left = await scratch.database.rows(sql`select operation from alyx.change`)
    expect(left).toEqual([['start']])
  })
})

/** A database whose owner is an ordinary account, with the rights given. */
async function ownedBy(rights: string): Promise<{ database: Database; url: string; drop(): Promise<void> }> {
  const role = `alyx_owner_${randomBytes(4).toString('hex')}`
  const name = `alyx_scratch_${role}`
  await asAdmin(`create role ${role} login password 'x' ${rights}`)
  await asAdmin(`create database ${name} owner ${role} template template0`)
  const url = databaseUrl(name)
  const database = await openDatabase({ url, timeZone: 'UTC', maxConnections: 1 })
  // The tests' server lets nobody in by password: the one connection becomes the account instead.
  await database.execute(raw(`set session authorization ${role}`))
  return {
    database,
    url,
    async drop() {
      await database.close()
      await asAdmin(`drop database ${name} with (force)`)
      await asAdmin(`drop role ${role}`)
    },
  }
}

describe('the history of an account that may make roles', () => {
  let owned: Awaited<ReturnType<typeof ownedBy>>
  beforeAll(async () => {
    owned = await ownedBy('createrole')
    // On a server where the role is there already, only those whom it was given to may hand tables over to it.
    await asAdmin(`do $$ begin create role alyx_history nologin; exception when duplicate_object then null; end $$`)
    const [[role] = []] = await owned.database.rows(sql`select current_user`)
    await asAdmin(`grant alyx_history to ${role} with admin option`)
    await migrateDatabase(owned.database)
    await asAdmin(`revoke alyx_history from ${role}`)
  })
  afterAll(() => owned.drop())

  test('is written by the triggers and can be read', async () => {
    await addLab(owned.database, 'newlab')
    const entries = await owned.database.rows(
      sql`select operation, table_name from alyx.change order by id desc limit 1`,
    )
    expect(entries).toEqual([['insert', 'misc_lab']])
  })

  test.each([
    ...FORGETTING,
    'drop table alyx.change',
    'drop table alyx.change, alyx.seal',
    'drop schema alyx cascade',
    'alter table alyx.change disable trigger alyx_only_grows',
    'drop trigger alyx_only_grows on alyx.change',
    `insert into alyx.change (at, table_name, operation, source) values (now(), '', 'start', '')`,
    `insert into alyx.seal values (1, 1, 1, 1, '', '')`,
    `create or replace function alyx.change_text(alyx.change) returns text language sql as $$ select '' $$`,
  ])('refuses: %s', async (statement) => {
    await expect(owned.database.execute(raw(statement))).rejects.toThrow(/permission denied|must be owner/)
  })

  test('is sealed all the same', async () => {
    expect(await sealHistory(owned.database, { waitMs: 2000 })).toBeGreaterThan(1)
  })

  test('leaves the schema open for what comes later', async () => {
    await owned.database.execute(raw('create table alyx.something_new (id integer); drop table alyx.something_new'))
  })
})

describe('the history of an account that may not make roles', () => {
  let owned: Awaited<ReturnType<typeof ownedBy>>
  beforeAll(async () => {
    owned = await ownedBy('nosuperuser')
    await migrateDatabase(owned.database)
    await addLab(owned.database, 'newlab')
  })
  afterAll(() => owned.drop())

  test.each(FORGETTING.slice(0, 3))('is held by triggers: %s', async (statement) => {
    await expect(owned.database.execute(raw(statement))).rejects.toThrow('the history can only grow')
  })

  test('can be given to the role later by a superuser', async () => {
    const admin = await openDatabase({ url: owned.url, timeZone: 'UTC', maxConnections: 1 })
    await admin.script('select alyx.protect_history()')
    await admin.close()

    await addLab(owned.database, 'second')
    await expect(owned.database.execute(raw('drop table alyx.change'))).rejects.toThrow('must be owner')
    await expect(owned.database.execute(raw('delete from alyx.change'))).rejects.toThrow('permission denied')
  })
})
