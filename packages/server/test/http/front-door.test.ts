import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSettings } from '../../src/config.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

const RIG = '198.51.100.7'
const PROXY = '10.9.0.2'

describe('a server that is found at https://alyx.example.org behind a proxy', () => {
  let lab: ServedLaboratory
  beforeAll(async () => {
    lab = await servedLaboratory({
      settings: {
        ALYX_HTTP_MODE: 'https',
        ALYX_PUBLIC_URL: 'https://alyx.example.org',
        ALYX_ALLOWED_HOSTS: 'alyx.example.org,.lab.example.org,10.0.0.5,::1',
        ALYX_TRUSTED_PROXIES: '10.9.0.0/24',
      },
    })
  })
  afterAll(() => lab.close())

  const ask = (url: string, host: string, more: Partial<InjectOptions> = {}) =>
    lab.ask({ url, remoteAddress: RIG, ...more, headers: { host, ...more.headers } })
  const proxied = (url: string, headers: Record<string, string>) =>
    ask(url, 'alyx.example.org', {
      remoteAddress: PROXY,
      headers: { 'x-forwarded-for': RIG, 'x-forwarded-proto': 'https', ...headers },
    })

  test.each([
    'alyx.example.org',
    'ALYX.example.org.',
    'rig.lab.example.org:8000',
    'lab.example.org',
    '10.0.0.5:80',
    '[::1]:8000',
  ])('answers as %s', async (host) => expect((await ask('/health/live', host)).statusCode).toBe(200))

  test.each(['evil.example', 'alyx.example.org.evil.example', 'xlab.example.org', 'localhost', '', '10.0.0.50'])(
    'does not answer as "%s", and says what to do',
    async (host) => {
      const answer = await ask('/health/live', host)

      expect(answer.statusCode).toBe(400)
      expect(answer.json().detail).toContain('ALYX_ALLOWED_HOSTS')
    },
  )

  test('answers programs on its own machine, whatever else is set', async () => {
    expect((await ask('/docs/', 'localhost:8000', { remoteAddress: '127.0.0.1' })).statusCode).toBe(200)
    expect((await ask('/docs/', 'evil.example', { remoteAddress: '127.0.0.1' })).statusCode).toBe(400)
  })

  test('leads readers who come unencrypted to the encrypted address, and refuses to change anything', async () => {
    const read = await ask('/sessions?limit=1', 'alyx.example.org')
    const write = await ask('/auth-token', 'alyx.example.org', {
      method: 'POST',
      payload: { username: 'a', password: 'b' },
    })

    expect([read.statusCode, read.headers.location]).toEqual([301, 'https://alyx.example.org/sessions?limit=1'])
    expect(write.statusCode).toBe(403)
    expect(write.json().detail).toContain('https://alyx.example.org')
  })

  test('answers what a trusted proxy passes on, with cookies that travel encrypted only', async () => {
    const answer = await proxied('/auth/login/', {})

    expect(answer.statusCode).toBe(200)
    expect(answer.cookies).toMatchObject([{ name: 'csrftoken', secure: true }])
  })

  test('says that a proxy is not trusted instead of leading it in circles', async () => {
    const answer = await ask('/docs/', 'alyx.example.org', { headers: { 'x-forwarded-proto': 'https' } })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain('ALYX_TRUSTED_PROXIES')
  })

  test('takes forms of its public address, also where a proxy asked under another name', async () => {
    const { cookies } = await proxied('/auth/login/', {})
    const signIn = (origin: string) =>
      lab.ask({
        method: 'POST',
        url: '/auth/login/',
        remoteAddress: PROXY,
        headers: {
          host: '10.0.0.5',
          origin,
          'x-forwarded-for': RIG,
          'x-forwarded-proto': 'https',
          cookie: `csrftoken=${cookies[0]!.value}`,
          'x-csrftoken': cookies[0]!.value,
        },
        payload: { username: 'nobody', password: 'x' },
      })

    expect((await signIn('https://alyx.example.org')).statusCode).toBe(400)
    expect((await signIn('https://evil.example')).statusCode).toBe(403)
  })
})

