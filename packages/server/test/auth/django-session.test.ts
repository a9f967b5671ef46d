import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeSession,
  encodeSession,
  isSessionOfPassword,
  loginSession,
  looksLikeSessionKey,
  newSessionKey,
  sessionAuthHash,
  sessionUserId,
} from '../../src/auth/django-session.ts'

// All of this was made with Django 5.2, with this key, at this second.
const KEY = 'test-secret-é-key'
const NOW = 1_760_000_000
const PASSWORD_HASH = 'pbkdf2_sha256$1000$short$abc'
const AUTH_HASH = '41cd80628916ec815bf260da77e3a7a2e808fb081b5f124688e0cfee7376201a'
const USER = '00000000-0000-4000-8000-000000000001'
const PLAIN = 'eyJhIjoxfQ:1v6mOm:B83Ao_5oZ3QXjWRCFu5PEshWztjA-7cSJ2W1PbLuwAU'
const COMPRESSED =
  '.eJxVj8EOgjAQRP-lZ222BdrFo3f_gIRs20VAAwmlJ-O_C1oTncNLNjszyTxES2nt2xR5aYcgTgKyjm-UO_B7Zilx-I058jee9mwYabrO0s_TugxO7haZv1Fe5sD3c_b-FfQU-y1dKh8QjMZaGfaoKtdpA4Gs5YIsaUbAzgEqV3VKlwaRwXfMtrBGg6Kt9E5xbWNyI_v1M6dJAFw3KWARNjKAeL4AkIJK6g:1v6mOm:Ay9vK8VRdkffLQJ7TchEvEbujD17hQF92jqXZkXHxtg'

describe('a session that Django stored', () => {
  test('is read', () => {
    const session = decodeSession(COMPRESSED, KEY)

    expect(session).toEqual({ ...loginSession(USER, PASSWORD_HASH, KEY), last_subject_id: 'é😀' })
    expect(sessionUserId(session ?? {})).toBe(USER)
    expect(isSessionOfPassword(session ?? {}, PASSWORD_HASH, KEY)).toBe(true)
    expect(decodeSession(PLAIN, KEY)).toEqual({ a: 1 })
  })

  test.each([
    ['with another key', COMPRESSED, 'another-key'],
    ['with another time', PLAIN.replace('1v6mOm', '1v6mOn'), KEY],
    ['with another content', PLAIN.replace('eyJhIjoxfQ', 'eyJhIjoyfQ'), KEY],
    ['without a signature', 'eyJhIjoxfQ:1v6mOm:', KEY],
    ['without anything', '', KEY],
    ['with nothing but colons', '::', KEY],
  ])('is not believed %s', (_, text, key) => expect(decodeSession(text, key)).toBeUndefined())
})

describe('a session that we store', () => {
  test('has the very text that Django would have written when it is short', () => {
    expect(encodeSession({ a: 1 }, KEY, NOW)).toBe(PLAIN)
  })

  test('is compressed when that is shorter', () => {
    expect(encodeSession({ note: 'x'.repeat(500) }, KEY, NOW)).toMatch(/^\.[\w-]{10,60}:1v6mOm:[\w-]{43}$/)
  })

  test('comes back as it was', () => {
    const sessions = fc.dictionary(fc.string(), fc.jsonValue()).map((session) => JSON.parse(JSON.stringify(session)))
    fc.assert(
      fc.property(sessions, fc.nat(), (session, now) => {
        expect(decodeSession(encodeSession(session, KEY, now), KEY)).toEqual(session)
      }),
    )
  })
})

describe('a session belongs to a password', () => {
  test('and ends when that changes', () => {
    const session = loginSession(USER, PASSWORD_HASH, KEY)

    expect(sessionAuthHash(PASSWORD_HASH, KEY)).toBe(AUTH_HASH)
    expect(isSessionOfPassword(session, PASSWORD_HASH, KEY)).toBe(true)
    expect(isSessionOfPassword(session, `${PASSWORD_HASH}d`, KEY)).toBe(false)
    expect(isSessionOfPassword({}, PASSWORD_HASH, KEY)).toBe(false)
  })

  test('and to nobody when nobody logged in, or by another way than a password', () => {
    expect(sessionUserId({ last_subject_id: 'x' })).toBeUndefined()
    expect(sessionUserId({ _auth_user_id: USER, _auth_user_backend: 'some.other.Backend' })).toBeUndefined()
  })
})

test('session keys are 32 characters that nobody can guess', () => {
  const key = newSessionKey()

  expect(key).toMatch(/^[a-z0-9]{32}$/)
  expect(key).not.toBe(newSessionKey())
  expect(looksLikeSessionKey(key)).toBe(true)
  expect(looksLikeSessionKey('short')).toBe(false)
  expect(looksLikeSessionKey("x' or 1=1 --")).toBe(false)
})
