import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import type { Checks } from './checks.ts'
import type { Composition } from './composition.ts'
import { type Answer, ask, form } from './exchange.ts'

export const MAX_UPLOAD_MB = 6
const MIB = 1024 * 1024

/** Who speaks in these tests. */
export interface Person {
  readonly username: string
  readonly password: string
  readonly token: string
  /** Key of an animal. */
  readonly subject: string
}

/** What an empty laboratory has to have before anything can be written about: done through the proxy, as a rig would. */
export async function firstPerson({ alyx, address, folder }: Composition): Promise<Person> {
  const username = 'tester'
  const password = randomBytes(12).toString('base64url')
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password)
  // The server does this by itself only on a PostgreSQL of its own.
  await alyx('load-fixtures')
  await alyx('create-superuser', username, '--password-file', passwordFile)
  const token = (await alyx('token', username)).trim()
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' }
  const made = await ask(address, '/api/v1/subjects/subject', {
    method: 'POST',
    headers,
    body: JSON.stringify({ nickname: 'mouse-1' }),
  })
  const known = await ask(address, '/subjects?limit=1', { headers })
  const [first] = known.json().results as { id: string }[]
  if (first === undefined) throw new Error(`there is no animal, and none could be made: ${made.text()}`)
  return { username, password, token, subject: first.id }
}

