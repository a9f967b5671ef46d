import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServedLaboratory, servedLaboratory } from '../http/served-laboratory.ts'

let lab: ServedLaboratory

const TEXT = '0123456789'
const WRITTEN = new Date('2026-03-02T10:20:30Z')
const DATE = 'Mon, 02 Mar 2026 10:20:30 GMT'

beforeAll(async () => {
  lab = await servedLaboratory()
  const folder = join(lab.folder, 'uploaded', '2026')
  await mkdir(folder, { recursive: true })
  for (const name of ['mouse.png', 'page.html', 'drawing.svg', 'Mäuse 1.JPG', 'empty.png', '.0f.part']) {
    await writeFile(join(folder, name), name === 'empty.png' ? '' : TEXT)
    await utimes(join(folder, name), WRITTEN, WRITTEN)
  }
  await writeFile(join(lab.folder, 'secret.txt'), 'not for you')
  await symlink(join(lab.folder, 'secret.txt'), join(folder, 'link.png'))
  await symlink(lab.folder, join(folder, 'up'))
})
afterAll(() => lab.close())

const get = (path: string, headers: Record<string, string> = {}) => lab.ask({ url: path, headers })

describe.each(['/media', '/uploaded'])('%s', (prefix) => {
  const as = (): Record<string, string> => (prefix === '/media' ? {} : { authorization: `Token ${lab.token}` })
  const ask = (path: string, headers: Record<string, string> = {}) => get(`${prefix}/${path}`, { ...as(), ...headers })

  test('gives a picture with all that a browser needs to keep it', async () => {
    const answer = await ask('2026/mouse.png')

    expect(answer.statusCode).toBe(200)
    expect(answer.body).toBe(TEXT)
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'last-modified': DATE,
      'x-content-type-options': 'nosniff',
    })
    expect(answer.headers['content-disposition']).toBeUndefined()
  })

  test.each([
    { path: '2026/page.html', type: 'application/octet-stream', disposition: 'attachment' },
    { path: '2026/drawing.svg', type: 'application/octet-stream', disposition: 'attachment' },
    { path: '2026/M%C3%A4use%201.JPG', type: 'image/jpeg', disposition: undefined },
  ])('shows pictures and only lets the rest be saved: $path', async ({ path, type, disposition }) => {
    const { headers } = await ask(path)

    expect(headers['content-type']).toBe(type)
    expect(headers['content-disposition']).toBe(disposition)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  test.each([
    { range: 'bytes=0-3', gives: '0123', says: 'bytes 0-3/10' },
    { range: 'bytes=4-', gives: '456789', says: 'bytes 4-9/10' },
    { range: 'bytes=-3', gives: '789', says: 'bytes 7-9/10' },
    { range: 'bytes=-99', gives: TEXT, says: 'bytes 0-9/10' },
    { range: 'bytes=8-99', gives: '89', says: 'bytes 8-9/10' },
  ])('gives the part $range', async ({ range, gives, says }) => {
    const answer = await ask('2026/mouse.png', { range })

    expect(answer.statusCode).toBe(206)
    expect(answer.body).toBe(gives)
    expect(answer.headers).toMatchObject({ 'content-range': says, 'content-length': String(gives.length) })
  })

  test.each(['bytes=3-1', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,3-4', ''])(
    'gives everything where "%s" is asked, which is no single part',
    async (range) => {
      const answer = await ask('2026/mouse.png', { range })

      expect([answer.statusCode, answer.body]).toEqual([200, TEXT])
    },
  )

  test.each(['bytes=10-', 'bytes=999999999999999999999-', 'bytes=-0'])('has nothing at %s', async (range) => {
    const answer = await ask('2026/mouse.png', { range })

    expect(answer.statusCode).toBe(416)
    expect(answer.headers['content-range']).toBe('bytes */10')
    expect(answer.json().detail).toContain('The file has 10 bytes')
  })

  test('sends nothing again to those who have it', async () => {
    const { etag = '' } = (await ask('2026/mouse.png')).headers as { etag?: string }
    const fresh = [
      { 'if-none-match': etag },
      { 'if-none-match': `"other", W/${etag}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': DATE },
    ]
    const stale = [
      { 'if-none-match': '"other"' },
      { 'if-none-match': '"other"', 'if-modified-since': DATE },
      { 'if-modified-since': 'Mon, 02 Mar 2026 10:20:29 GMT' },
      { 'if-modified-since': 'yesterday' },
    ]

    for (const headers of fresh) {
      const answer = await ask('2026/mouse.png', headers as Record<string, string>)
      expect([answer.statusCode, answer.body], JSON.stringify(headers)).toEqual([304, ''])
      expect(answer.headers.etag).toBe(etag)
    }
    for (const headers of stale)
      expect((await ask('2026/mouse.png', headers as Record<string, string>)).statusCode).toBe(200)
  })

  test('gives a part only of the file that the client began with', async () => {
    const { etag = '' } = (await ask('2026/mouse.png')).headers as { etag?: string }
    const status = async (condition: string) =>
      (await ask('2026/mouse.png', { range: 'bytes=0-3', 'if-range': condition })).statusCode

    expect(await Promise.all([etag, DATE, '"other"', 'yesterday'].map(status))).toEqual([206, 206, 200, 200])
  })

  test('tells about a file without sending it', async () => {
    const answer = await lab.ask({ method: 'HEAD', url: `${prefix}/2026/mouse.png`, headers: as() })

    expect([answer.statusCode, answer.body, answer.headers['content-length']]).toEqual([200, '', '10'])
  })

  test('gives an empty file', async () => {
    const answer = await ask('2026/empty.png')

    expect([answer.statusCode, answer.body]).toEqual([200, ''])
  })

  test.each([
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '2026/..%2f..%2fsecret.txt',
    '2026/link.png',
    '2026/up/secret.txt',
    '2026/up/uploaded/2026/page.htm',
    '2026',
    '2026/',
    '',
    '2026/mouse.png%00.txt',
    '2026/mouse.png/',
    '%2fetc%2fpasswd',
    '2026/.0f.part',
    `${'a/'.repeat(2000)}x.png`,
  ])('has nothing at %s', async (path) => {
    const answer = await ask(path)

    expect(answer.statusCode).toBe(404)
    expect(answer.body).not.toMatch(/not for you|root:/)
  })
})

describe('who may look', () => {
  test('everybody at /media, which browsers may keep; people who signed in at /uploaded', async () => {
    const open = await get('/media/2026/mouse.png')
    const closed = await get('/uploaded/2026/mouse.png')

    expect(open.statusCode).toBe(200)
    expect(open.headers['cache-control']).toBe('public, max-age=2592000')
    expect(closed.statusCode).toBe(403)
    expect(closed.headers['cache-control']).toBeUndefined()
    expect((await lab.get('/uploaded/2026/mouse.png')).headers['cache-control']).toContain('private')
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('nobody may %s', async (method) => {
    expect((await lab.ask({ method, url: '/media/2026/mouse.png' })).statusCode).toBe(405)
    expect((await lab.get('/media/2026/mouse.png')).statusCode).toBe(200)
  })
})