describe('files that never change', () => {
  let lab: ServedLaboratory
  beforeAll(async () => {
    lab = await servedLaboratory({ settings: { ALYX_FLOWER_URL: '/services/celery/' } })
  })
  afterAll(() => lab.close())

  test('are there for everybody, for 30 days, and for good where their names tell their content', async () => {
    const icon = await lab.ask({ url: '/static/favicon.svg' })

    expect(icon.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=2592000',
      'x-content-type-options': 'nosniff',
    })
    expect((await lab.ask({ url: '/favicon.ico' })).headers.location).toBe('/static/favicon.svg')
    expect((await lab.ask({ url: '/static/missing.js' })).statusCode).toBe(404)
    expect((await lab.ask({ url: '/static/..%2fpackage.json' })).statusCode).toBe(404)
  })

  test('tools are shown to staff and to nobody else', async () => {
    const staff = await lab.get('/services')

    expect(staff.statusCode).toBe(200)
    expect(staff.body).toContain('href="/services/celery/"')
    expect(staff.body).not.toContain('pgAdmin')
    expect((await lab.ask({ url: '/services' })).statusCode).toBe(403)
  })
})

test('pictures that only people who signed in may see are not public under any address', async () => {
  const lab = await servedLaboratory({ settings: { ALYX_MEDIA_ACCESS: 'signed-in', ALYX_ACCEL_PATH: '/_uploaded/' } })
  const path = '/media/2026/a b.png'
  const { mkdir, writeFile } = await import('node:fs/promises')
  await mkdir(`${lab.folder}/uploaded/2026`, { recursive: true })
  await writeFile(`${lab.folder}/uploaded/2026/a b.png`, 'picture')
  const behind = { 'x-forwarded-for': RIG }

  const handedOver = await lab.get(encodeURI(path), { headers: behind })

  expect((await lab.ask({ url: encodeURI(path) })).statusCode).toBe(403)
  expect((await lab.get(encodeURI(path))).body).toBe('picture')
  expect(handedOver.headers).toMatchObject({
    'x-accel-redirect': '/_uploaded/2026/a%20b.png',
    'content-type': 'image/png',
  })
  expect(handedOver.body).toBe('')
  expect((await lab.get('/media/2026/none.png', { headers: behind })).statusCode).toBe(404)
  await lab.close()
})

test('a file may be as large as the laboratory says', async () => {
  const lab = await servedLaboratory({ settings: { ALYX_MAX_UPLOAD_MB: '1' } })
  const send = (mib: number) =>
    lab.ask({
      method: 'POST',
      url: '/notes',
      headers: { authorization: `Token ${lab.token}`, 'content-type': 'multipart/form-data; boundary=edge' },
      payload: `--edge\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n${'x'.repeat(mib * 1024 * 1024)}\r\n--edge--\r\n`,
    })

  expect((await send(1)).statusCode).toBe(400)
  const large = await send(2)
  expect(large.statusCode).toBe(413)
  expect(large.json().detail).toBe('The file "image" is larger than 1048576 bytes.')
  await lab.close()
})

test.each([
  { env: { ALYX_SERVER_NAME: 'alyx.example.org', ALYX_HTTP_MODE: 'https' }, url: 'https://alyx.example.org' },
  { env: {}, url: 'http://localhost:8000' },
  { env: { ALYX_SERVER_NAME: 'alyx.lab:8080' }, url: 'http://alyx.lab:8080' },
  { env: { ALYX_SERVER_NAME: 'alyx.lab', ALYX_PORT: '80' }, url: 'http://alyx.lab' },
  { env: { ALYX_SERVER_NAME: '[::1]' }, url: 'http://[::1]:8000' },
  { env: { ALYX_PUBLIC_URL: 'https://alyx.example.org/' }, url: 'https://alyx.example.org' },
])('links in e-mails begin with $url', ({ env, url }) => expect(readSettings(env, '/tmp').publicUrl).toBe(url))

test.each([
  { env: { ALYX_PUBLIC_URL: 'http://a', ALYX_HTTP_MODE: 'https' }, says: 'one of them is wrong' },
  { env: { ALYX_ALLOWED_HOSTS: 'http://a' }, says: 'ALYX_ALLOWED_HOSTS' },
  { env: { ALYX_TRUSTED_PROXIES: 'uniquelocal' }, says: 'ALYX_TRUSTED_PROXIES' },
  { env: { ALYX_FLOWER_URL: '//evil.example/' }, says: 'ALYX_FLOWER_URL' },
  { env: { ALYX_FLOWER_URL: 'javascript:alert(1)' }, says: 'ALYX_FLOWER_URL' },
])('$env is refused', ({ env, says }) => expect(() => readSettings(env, '/tmp')).toThrow(says))
