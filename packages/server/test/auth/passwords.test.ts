import { describe, expect, test, vi } from 'vitest'
import {
  isUsablePassword,
  makePassword,
  makeUnusablePassword,
  needsUpgrade,
  verifyNobody,
  verifyPassword,
} from '../../src/auth/passwords.ts'

// Hashing is slow on purpose, and slower on a machine that has other work.
vi.setConfig({ testTimeout: 60_000 })

const PASSWORD = 'pässwörd 🐭'

// Made with Django 5.2, argon2-cffi and bcrypt on Python 3.11.
const STORED = {
  pbkdf2: 'pbkdf2_sha256$1000000$seasaltseasaltseasalt1$4n86u+/5G/sdbHIO5ht8/1ZZhbDFfXzW+JAaTcxCgJU=',
  old: 'pbkdf2_sha256$1000$short$IK367J2CQq4yH7pMoCgBzxc/A3aFDGIHoqk1r1DtcKM=',
  sha1: 'pbkdf2_sha1$1000$seasaltseasaltseasalt1$7M3ICQqHsEYfT8ndsGrnnjKNUDw=',
  scrypt:
    'scrypt$16384$seasaltseasaltseasalt1$8$5$FnwvxyExnXqJ8+Mv3KwcwWbqhlf6sC6iHvNe6+QWjSFmB/wMNqFU2JxYuaLeN1wTLL3JYrQHW1IlGnVo74H3SA==',
  argon2:
    'argon2$argon2id$v=19$m=102400,t=2,p=8$c2Vhc2FsdHNlYXNhbHRzZWFzYWx0MQ$j66/04WwhLm3KjU2TpICh9s4NRXGJg2mGYmWABA9jaU',
  bcryptSha256: 'bcrypt_sha256$$2b$06$seasaltseasaltseasaltuq9.xC5VqGFks1z3LzQWtRG2UNxeXlee',
  bcrypt: 'bcrypt$$2b$06$seasaltseasaltseasaltuoYyTLzFkQ7swuz/OJTXPbR5R/tDzzK6',
}

describe('a password that Django stored', () => {
  test.each([
    { name: 'as it does today', stored: STORED.pbkdf2, upgrade: false },
    { name: 'years ago, with less work', stored: STORED.old, upgrade: true },
    { name: 'with PBKDF2 and SHA-1', stored: STORED.sha1, upgrade: true },
    { name: 'with scrypt', stored: STORED.scrypt, upgrade: true },
    { name: 'with Argon2', stored: STORED.argon2, upgrade: true },
    { name: 'with bcrypt behind SHA-256', stored: STORED.bcryptSha256, upgrade: true },
    { name: 'with bcrypt', stored: STORED.bcrypt, upgrade: true },
  ])('$name logs in, and no other does', async ({ stored, upgrade }) => {
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ outcome: 'match', needsUpgrade: upgrade })
    expect(await verifyPassword(`${PASSWORD} `, stored)).toEqual({ outcome: 'mismatch' })
    expect(await verifyPassword('', stored)).toEqual({ outcome: 'mismatch' })
  })

  test.each(['', '!', '!abcdefghijklmnopqrstuvwxyzabcdefghijklmn'])(
    'as unusable (%j) matches nothing',
    async (stored) => {
      expect(await verifyPassword('', stored)).toEqual({ outcome: 'unusable' })
      expect(await verifyPassword(stored, stored)).toEqual({ outcome: 'unusable' })
      expect(isUsablePassword(stored)).toBe(false)
    },
  )

  test.each([
    ['bcrypt_sha256$$2b$31$abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyza', 'bcrypt_sha256'],
    ['0cc175b9c0f1b6a831c399e269772661', 'unknown'],
    ['pbkdf2_sha256$0$salt$digest', 'pbkdf2_sha256'],
    ['pbkdf2_sha256$99999999$salt$digest', 'pbkdf2_sha256'],
    ['scrypt$16777216$salt$64$5$digest', 'scrypt'],
    ['argon2$argon2id$v=19$m=64,t=2,p=1$c2FsdA$ZGlnZXN0', 'argon2'],
    ['argon2$argon2id$v=19$m=99999999,t=2,p=8$c2FsdHNhbHQ$ZGlnZXN0', 'argon2'],
  ])('in a way we cannot check (%s) is reported by the name of its algorithm', async (stored, algorithm) => {
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ outcome: 'unsupported', algorithm })
  })
})

describe('a password that we store', () => {
  test('has the form that Django prefers, and logs in', async () => {
    const stored = await makePassword(PASSWORD)

    expect(stored).toMatch(/^pbkdf2_sha256\$1000000\$[a-zA-Z0-9]{22}\$[A-Za-z0-9+/]{43}=$/)
    expect(stored.length).toBeLessThanOrEqual(128)
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ outcome: 'match', needsUpgrade: false })
  })

  test('has salt of its own each time', async () => {
    const [one, other] = await Promise.all([makePassword('x'), makePassword('x')])

    expect(one).not.toBe(other)
  })

  test('can be one that nobody has', () => {
    expect(makeUnusablePassword()).toMatch(/^![a-zA-Z0-9]{40}$/)
    expect(isUsablePassword(STORED.pbkdf2)).toBe(true)
  })
})

test('more work than ours is not taken back', () => {
  expect(needsUpgrade('pbkdf2_sha256$1200000$seasaltseasaltseasalt1$x')).toBe(false)
  expect(needsUpgrade('pbkdf2_sha256$1000000$seasaltseasaltseasalt$x')).toBe(true)
})

test('an unknown person, an unusable password and a wrong one take about the same time', async () => {
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    return performance.now() - began
  }
  const wrong = await timed(() => verifyPassword('x', STORED.pbkdf2))
  const others = [
    await timed(() => verifyNobody('x')),
    await timed(() => verifyPassword('x', '!unusable')),
    await timed(() => verifyPassword('x', STORED.old)),
    await timed(() => verifyPassword('x', 'bcrypt_sha256$$2b$12$x')),
  ]

  // Wide, because the machine has other work; a shortcut would take a thousandth.
  for (const other of others) expect(other).toBeGreaterThan(wrong / 10)
})

test('logins at once do not keep the server from other work', async () => {
  const logins = Array.from({ length: 4 }, () => verifyPassword('x', STORED.sha1.replace('$1000$', '$300000$')))
  let turns = 0
  const counting = setInterval(() => turns++, 1)

  await Promise.all(logins)
  clearInterval(counting)

  expect(turns).toBeGreaterThan(3)
})
