import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resources } from '../../src/rest/contract/index.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

const paths = resources.map(({ path }) => path)

describe('addresses that begin with more than one slash', () => {
  test('are those with one: an address with a slash at its end makes them', async () => {
    const one = await lab.get('/weighings?limit=2')
    const two = await lab.get('//weighings?limit=2')

    expect(one.statusCode).toBe(200)
    expect(two.json()).toEqual(one.json())
  })
})

describe('HEAD and OPTIONS', () => {
  /** What differs between two answers whatever the question. */
  const lasting = ({ date, 'server-timing': _, 'set-cookie': __, ...headers }: Record<string, unknown>) => headers

  test.each([...paths, '/health/live', '/health/ready', '/docs/', '/api/schema?format=json', '/auth/login/'])(
    'HEAD %s has the headers of GET, its length included, and no body',
    async (path) => {
      const got = await lab.get(path)
      const head = await lab.get(path, { method: 'HEAD' })

      expect(got.statusCode).toBe(200)
      expect(head.statusCode).toBe(200)
      expect(head.body).toBe('')
      expect(lasting(head.headers)).toEqual(lasting(got.headers))
      expect(Number(head.headers['content-length'])).toBe(got.rawPayload.length)
    },
  )

  test.each(paths)('OPTIONS %s tells what may be done there', async (path) => {
    const answer = await lab.get(path, { method: 'OPTIONS' })

    expect(answer.statusCode).toBe(200)
    expect(answer.headers.allow).toMatch(/\bGET\b.*\bHEAD\b.*\bOPTIONS\b/)
    expect(answer.json()).toMatchObject({ name: expect.any(String), renders: ['application/json', 'text/html'] })
  })

  test.each([
    { path: '/datasets', method: 'PUT' as const, allow: 'GET, POST, HEAD, OPTIONS' },
    { path: '/auth-token', method: 'GET' as const, allow: 'POST, OPTIONS' },
    { path: '/downloads', method: 'POST' as const, allow: 'GET, HEAD, OPTIONS' },
    { path: '/water-requirement/x', method: 'DELETE' as const, allow: 'GET, HEAD, OPTIONS' },
  ])('$method $path is refused with the methods that are allowed', async ({ path, method, allow }) => {
    const answer = await lab.get(path, { method, headers: { 'content-type': 'application/json' }, payload: '{}' })

    expect(answer.statusCode).toBe(405)
    expect(answer.headers.allow).toBe(allow)
    expect(answer.json()).toEqual({ detail: `Method "${method}" not allowed.`, status_code: 405 })
  })
})

describe('compression', () => {
  test.each([
    { accepted: 'br', unpack: brotliDecompressSync },
    { accepted: 'gzip', unpack: gunzipSync },
    { accepted: 'gzip, deflate, br', unpack: brotliDecompressSync },
  ])('a long list comes packed to a client that accepts $accepted', async ({ accepted, unpack }) => {
    const plain = await lab.get('/datasets?limit=50')
    const packed = await lab.get('/datasets?limit=50', { headers: { 'accept-encoding': accepted } })

    expect(packed.headers['content-encoding']).toBe(unpack === gunzipSync ? 'gzip' : 'br')
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3)
    expect(unpack(packed.rawPayload).equals(plain.rawPayload)).toBe(true)
    expect(packed.headers.vary).toMatch(/accept-encoding/i)
  })

  test('a short answer, or one for a client that unpacks nothing, comes as it is', async () => {
    const short = await lab.get('/labs?limit=1', { headers: { 'accept-encoding': 'br' } })
    const plain = await lab.get('/datasets?limit=50', { headers: { 'accept-encoding': 'identity' } })

    expect(short.headers['content-encoding']).toBeUndefined()
    expect(plain.headers['content-encoding']).toBeUndefined()
  })
})

