import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CsrfEvidence, csrfProblem, csrfSecretOf, maskCsrfSecret, newCsrfSecret } from '../../src/auth/csrf.ts'

const SECRET = 'abcdefghijklmnopqrstuvwxyzABCDEF'
const OTHER = 'ABCDEFabcdefghijklmnopqrstuvwxyz'

/** A page of ours sends a form over http. */
const GOOD: CsrfEvidence = {
  secure: false,
  host: 'lab.example:8000',
  origin: undefined,
  referer: undefined,
  cookie: SECRET,
  field: undefined,
  header: SECRET,
}

const problem = (changed: Partial<CsrfEvidence>, trusted: string[] = []) =>
  csrfProblem({ ...GOOD, ...changed }, trusted)

describe('tokens', () => {
  test('are 32 letters and digits that nobody can guess', () => {
    expect(newCsrfSecret()).toMatch(/^[a-zA-Z0-9]{32}$/)
    expect(newCsrfSecret()).not.toBe(newCsrfSecret())
  })

  test('look different in every page and mean the same secret', () => {
    expect(maskCsrfSecret(SECRET)).toMatch(/^[a-zA-Z0-9]{64}$/)
    expect(maskCsrfSecret(SECRET)).not.toBe(maskCsrfSecret(SECRET))
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9]{32}$/), (secret) => {
        expect(csrfSecretOf(maskCsrfSecret(secret))).toBe(secret)
        expect(csrfSecretOf(secret)).toBe(secret)
      }),
    )
  })

  test('that Django masked are understood', () => {
    // Computed with Django 5.2.
    const masked = `aB3${'x'.repeat(29)}Zz9${'q'.repeat(29)}`

    expect(csrfSecretOf(masked)).toBe(`Z8g${'3'.repeat(29)}`)
  })

  test('of another form mean nothing', () => {
    expect(csrfSecretOf('short')).toBeUndefined()
    expect(csrfSecretOf('-'.repeat(32))).toBeUndefined()
  })
})

describe('a request with cookies', () => {
  test.each([
    { what: 'the secret in the header', header: SECRET },
    { what: 'the masked secret in the header', header: maskCsrfSecret(SECRET) },
    { what: 'the masked secret in a form', header: undefined, field: maskCsrfSecret(SECRET) },
    { what: 'an empty field and the header', field: '', header: SECRET },
    { what: 'a masked cookie of an old Django', cookie: maskCsrfSecret(SECRET) },
    { what: 'our own origin', origin: 'http://lab.example:8000' },
  ])('passes with $what', ({ what, ...changed }) => expect(problem(changed)).toBeUndefined())

  test.each([
    [{ cookie: undefined }, 'CSRF cookie not set.'],
    [{ cookie: 'short' }, 'CSRF cookie has incorrect length.'],
    [{ cookie: '!'.repeat(32) }, 'CSRF cookie has invalid characters.'],
    [{ header: undefined }, 'CSRF token missing.'],
    [{ header: 'short' }, "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length."],
    [{ header: 'é'.repeat(32) }, "CSRF token from the 'X-Csrftoken' HTTP header has invalid characters."],
    [{ header: OTHER }, "CSRF token from the 'X-Csrftoken' HTTP header incorrect."],
    [{ header: maskCsrfSecret(OTHER) }, "CSRF token from the 'X-Csrftoken' HTTP header incorrect."],
    [{ field: OTHER }, 'CSRF token from POST incorrect.'],
    [{ field: 'x' }, 'CSRF token from POST has incorrect length.'],
  ])('is refused with %j', (changed, reason) => expect(problem(changed)).toBe(reason))
})

describe('a request from a page of another site', () => {
  test.each(['http://evil.example', 'https://lab.example:8000', 'http://lab.example', 'null'])(
    'is refused by its origin %s, whatever token it has',
    (origin) =>
      expect(problem({ origin })).toBe(`Origin checking failed - ${origin} does not match any trusted origins.`),
  )

  test.each([
    { origin: 'https://other.example', trusted: 'https://other.example' },
    { origin: 'https://a.lab.example', trusted: 'https://*.lab.example' },
    { origin: 'https://lab.example', trusted: 'https://*.lab.example' },
  ])('$origin passes when $trusted is trusted', ({ origin, trusted }) => {
    expect(problem({ origin }, [trusted])).toBeUndefined()
  })

  test.each([
    { origin: 'http://a.lab.example', trusted: 'https://*.lab.example' },
    { origin: 'https://evillab.example', trusted: 'https://*.lab.example' },
  ])('$origin does not when $trusted is', ({ origin, trusted }) => {
    expect(problem({ origin }, [trusted])).toContain('Origin checking failed')
  })
})

describe('a request over https without an origin', () => {
  const secure = { secure: true, host: 'lab.example' }
  const failed = 'Referer checking failed -'

  test.each([
    [undefined, `${failed} no Referer.`],
    ['', `${failed} Referer is malformed.`],
    ['lab.example/page', `${failed} Referer is malformed.`],
    ['https:///page', `${failed} Referer is malformed.`],
    ['http://lab.example/', `${failed} Referer is insecure while host is secure.`],
    ['https://evil.example/', `${failed} https://evil.example/ does not match any trusted origins.`],
    ['https://lab.example:444/', `${failed} https://lab.example:444/ does not match any trusted origins.`],
  ])('is refused when the page it comes from is %j', (referer, reason) => {
    expect(problem({ ...secure, referer })).toBe(reason)
  })

  test('passes from our own page, or a trusted one', () => {
    expect(problem({ ...secure, referer: 'https://lab.example/admin/' })).toBeUndefined()
    expect(problem({ ...secure, referer: 'https://x.other.example/' }, ['https://*.other.example'])).toBeUndefined()
  })

  test('is refused when we do not serve the host that it names', () => {
    expect(problem({ ...secure, host: undefined, referer: 'https://lab.example/' })).toContain('does not match')
  })
})
