import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePassword } from '../../src/auth/passwords.ts'
import { sql } from '../../src/database/index.ts'
import { setPassword } from '../../src/domains/labs/index.ts'
import { DEMO_PASSWORD } from '../postgres/demo-database.ts'
import { type Answer, cookieOf, type ServedLaboratory, servedLaboratory, tokenOfNew } from './served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

const ANDRADE = 'sofia.andrade'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()

/** A browser that keeps its cookies. */
class Browser {
  readonly cookies: Record<string, string> = {}

  async open(url: string): Promise<Answer> {
    return this.#keep(await lab.ask({ url, cookies: this.cookies }))
  }

  async submit(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#keep(
      await lab.ask({
        method: 'POST',
        url,
        cookies: this.cookies,
        headers: { ...FORM, ...headers },
        payload: form(fields),
      }),
    )
  }

  /** Token of the form on a page, as its hidden field holds it. */
  async formToken(url = '/auth/login/'): Promise<string> {
    return /name="csrfmiddlewaretoken" value="(\w+)"/.exec((await this.open(url)).body)![1]!
  }

  async signIn(username: string, password = DEMO_PASSWORD, next = ''): Promise<Answer> {
    return this.submit('/auth/login/', { csrfmiddlewaretoken: await this.formToken(), username, password, next })
  }

  #keep(answer: Answer): Answer {
    for (const { name, value } of answer.cookies) {
      if (value === '') delete this.cookies[name]
      else this.cookies[name] = value
    }
    return answer
  }
}

describe('a browser', () => {
  test('signs in, reads, and signs out', async () => {
    const browser = new Browser()

    const signedIn = await browser.signIn(ANDRADE, DEMO_PASSWORD, '/docs/')
    const read = await browser.open('/labs')
    const out = await browser.submit('/auth/logout/', { csrfmiddlewaretoken: await browser.formToken('/auth/login/') })
    const after = await browser.open('/labs')

    expect(signedIn.statusCode).toBe(302)
    expect(signedIn.headers.location).toBe('/docs/')
    expect(read.statusCode).toBe(200)
    expect(out.statusCode).toBe(302)
    expect(after.statusCode).toBe(403)
  })

  test('keeps its key where scripts and other sites cannot reach it', async () => {
    const answer = await new Browser().signIn(ANDRADE)

    expect(answer.cookies.find(({ name }) => name === 'sessionid')).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
    })
  })

  test('gets a new key at each sign-in, so that a planted one is worth nothing', async () => {
    const browser = new Browser()
    browser.cookies.sessionid = 'planted0planted0planted0planted0'

    await browser.signIn(ANDRADE)

    expect(browser.cookies.sessionid).not.toBe('planted0planted0planted0planted0')
    const planted = await lab.ask({ url: '/labs', cookies: { sessionid: 'planted0planted0planted0planted0' } })
    expect(planted.statusCode).toBe(403)
  })

  test.each(['//evil.example', '/\\evil.example', '/a\r\nset-cookie: b'])(
    'is not sent to %s afterwards',
    async (next) => {
      expect((await new Browser().signIn(ANDRADE, DEMO_PASSWORD, next)).headers.location).toBe('/admin/')
    },
  )

  test.each([
    { username: ANDRADE, password: 'wrong' },
    { username: 'nobody.at.all', password: DEMO_PASSWORD },
    { username: '', password: '' },
    { username: 'a\u0000b', password: 'c\u0000d' },
  ])('is told when name and password do not belong together: $username', async ({ username, password }) => {
    const browser = new Browser()

    const answer = await browser.signIn(username, password)

    expect(answer.statusCode).toBe(400)
    expect(cookieOf(answer, 'sessionid')).toBeUndefined()
    expect(answer.body).not.toContain(password === '' ? '\u0000' : password)
  })

  test.each([
    { what: 'no token', fields: {}, headers: {}, says: 'CSRF token missing' },
    { what: 'a wrong token', fields: { csrfmiddlewaretoken: 'x'.repeat(64) }, headers: {}, says: 'incorrect' },
    {
      what: 'a page of another site',
      fields: 'own',
      headers: { origin: 'https://evil.example' },
      says: 'Origin checking failed',
    },
  ])('cannot be made to sign in by a form with $what', async ({ fields, headers, says }) => {
    const browser = new Browser()
    const own = { csrfmiddlewaretoken: await browser.formToken() }

    const answer = await browser.submit(
      '/auth/login/',
      { username: ANDRADE, password: DEMO_PASSWORD, ...(fields === 'own' ? own : (fields as Record<string, string>)) },
      headers as Record<string, string>,
    )

    expect(answer.statusCode).toBe(403)
    expect(answer.body).toContain(says)
    expect(cookieOf(answer, 'sessionid')).toBeUndefined()
  })

  test('must prove that a change comes from a page of ours', async () => {
    const browser = new Browser()
    await browser.signIn(ANDRADE)

    const forged = await lab.ask({ method: 'POST', url: '/labs', cookies: browser.cookies, payload: {} })
    const own = await lab.ask({
      method: 'POST',
      url: '/labs',
      cookies: browser.cookies,
      headers: { 'x-csrftoken': browser.cookies.csrftoken! },
      payload: {},
    })

    expect(forged.statusCode).toBe(403)
    expect(forged.json().detail).toMatch(/^CSRF Failed: /)
    expect(own.json().detail ?? '').not.toMatch(/CSRF/)
  })

  test('has to sign in again once the password was changed', async () => {
    const browser = new Browser()
    await browser.signIn('tomas.reis')
    expect((await browser.open('/labs')).statusCode).toBe(200)

    await setPassword(lab.database, 'tomas.reis', await makePassword('another-password'))

    expect((await browser.open('/labs')).statusCode).toBe(403)
  })

  test('is out as soon as the account is', async () => {
    const browser = new Browser()
    await browser.signIn('luca.ferri')

    await lab.database.execute(sql`update misc_labmember set is_active = false where username = ${'luca.ferri'}`)

    expect((await browser.open('/labs')).statusCode).toBe(403)
    expect((await browser.signIn('luca.ferri')).statusCode).toBe(400)
  })
})