describe('headers', () => {
  test.each(['/sessions', '/sessions/nothing-here', '/labs?format=nothing', '/docs/', '/health/live'])(
    '%s is protected from being framed, guessed at or told to other sites',
    async (path) => {
      expect((await lab.get(path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      })
    },
  )

  test('answers of the contract carry nothing that would let a client keep them', async () => {
    for (const path of ['/sessions', '/subjects', '/labs']) {
      const { headers } = await lab.get(path)

      expect(headers).not.toHaveProperty('etag')
      expect(headers).not.toHaveProperty('last-modified')
      expect(headers['content-type']).toBe('application/json')
      expect(headers.vary).toContain('Accept')
      expect(headers.vary).toContain('Cookie')
    }
  })

  test('the client learns how many statements its request took', async () => {
    expect((await lab.get('/sessions?limit=1')).headers['server-timing']).toMatch(/^sql;dur=\d+\.\d;desc="[1-6]"$/)
  })
})

test('water control of a subject, and the cache tables, take six statements at most', async () => {
  const [subject] = (await lab.get('/water-restricted-subjects?limit=1')).json().results

  for (const path of [`/water-requirement/${encodeURIComponent(subject.nickname)}`, '/cache/info/'])
    expect((await lab.get(path)).headers['server-timing']).toMatch(/desc="[1-6]"$/)
})

describe('a filter that does not exist', () => {
  test('is announced, with the nearest one, and everything is answered', async () => {
    const { headers, statusCode, ...answer } = await lab.get('/sessions?subjct=KS014&limit=1')

    expect(statusCode).toBe(200)
    expect(headers.warning).toBe(`299 - "No filter is called 'subjct'. Did you mean 'subject'?"`)
    expect(answer.json().results).toHaveLength(1)
  })

  test.each(['handling=strict', 'respond-async, handling=strict', 'return=minimal;x=1, handling=strict'])(
    'is refused when the client prefers %s',
    async (prefer) => {
      const answer = await lab.get('/sessions?subjct=KS014', { headers: { prefer } })

      expect(answer.statusCode).toBe(400)
      expect(answer.json()).toEqual({
        subjct: ['No filter is called "subjct". Did you mean "subject"?'],
        status_code: 400,
      })
    },
  )

  test('cannot write headers of its own', async () => {
    const { headers, statusCode } = await lab.get(
      `/sessions?${encodeURIComponent('a"\r\nset-cookie: b=c\r\n\u00e9')}=1`,
    )

    expect(statusCode).toBe(200)
    expect(headers).not.toHaveProperty('set-cookie')
    expect(headers.warning).toMatch(/^[\x20-\x7e]+$/)
  })

  test.each(['no_cache=True', 'format=json', 'limit=1', 'offset=1', 'query_type=remote'])(
    'is none when every client sends it: %s',
    async (parameter) => {
      expect((await lab.get(`/sessions?${parameter}`)).headers).not.toHaveProperty('warning')
    },
  )
})

describe('pages', () => {
  test('following the links from the first to the last gives every row once', async () => {
    const seen: string[] = []
    let next: string | null = '/datasets?limit=250&lab=&no_cache=True'
    for (let pages = 0; next && pages < 10; pages++) {
      const page: { count: number; next: string | null; results: { url: string }[] } = (await lab.get(next)).json()
      seen.push(...page.results.map(({ url }) => url))
      expect(page.count).toBe(900)
      next = page.next?.replace('http://localhost:80', '') ?? null
    }

    expect(new Set(seen).size).toBe(900)
    expect(seen).toHaveLength(900)
  })

  test('links keep the filters, and begin as the client called the server', async () => {
    const answer = await lab.get('/datasets?limit=10&offset=20&name=a%20b%26c', {
      headers: { host: 'alyx.example:8443' },
    })
    const all = await lab.get('/datasets?limit=10&offset=20', { headers: { host: 'alyx.example:8443' } })

    expect(answer.json().next).toBeNull()
    expect(answer.json().previous).toBe(
      'http://alyx.example:8443/datasets?limit=10&name=a%20b%26c&offset=10'.replaceAll('%20', '+'),
    )
    expect(all.json().next).toBe('http://alyx.example:8443/datasets?limit=10&offset=30')
    expect(all.json().previous).toBe('http://alyx.example:8443/datasets?limit=10&offset=10')
  })

  test('a page far behind the end is empty and still counts exactly', async () => {
    expect((await lab.get('/datasets?limit=10&offset=100000')).json()).toMatchObject({
      count: 900,
      next: null,
      results: [],
    })
  })
})

describe('addresses', () => {
  test.each(['/sessions/', '/auth-token/', '/labs.json', '/no/such/place', '/sessions/ABCDEF', '/brain-regions/one'])(
    '%s is none: 404 as a page',
    async (path) => {
      const answer = await lab.get(path)

      expect(answer.statusCode).toBe(404)
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    },
  )

  test('what is shown of an unknown address is text, never markup', async () => {
    const answer = await lab.get('/<script>alert(1)</script>')

    expect(answer.statusCode).toBe(404)
    expect(answer.body).not.toContain('<script>')
  })

  test.each(['/docs', '/cache/info', '/admin', '/auth/login'])(
    '%s leads to the address with its slash',
    async (path) => {
      const answer = await lab.get(`${path}?a=b&c=%2F`)

      expect(answer.statusCode).toBe(301)
      expect(answer.headers.location).toBe(`${path}/?a=b&c=%2F`)
    },
  )

  test.each(['//evil.example/docs', '/%2f%2fevil.example', '//evil.example/cache/info', '/\\evil.example'])(
    '%s never leads to another host',
    async (path) => {
      const { headers } = await lab.ask({ url: path })

      expect(headers.location ?? '/').toMatch(/^\/(?![/\\])/)
    },
  )

  test.each(['/%', '/sessions/%zz', '/sessions/%ff%fe', '/%c0%ae%c0%ae/etc/passwd'])(
    '%s, which is badly written, is not found',
    async (path) => {
      const answer = await lab.get(path)

      expect(answer.statusCode).toBe(404)
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
      expect(answer.headers['x-frame-options']).toBe('DENY')
    },
  )
})

describe('pictures', () => {
  beforeAll(async () => {
    await mkdir(join(lab.folder, 'uploaded', 'notes'), { recursive: true })
    await writeFile(join(lab.folder, 'uploaded', 'notes', 'a mouse.png'), 'picture')
    await writeFile(join(lab.folder, 'uploaded', 'notes', 'page.html'), '<script>alert(1)</script>')
    await writeFile(join(lab.folder, 'secret.txt'), 'not for you')
    await symlink(join(lab.folder, 'secret.txt'), join(lab.folder, 'uploaded', 'link.txt'))
  })

  test('are served with their type', async () => {
    const answer = await lab.get('/uploaded/notes/a%20mouse.png')

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('image/png')
    expect(answer.body).toBe('picture')
  })

  test('a page that somebody uploaded is saved, not shown', async () => {
    const answer = await lab.get('/uploaded/notes/page.html')

    expect(answer.headers['content-disposition']).toBe('attachment')
    expect(answer.headers['content-type']).toBe('application/octet-stream')
  })

  test.each([
    '/uploaded/../secret.txt',
    '/uploaded/..%2fsecret.txt',
    '/uploaded/%2e%2e/secret.txt',
    '/uploaded/notes/..%2f..%2fsecret.txt',
    '/uploaded/..%5csecret.txt',
    '/uploaded//etc/passwd',
    '/uploaded/%2fetc%2fpasswd',
    '/uploaded/link.txt',
    '/uploaded/notes',
    '/uploaded/notes%00.png',
    '/uploaded/',
    `/uploaded/${'a/'.repeat(2000)}x.png`,
  ])('%s gives no file of another place', async (path) => {
    const answer = await lab.get(path)

    expect(answer.statusCode).toBe(404)
    expect(answer.body).not.toContain('not for you')
    expect(answer.body).not.toContain('root:')
  })
})

describe('operation', () => {
  test('numbers for Prometheus are for this machine', async () => {
    const answer = await lab.ask({ url: '/metrics', remoteAddress: '127.0.0.1' })

    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('alyx_request_seconds_count')
    expect(answer.body).not.toContain(lab.token)
  })

  test.each([
    { remoteAddress: '192.168.1.7', headers: {} },
    { remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': '127.0.0.1' } },
    { remoteAddress: '127.0.0.1', headers: { forwarded: 'for=127.0.0.1' } },
  ])('nobody else reads them: $remoteAddress $headers', async (from) => {
    expect((await lab.ask({ url: '/metrics', ...from })).statusCode).toBe(403)
  })

  test('a superuser reads them from anywhere', async () => {
    expect((await lab.get('/metrics', { remoteAddress: '192.168.1.7' })).statusCode).toBe(200)
  })
})
