import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { program } from '../../src/command/program.ts'
import { sql } from '../../src/database/index.ts'
import { findAccount } from '../../src/domains/labs/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'
import { alyx, type Ended } from './alyx.ts'

let folder: string
let scratch: ScratchDatabase
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-commands-'))
  scratch = await scratchDatabase()
})
afterAll(async () => {
  await scratch.drop()
  rmSync(folder, { recursive: true })
})

const run = (line: string, input?: string): Promise<Ended> =>
  alyx(line.split(' '), { cwd: folder, env: { DATABASE_URL: scratch.url }, ...(input && { input }) })

describe('a wrong command line', () => {
  test.each(['strt', 'serve --prt 1', 'token', 'migrate apply --to three'])('alyx %s', async (line) => {
    const { code, out, err } = await run(line)

    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(/^error: /)
    expect(err).not.toMatch(/\n\s+at /)
  })
})

test('every command shows examples in its help', () => {
  const help = program().commands.flatMap((command) => [command, ...command.commands])
  for (const command of help.filter(({ commands }) => commands.length === 0)) {
    let text = ''
    command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
    expect(text, command.name()).toMatch(/Examples:\n {2}\S/)
  }
})

describe('a database', { timeout: 60_000 }, () => {
  test('that is new is told from one that is ready, and nothing else works on it', async () => {
    const token = await run('token marie')
    const plan = await run('migrate plan')

    expect(token).toMatchObject({ code: 1, err: expect.stringContaining('alyx migrate apply') })
    expect(plan).toMatchObject({ code: 0, out: expect.stringMatching(/^-- apply 0001_alyx_3\.6\.1\n/) })
  })

  test('gets its tables, can be checked and listed, and keeps them from being removed by accident', async () => {
    const apply = await run('migrate apply')
    const again = await run('migrate apply')
    const check = await run('migrate check')
    const list = await run('migrate list')
    const draft = await run('migrate draft nothing')

    expect(apply.out).toMatch(/^Applied 0001_alyx_3\.6\.1/)
    expect(again.out).toBe('Nothing was pending.\n')
    expect(check).toMatchObject({ code: 0, out: 'Declarations, migrations and database agree.\n' })
    expect(list.out).not.toContain('pending')
    expect(draft.out).toMatch(/^Nothing to draft/)
  })

  test('gets starter data once', async () => {
    const first = await run('load-fixtures')
    const second = await run('load-fixtures')

    expect(first.out).toMatch(/1328 {2}experiments\.brainregion\n/)
    expect(second.out.trim()).toBe('0  rows added')
  })

  test('takes a dump whole or not at all, and says which line is wrong', async () => {
    const lab = (name: string, pk: string) => ({ model: 'misc.lab', pk, fields: { name } })
    const good = lab('goodlab', '11111111-1111-4111-8111-111111111111')
    writeFileSync(join(folder, 'bad.json'), `[${JSON.stringify(good)},\n${JSON.stringify(lab('badlab', 'x'))}]`)

    const bad = await run('load-data bad.json')
    const kept = await scratch.database.rows(sql`select from misc_lab where name = 'goodlab'`)
    const loaded = await run('load-data -', JSON.stringify([good]))

    expect(bad).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Nothing was loaded\. bad\.json, line 2, misc\.lab/),
    })
    expect(kept).toHaveLength(0)
    expect(loaded.out).toMatch(/1 added\s+0 changed {2}in all/)
  })

  test('is dumped, all of it or the models that were named', async () => {
    const labs = await run('dump-data -m misc.lab')
    const unknown = await run('dump-data -m misc.labs')
    const file = await run('dump-data -o all.json.gz')
    const again = await run('load-data all.json.gz')

    expect(JSON.parse(labs.out).map((row: { model: string }) => row.model)).toContain('misc.lab')
    expect(unknown).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no model or app') })
    expect(file.out).toMatch(/objects in all\.json\.gz/)
    expect(again.code).toBe(0)
  })

  test('is examined by the doctor', async () => {
    const { code, out } = await run('doctor')

    expect(code).toBe(0)
    expect(out).toMatch(/ok +database +PostgreSQL \d+/)
    expect(out).toMatch(/note +accounts +No superuser can log in/)
  })
})

describe('accounts', { timeout: 60_000 }, () => {
  let made: Ended
  beforeAll(async () => {
    made = await run('create-user marie --lab cortexlab --email marie@example.org', 'correct horse\n')
  })

  test('are made with a password that Django would accept, and a lab', async () => {
    const account = await findAccount(scratch.database, 'marie')
    const memberships = await scratch.database.rows(sql`select start_date = current_date from misc_labmembership`)

    expect(made).toMatchObject({ code: 0, out: 'Made the account "marie" (member).\n', err: '' })
    expect(account).toMatchObject({ isActive: true, isStaff: true, isSuperuser: false, isPublic: false })
    expect(await verifyPassword('correct horse', account?.passwordHash ?? '')).toMatchObject({ outcome: 'match' })
    expect(memberships).toEqual([['t']])
  })

  test.each([
    { line: 'create-user marie', input: 'correct horse', says: 'There is an account "marie" already.' },
    { line: 'create-user paul --lab nolab', input: 'correct horse', says: 'There is no lab "nolab". Labs: ' },
    { line: 'create-user paul --password-file none', input: '', says: 'none.' },
    { line: 'change-password Marie', input: 'correct horse', says: 'Did you mean "marie"?' },
  ])('$line with the password "$input" is refused', async ({ line, input, says }) => {
    const { code, out, err } = await run(line, input)

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(says)
    expect(await findAccount(scratch.database, 'paul')).toBeUndefined()
  })

  test('change their password, and keep their token until it is renewed', async () => {
    writeFileSync(join(folder, 'password'), 'battery staple\nnot this\n')

    const first = await run('token marie')
    await run('change-password marie --password-file password')
    const second = await run('token marie')
    const renewed = await run('token marie --renew')

    const account = await findAccount(scratch.database, 'marie')
    expect(await verifyPassword('battery staple', account?.passwordHash ?? '')).toMatchObject({ outcome: 'match' })
    expect(first.out).toMatch(/^[\da-f]{40}\n$/)
    expect(second.out).toBe(first.out)
    expect(renewed.out).not.toBe(first.out)
  })

  test('may be superusers, stock managers or readers', async () => {
    await run('create-superuser root', 'correct horse')
    await run('create-user visitor --public', 'correct horse')

    expect(await findAccount(scratch.database, 'root')).toMatchObject({ isSuperuser: true, isStaff: true })
    expect(await findAccount(scratch.database, 'visitor')).toMatchObject({ isPublic: true, isStaff: false })
  })
})

test('all wrong settings are told before anything is started', async () => {
  const { code, err } = await alyx(['serve', '--port', 'x'], { cwd: folder, env: { TZ: 'Mars', DATABASE_URL: 'x' } })

  expect(code).toBe(1)
  expect(err.match(/^ {2}- /gm)).toHaveLength(3)
})

test('without a database, commands that only look do not make one', async () => {
  const { code, err } = await alyx(['migrate', 'list'], { cwd: folder })

  expect(code).toBe(1)
  expect(err).toContain(`There is no database in ${folder}/data yet.`)
})
