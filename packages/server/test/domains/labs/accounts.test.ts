import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  assertNewUsername,
  countAccounts,
  createAccount,
  hasAdministrator,
  issueToken,
  passwordProblem,
} from '../../../src/domains/labs/index.ts'
import { migrateDatabase } from '../../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../../postgres/scratch-database.ts'

describe('a password', () => {
  test.each([
    { password: 'corr3ct', username: 'marie', why: 'too short' },
    { password: '1234567890', username: 'marie', why: 'only digits' },
    { password: 'Catherine1', username: 'catherine', why: 'too much like the name' },
  ])('"$password" of $username is $why', ({ password, username, why }) => {
    expect(passwordProblem(password, username)).toContain(why)
  })

  test.each([
    { password: 'correct horse', username: 'marie' },
    { password: 'pässwörd', username: 'marie' },
    { password: 'al-battery-staple', username: 'al' },
  ])('"$password" of $username is good enough', ({ password, username }) => {
    expect(passwordProblem(password, username)).toBeUndefined()
  })
})

describe('an account', () => {
  let scratch: ScratchDatabase
  beforeAll(async () => {
    scratch = await scratchDatabase()
    await migrateDatabase(scratch.database)
  })
  afterAll(() => scratch.drop())

  test.each(['', 'ma rie', 'ma:rie', "marie'--", 'x'.repeat(151), 'marie\n'])('cannot be called %j', async (name) => {
    await expect(assertNewUsername(scratch.database, name)).rejects.toThrow('cannot be the name of an account')
  })

  test.each(['marie', 'm.o+rig@lab-1_a', 'zoë', '日本'])('can be called %s', async (name) => {
    await expect(assertNewUsername(scratch.database, name)).resolves.toBeUndefined()
  })

  test('counts as an administrator only when a superuser could log in with it', async () => {
    await createAccount(scratch.database, { username: 'nobody', passwordHash: '', role: 'superuser' })
    await createAccount(scratch.database, { username: 'unusable', passwordHash: '!x', role: 'superuser' })
    await createAccount(scratch.database, { username: 'member', passwordHash: 'hash', role: 'member' })
    const before = await hasAdministrator(scratch.database)
    await createAccount(scratch.database, { username: 'root', passwordHash: 'hash', role: 'superuser' })

    expect(before).toBe(false)
    expect(await hasAdministrator(scratch.database)).toBe(true)
    expect(await countAccounts(scratch.database)).toBe(4)
  })

  test('that is unknown, or not active, gets no token', async () => {
    await createAccount(scratch.database, { username: 'gone', passwordHash: '', role: 'member' })
    await scratch.database.script(`update misc_labmember set is_active = false where username = 'gone'`)

    await expect(issueToken(scratch.database, 'nobody-knows')).rejects.toThrow('There is no account "nobody-knows".')
    await expect(issueToken(scratch.database, 'gone')).rejects.toThrow('is not active')
  })
})
