import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutSecrets } from '../../src/command/log.ts'

test('secrets are hidden by their names, wherever they are in what is logged', () => {
  const logged = withoutSecrets({
    user: 'marie',
    authorization: 'Token abc',
    body: { username: 'marie', Password: 'geheim', list: [{ csrfToken: 'x', new_password: 'y' }] },
    settings: { secretKey: 'k', databaseUrl: 'postgres://a:b@c/d', port: 8000 },
    status: 403,
  })

  expect(logged).toEqual({
    user: 'marie',
    authorization: '[hidden]',
    body: { username: 'marie', Password: '[hidden]', list: [{ csrfToken: '[hidden]', new_password: '[hidden]' }] },
    settings: { secretKey: '[hidden]', databaseUrl: '[hidden]', port: 8000 },
    status: 403,
  })
})

test('what has no secret is logged as it is', () => {
  const harmless = fc.dictionary(fc.string({ maxLength: 2 }), fc.jsonValue({ maxDepth: 2 }))
  fc.assert(
    fc.property(harmless, (value) => {
      const names = JSON.stringify(value)
      fc.pre(!/pass|pwd|secret|token|cookie|author|csrf|database/i.test(names))

      expect(withoutSecrets(value)).toEqual(value)
    }),
  )
})
