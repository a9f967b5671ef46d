import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { translated } from '../../src/database/errors.ts'
import { DatabaseError, DatabaseFull, DatabaseUnavailable, type Statement, sql } from '../../src/database/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
  await scratch.database.script(`
    create table lab (id int constraint lab_pkey primary key, name varchar(5));
    create table token (key text, "the lab" int, constraint token_once unique (key, "the lab"));
    create table subject (
      nickname text not null,
      sex text constraint subject_sex check (sex in ('M', 'F', 'U')),
      lab_id int constraint subject_lab references lab
    );
    insert into lab values (1, 'a');
    insert into token values ('secret-token', 1);
    insert into subject values ('KS014', 'M', 1)`)
})
afterAll(() => scratch.drop())

async function failing(statement: Statement): Promise<unknown> {
  return scratch.database.rows(statement).then(
    () => expect.fail('the statement succeeded'),
    (error) => error,
  )
}

test.each([
  {
    when: 'a value is taken',
    statement: sql`insert into token values ('secret-token', 1)`,
    becomes: { name: 'UniqueViolation', table: 'token', constraint: 'token_once', columns: ['key', 'the lab'] },
  },
  {
    when: 'a row refers to nothing',
    statement: sql`insert into subject values ('KS015', 'M', 99)`,
    becomes: { name: 'ForeignKeyViolation', table: 'subject', constraint: 'subject_lab', columns: ['lab_id'] },
  },
  {
    when: 'a row is still referred to',
    statement: sql`delete from lab`,
    becomes: { name: 'ForeignKeyViolation', table: 'subject', constraint: 'subject_lab' },
  },
  {
    when: 'a value is missing',
    statement: sql`insert into subject values (null, 'M', 1)`,
    becomes: { name: 'NotNullViolation', table: 'subject', columns: ['nickname'] },
  },
  {
    when: 'a value breaks a rule',
    statement: sql`insert into subject values ('KS015', 'X', 1)`,
    becomes: { name: 'CheckViolation', constraint: 'subject_sex' },
  },
  {
    when: 'a text is too long',
    statement: sql`insert into lab values (2, 'abcdef')`,
    becomes: { name: 'ValueTooLong' },
  },
  { when: 'a number is no number', statement: sql`select ${'lots'}::int`, becomes: { name: 'InvalidText' } },
  { when: 'a number is too big', statement: sql`select ${'99999999999'}::int`, becomes: { name: 'InvalidText' } },
  { when: 'a uuid is no uuid', statement: sql`select ${'KS014'}::uuid`, becomes: { name: 'InvalidText' } },
  { when: 'a date does not exist', statement: sql`select ${'2026-02-30'}::date`, becomes: { name: 'InvalidText' } },
  { when: 'a date is no date', statement: sql`select ${'soon'}::date`, becomes: { name: 'InvalidText' } },
  { when: 'a pattern is wrong', statement: sql`select 'a' ~ ${'['}`, becomes: { name: 'InvalidText' } },
  { when: 'a pattern ends in an escape', statement: sql`select 'ab' like ${'a\\'}`, becomes: { name: 'InvalidText' } },
  { when: 'a json is no json', statement: sql`select ${'{'}::jsonb`, becomes: { name: 'InvalidText' } },
  { when: 'a table does not exist', statement: sql`select * from nowhere`, becomes: { name: 'UnknownDatabaseError' } },
])('when $when: $becomes.name', async ({ statement, becomes }) => {
  expect(await failing(statement)).toMatchObject(becomes)
})

test('values that were sent are told to who asks for the detail, and never printed', async () => {
  const error = await failing(sql`insert into token values ('secret-token', 1)`)

  expect(error).toBeInstanceOf(DatabaseError)
  expect((error as DatabaseError).detail).toContain('secret-token')
  expect(JSON.stringify(error)).not.toContain('secret-token')
  expect(String(error)).not.toContain('secret-token')
  // A logger reads enumerable properties, own and inherited.
  for (const key in error as object)
    expect(inspect((error as Record<string, unknown>)[key])).not.toContain('secret-token')
})

test.each(['53300', '57P01', '57P03', '08006', '28P01', '3D000'])('SQLSTATE %s means unavailable', (code) => {
  const error = Object.assign(new Error('no'), { code, severity: 'FATAL' })

  expect(translated(error)).toBeInstanceOf(DatabaseUnavailable)
})

test('a full disk has its own error, which is one of being unavailable', () => {
  const error = translated(Object.assign(new Error('no space left'), { code: '53100', severity: 'ERROR' }))

  expect(error).toBeInstanceOf(DatabaseFull)
  expect(error).toBeInstanceOf(DatabaseUnavailable)
})