describe('a program', () => {
  const ask = (authorization: string) => lab.ask({ url: '/labs', headers: { authorization } })

  test.each([
    { type: 'application/json', body: JSON.stringify({ username: ANDRADE, password: DEMO_PASSWORD }) },
    { type: FORM['content-type'], body: form({ username: ANDRADE, password: DEMO_PASSWORD }) },
  ])('gets its token with $type, the same each time', async ({ type, body }) => {
    const sent = { method: 'POST', url: '/auth-token', headers: { 'content-type': type }, payload: body } as const

    const [one, two] = [await lab.ask(sent), await lab.ask(sent)]

    expect(one.statusCode).toBe(200)
    expect(one.json()).toEqual({ token: expect.stringMatching(/^[0-9a-f]{40}$/) })
    expect(two.json()).toEqual(one.json())
    expect((await ask(`Token ${one.json().token}`)).statusCode).toBe(200)
  })

  test('whose account was closed is told so', async () => {
    const token = await tokenOfNew(lab.database, 'former', 'member')
    await lab.database.execute(sql`update misc_labmember set is_active = false where username = ${'former'}`)

    const answer = await ask(`Token ${token}`)

    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toEqual({ detail: 'User inactive or deleted.', status_code: 403 })
    expect(answer.headers).not.toHaveProperty('www-authenticate')
  })

  test.each([
    { header: 'Token', says: 'Invalid token header. No credentials provided.' },
    { header: 'Token a b', says: 'Invalid token header. Token string should not contain spaces.' },
    { header: `Token ${'0'.repeat(40)}`, says: 'Invalid token.' },
    { header: `Token ' or 1=1 --`, says: 'Invalid token header. Token string should not contain spaces.' },
    { header: `Token ${'x'.repeat(10_000)}`, says: 'Invalid token.' },
    { header: 'Bearer abc', says: 'Authentication credentials were not provided.' },
    { header: 'Basic YTpi', says: 'Authentication credentials were not provided.' },
  ])('with the header "$header" learns why it is refused', async ({ header, says }) => {
    const answer = await ask(header)

    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toEqual({ detail: says, status_code: 403 })
  })

  test.each([
    { sent: {}, says: { username: ['This field is required.'], password: ['This field is required.'] } },
    { sent: { username: ANDRADE }, says: { password: ['This field is required.'] } },
    { sent: { username: ' ', password: 'x' }, says: { username: ['This field may not be blank.'] } },
    {
      sent: { username: [], password: {} },
      says: { username: ['Not a valid string.'], password: ['Not a valid string.'] },
    },
    { sent: { username: ANDRADE, password: 'wrong' }, says: { non_field_errors: [expect.any(String)] } },
    { sent: [], says: { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] } },
  ])('is told what is wrong with $sent', async ({ sent, says }) => {
    const answer = await lab.ask({ method: 'POST', url: '/auth-token', payload: sent })

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({ ...says, status_code: 400 })
  })

  test('that tries passwords has to wait', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        lab.ask({
          method: 'POST',
          url: '/auth-token',
          remoteAddress: '10.9.8.7',
          payload: { username: 'hana.sato', password: `guess ${at}` },
        }),
      ),
    )

    const refused = attempts.filter(({ statusCode }) => statusCode === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
  })
})