/** A picture that does not compress: a true PNG of about as many bytes. */
export function picture(bytes: number): Buffer {
  const side = Math.floor(Math.sqrt(bytes / 3))
  const rows = Buffer.alloc((side * 3 + 1) * side)
  for (let row = 0; row < side; row++) randomBytes(side * 3).copy(rows, row * (side * 3 + 1) + 1)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

export const writeNote = (address: string, person: Person, bytes: Buffer, headers = {}): Promise<Answer> => {
  const fields = { user: person.username, content_type: 'subject', object_id: person.subject, text: 'seen today' }
  const sent = form(fields, { name: 'image', filename: 'mouse.png', bytes })
  return ask(address, '/notes', {
    method: 'POST',
    headers: { authorization: `Token ${person.token}`, ...sent.headers, ...headers },
    body: sent.body,
  })
}

/** Addresses that answer nothing without a question, or before somebody made what they give. */
const ASK_FOR_MORE = ['/check-protected', '/cache.zip', '/cache/info/']

/** Pages, calls, uploads and who is calling: acceptance tests 1, 6 and 8. */
export async function tryPeople(checks: Checks, made: Composition, person: Person): Promise<void> {
  const { address, folder } = made
  const headers = { authorization: `Token ${person.token}` }

  checks.about('Everything else is passed on to the application')
  await checks.that('every page and collection answers without a broker, each in less than a second', async () => {
    const { paths } = (await ask(address, '/api/schema?format=json', { headers })).json() as {
      paths: Record<string, { get?: object }>
    }
    const lists = Object.entries(paths)
      .filter(([path, { get }]) => get !== undefined && !path.includes('{') && !ASK_FOR_MORE.includes(path))
      .map(([path]) => path)
    assert.ok(lists.length > 30, `only ${lists.length} lists`)
    for (const path of ['/admin/', '/docs/', '/services', '/health/ready', ...lists]) {
      const began = Date.now()
      const { status } = await ask(address, path, { headers })
      assert.ok(status < 400 || status === 405, `${path}: ${status}`)
      assert.ok(Date.now() - began < 1000, `${path} took ${Date.now() - began} ms`)
    }
  })
  await checks.that('links in answers begin with the address that the client used, port included', async () => {
    const [lab] = (await ask(address, '/subjects?limit=1', { headers })).json().results as { url: string }[]
    assert.ok(lab!.url.startsWith(`${address}/`), lab!.url)
  })
  await checks.that('a name that is not among those configured is refused', async () => {
    assert.equal((await ask(address, '/docs/', { headers: { host: 'evil.example' } })).status, 400)
  })

  checks.about('Uploads')
  await checks.that('a picture of 5 MiB becomes part of a note, and everybody who knows its name sees it', async () => {
    const answer = await writeNote(address, person, picture(5 * MIB))
    assert.equal(answer.status, 201, answer.text())
    const { pathname } = new URL((answer.json() as { image: string }).image)
    const shown = await ask(address, pathname.replace('/uploaded/', '/media/'))
    assert.deepEqual([shown.status, shown.headers['content-type']], [200, 'image/png'])
    assert.equal(shown.headers['server-timing'], undefined, 'the application sent it')
  })
  await checks.that('one over the limit of a file is refused by the application, in a sentence', async () => {
    const answer = await writeNote(address, person, picture(7 * MIB))
    assert.equal(answer.status, 413)
    assert.match(String(answer.json().detail), /larger than 6291456 bytes/)
  })
  await checks.that('one over the limit of a request is refused by the proxy, in a sentence or on a page', async () => {
    const large = Buffer.alloc(30 * MIB)
    const answer = await writeNote(address, person, large)
    assert.equal(answer.status, 413)
    assert.match(String(answer.json().detail), /a file may have 6 MiB/)
    assert.match((await writeNote(address, person, large, { accept: 'text/html' })).text(), /<h1>That is too large/)
  })

  checks.about('Who is calling')
  /** The address that the newest line about a path tells, once there is one that tells what is expected. */
  const seen = async (path: string, expected: string) => {
    for (let tries = 0; ; tries++) {
      const told = (await made.log()).filter((line) => line.path === path).at(-1)?.address
      if (told === expected || tries === 20) return told
      await pause(100)
    }
  }
  await checks.that('the application sees the address of the client, and the proxy writes it down', async () => {
    await ask(address, '/labs', { headers, from: '127.0.0.9' })
    assert.equal(await seen('/labs', '127.0.0.9'), '127.0.0.9')
    assert.match(await readFile(join(folder, 'logs/alyx.access.log'), 'utf8'), /127\.0\.0\.9 .*GET \/labs/)
  })
  await checks.that('what clients say about their address, host and scheme is ignored', async () => {
    const forged = {
      'x-forwarded-for': '203.0.113.9, 10.0.0.1',
      'x-real-ip': '203.0.113.9',
      forwarded: 'for=203.0.113.9;proto=https;host=evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    }
    const answer = await ask(address, '/projects?limit=1', { headers: { ...headers, ...forged }, from: '127.0.0.9' })
    assert.equal(await seen('/projects', '127.0.0.9'), '127.0.0.9')
    assert.doesNotMatch(answer.text(), /evil|https:/)
    const { headers: page } = await ask(address, '/auth/login/', { headers: forged })
    assert.doesNotMatch(String(page['set-cookie']), /Secure/i)
  })
  await checks.that(
    'a proxy in front of this one is believed, where it is named, and others still are not',
    async () => {
      const outer = '127.0.0.77'
      await made.configure({ outer_proxies: [outer] })
      const said = { ...headers, 'x-forwarded-for': '198.51.100.4', 'x-forwarded-proto': 'https' }
      const through = await ask(address, '/procedures?limit=1', { headers: said, from: outer })
      assert.equal(await seen('/procedures', '198.51.100.4'), '198.51.100.4')
      assert.equal(through.status, 200)
      const page = await ask(address, '/auth/login/', { headers: said, from: outer })
      assert.match(String(page.headers['set-cookie']), /Secure/)
      await ask(address, '/procedures?limit=1', { headers: said, from: '127.0.0.78' })
      assert.equal(await seen('/procedures', '127.0.0.78'), '127.0.0.78')
      await made.configure({ outer_proxies: [] })
    },
  )
  await checks.that('metrics are not for those who come through the proxy without signing in', async () => {
    assert.equal((await ask(address, '/metrics')).status, 403)
  })
  await checks.that('limits of sign-ins count each client, not the proxy', async () => {
    const signIn = (from: string) =>
      ask(address, '/auth-token', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': `203.0.113.${Math.floor(Math.random() * 250)}`,
        },
        body: JSON.stringify({ username: 'nobody-here', password: 'wrong' }),
        from,
      })
    let last = 0
    for (let tries = 0; tries < 40 && last !== 429; tries++) last = (await signIn('127.0.0.50')).status
    assert.equal(last, 429, 'forged addresses escape the limit')
    assert.equal((await signIn('127.0.0.51')).status, 400, 'others suffer for it')
  })
}
