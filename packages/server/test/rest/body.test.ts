import { connect } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BodyLimits, leaveBodies, readBody, readFields } from '../../src/rest/body.ts'
import { answerError } from '../../src/rest/errors.ts'
import { parsePythonJson } from '../../src/rest/python-json-body.ts'

const LIMITS: BodyLimits = { member: 4000, anonymous: 100, parts: 20, field: 200, file: 1000, silenceMs: 200 }

let app: FastifyInstance
let port: number

/** Says what it read; a request with the header `x-member` comes from somebody who signed in. */
beforeAll(async () => {
  app = fastify()
  app.decorateRequest('account')
  app.decorateRequest('rendered')
  app.addHook('onRequest', async (request) => {
    request.rendered = { as: 'json', indent: 0 }
    if (request.headers['x-member']) request.account = { username: 'ann' } as never
  })
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  await leaveBodies(app, { maxUploadMb: 50, unwanted: { bytes: 2_000_000, silenceMs: 200 } })
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/read',
    async handler(request) {
      const body = await readBody(request, LIMITS)
      if (body.kind === 'json') return { json: plain(body.value) }
      const files = [...body.files].map(([name, { bytes, ...said }]) => [name, { ...said, text: bytes.toString() }])
      return { fields: Object.fromEntries(body.fields), files: Object.fromEntries(files) }
    },
  })
  app.post('/fields', async (request) => plain(await readFields(request)))
  app.post('/refused', async (_, reply) => reply.code(403).send({ detail: 'no' }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as { port: number }).port
})
afterAll(() => app.close())

const plain = (value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries([...value].map(([name, one]) => [name, plain(one)])) : value

const MEMBER = { 'x-member': '1' }
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (payload: string | Buffer, headers: object = JSON_TYPE, url = '/read') =>
  app.inject({ method: 'POST', url, payload, headers: { ...MEMBER, ...headers } })

/** A form as `curl --form` and requests send it. */
function parts(...given: { name: string; value: string; filename?: string; type?: string }[]) {
  const text = given.map(
    ({ name, value, filename, type }) =>
      `--edge\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n` +
      `${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n${value}\r\n`,
  )
  return `${text.join('')}--edge--\r\n`
}
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=edge' }

describe('a body', () => {
  test.each([
    { sent: '{"a": 1}', type: JSON_TYPE, is: { json: { a: 1 } } },
    { sent: '{"a": 1}', type: { 'content-type': 'Application/JSON; charset=latin-1' }, is: { json: { a: 1 } } },
    { sent: '[1, null]', type: JSON_TYPE, is: { json: [1, null] } },
    { sent: 'a=1&b=&a=2', type: FORM, is: { fields: { a: ['1', '2'], b: [''] }, files: {} } },
    { sent: 'users=M%C3%BCller+A', type: FORM, is: { fields: { users: ['Müller A'] }, files: {} } },
    { sent: '', type: JSON_TYPE, is: { json: {} } },
    { sent: '', type: {}, is: { json: {} } },
    { sent: '', type: { 'content-type': 'text/xml' }, is: { json: {} } },
    { sent: '', type: FORM, is: { fields: {}, files: {} } },
    { sent: '', type: MULTIPART, is: { fields: {}, files: {} } },
  ])('of $type with "$sent" is read', async ({ sent, type, is }) => {
    const answer = await post(sent, type)

    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual(is)
  })

  test.each([
    {
      sent: '<a/>',
      type: { 'content-type': 'text/xml' },
      status: 415,
      says: 'Unsupported media type "text/xml" in request.',
    },
    { sent: 'a', type: {}, status: 415, says: 'Unsupported media type "" in request.' },
    {
      sent: '{"a": }',
      type: JSON_TYPE,
      status: 400,
      says: 'JSON parse error - Expecting value: line 1 column 7 (char 6)',
    },
    {
      sent: '--edge',
      type: { 'content-type': 'multipart/form-data' },
      status: 400,
      says: 'Multipart form parse error - Multipart: Boundary not found',
    },
    {
      sent: '--edge\r\nContent-Dis',
      type: MULTIPART,
      status: 400,
      says: 'Multipart form parse error - Unexpected end of multipart data',
    },
  ])('"$sent" of $type is refused: $says', async ({ sent, type, status, says }) => {
    const answer = await post(sent, type)

    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toEqual({ detail: says, status_code: status })
  })

  test('of a GET is read as well: a client asks so which files are protected', async () => {
    const answer = await app.inject({
      method: 'GET',
      url: '/read',
      payload: '{"a": [1]}',
      headers: { ...MEMBER, ...JSON_TYPE },
    })

    expect(answer.json()).toEqual({ json: { a: [1] } })
  })

  test('by name has the last value of each, and must be an object', async () => {
    expect((await post('a=1&a=2', FORM, '/fields')).json()).toEqual({ a: '2' })
    expect((await post(parts({ name: 'a', value: '1' }), MULTIPART, '/fields')).json()).toEqual({ a: '1' })
    expect((await post('[]', JSON_TYPE, '/fields')).json().non_field_errors).toEqual([
      'Invalid data. Expected a dictionary, but got list.',
    ])
    expect((await post('null', JSON_TYPE, '/fields')).json().non_field_errors).toEqual(['No data provided'])
  })
})

describe('a form of several parts', () => {
  test('has texts and files, repeated names in their order', async () => {
    const answer = await post(
      parts(
        { name: 'users', value: 'ann' },
        { name: 'image', value: 'pixels', filename: 'a mouse.png', type: 'image/png' },
        { name: 'users', value: 'Zoë' },
        { name: 'json', value: '{"a": 1.0}', type: 'application/json' },
        { name: 'raw', value: 'r', type: 'application/octet-stream' },
      ),
      MULTIPART,
    )

    expect(answer.json()).toEqual({
      fields: { users: ['ann', 'Zoë'], json: ['{"a": 1.0}'], raw: ['r'] },
      files: { image: { filename: 'a mouse.png', mediaType: 'image/png', text: 'pixels' } },
    })
  })

  test.each([
    { sent: '../../etc/passwd', kept: 'passwd' },
    { sent: 'C:\\\\photos\\\\mouse.png', kept: 'mouse.png' },
  ])('says what the client calls a file, without its folders: $sent', async ({ sent, kept }) => {
    const answer = await post(parts({ name: 'image', value: 'x', filename: sent }), MULTIPART)

    expect(answer.json().files.image.filename).toBe(kept)
  })

  test('leaves out a file that a browser sends when none was chosen, and keeps one that is empty', async () => {
    const none = await post(parts({ name: 'image', value: '', filename: '' }), MULTIPART)
    const empty = await post(parts({ name: 'image', value: '', filename: 'a.png' }), MULTIPART)

    expect(none.json()).toEqual({ fields: {}, files: {} })
    expect(empty.json().files.image.text).toBe('')
  })

  test.each(['__proto__', 'constructor'])('may not name a part %s', async (name) => {
    const answer = await post(parts({ name, value: 'x' }), MULTIPART)

    expect(answer.statusCode).toBe(400)
  })

  test.each([
    {
      what: 'a field',
      part: { name: 'text', value: 'x'.repeat(201) },
      says: 'The field "text" is larger than 200 bytes.',
    },
    {
      what: 'a file',
      part: { name: 'image', value: 'x'.repeat(1001), filename: 'a' },
      says: 'The file "image" is larger than 1000 bytes.',
    },
  ])('may not have $what beyond its limit', async ({ part, says }) => {
    const answer = await post(parts(part, { name: 'after', value: 'y'.repeat(100) }), MULTIPART)

    expect(answer.statusCode).toBe(413)
    expect(answer.json().detail).toBe(says)
  })

  test('may not have more parts than its limit', async () => {
    const many = '--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(21)

    const answer = await socket('POST', '/read', { ...MEMBER, ...MULTIPART, 'transfer-encoding': 'chunked' }, [
      chunk(`${many}--edge--\r\n`),
      chunk(''),
    ])

    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain('more than 20 parts')
  })
})

describe('how much is read depends on who sends it', () => {
  test('a member may send more than somebody who did not sign in', async () => {
    const sent = JSON.stringify({ text: 'x'.repeat(300) })

    const member = await post(sent)
    const nobody = await app.inject({ method: 'POST', url: '/read', payload: sent, headers: JSON_TYPE })

    expect(member.statusCode).toBe(200)
    expect(nobody.statusCode).toBe(413)
    expect(nobody.json()).toEqual({ detail: 'The body of the request is larger than 100 bytes.', status_code: 413 })
  })

  test('a body that does not say its length is counted as it comes', async () => {
    const answer = await socket('POST', '/read', { ...MEMBER, ...JSON_TYPE, 'transfer-encoding': 'chunked' }, [
      chunk(`"${'x'.repeat(3000)}`),
      chunk(`${'x'.repeat(3000)}"`),
      chunk(''),
    ])

    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain('larger than 4000 bytes')
  })
})

test('JSON of a few megabytes that would fill the memory with small values is refused', () => {
  expect(() => parsePythonJson(`[${'{},'.repeat(5_000_000)}1]`)).toThrow('More than 5000000 values')
})

describe('a client that', () => {
  test('falls silent is told so, and loses its connection', async () => {
    const answer = await socket('POST', '/read', { ...MEMBER, ...JSON_TYPE, 'content-length': '100' }, ['{"a":'])

    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(answer.toLowerCase()).toContain('connection: close')
    expect(answer).toContain('Nothing more of the body came for 0.2 seconds')
  })

  test('falls silent in the middle of a file is told so as well', async () => {
    const begun = parts({ name: 'image', value: 'x', filename: 'a.png' }).slice(0, -20)

    const answer = await socket('POST', '/read', { ...MEMBER, ...MULTIPART, 'content-length': '1000' }, [begun])

    expect(answer).toMatch(/^HTTP\/1.1 408 /)
  })

  test('sends slowly but steadily is waited for', async () => {
    const pieces = [...'{"a": "slow"}']

    const answer = await socket(
      'POST',
      '/read',
      { ...MEMBER, ...JSON_TYPE, 'content-length': String(pieces.length), connection: 'close' },
      pieces,
      50,
    )

    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer).toContain('{"json":{"a":"slow"}}')
  })

  test('hangs up leaves nothing behind that waits', async () => {
    const client = connect(port, '127.0.0.1')
    client.write(
      'POST /read HTTP/1.1\r\nhost: a\r\nx-member: 1\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{',
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.destroy()

    expect((await post('{}')).statusCode).toBe(200)
  })

  test('is refused without its body reads the answer, and goes on with the same connection', async () => {
    const large = 'x'.repeat(1_000_000)

    const answer = await socket('POST', '/refused', { ...JSON_TYPE, 'content-length': String(large.length) }, [
      large,
      'POST /read HTTP/1.1\r\nhost: a\r\nx-member: 1\r\nconnection: close\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}',
    ])

    expect(answer).toMatch(/^HTTP\/1.1 403 /)
    expect(answer).toContain('{"json":{}}')
  })

  test.each([
    { what: 'sends nothing', pieces: [] },
    { what: 'sends more than anybody waits for', pieces: ['x'.repeat(2_500_000)] },
  ])('is refused and $what reads the answer, and loses its connection', async ({ pieces }) => {
    const answer = await socket('POST', '/refused', { ...JSON_TYPE, 'content-length': '3000000' }, pieces)

    expect(answer).toMatch(/^HTTP\/1.1 403 /)
    expect(answer.toLowerCase()).toContain('connection: close')
  })
})

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

/** Sends pieces as they are and returns everything that comes back until the server closes, or has been quiet. */
function socket(
  method: string,
  path: string,
  headers: Record<string, string>,
  pieces: readonly string[],
  pauseMs = 0,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = connect(port, '127.0.0.1')
    let heard = ''
    client.setTimeout(1500, () => client.destroy())
    client.on('data', (data) => {
      heard += data
    })
    client.on('error', reject)
    client.on('close', () => resolve(heard))
    const head = Object.entries({ host: 'a', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    client.write(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n`)
    void (async () => {
      for (const piece of pieces) {
        client.write(piece)
        if (pauseMs > 0) await new Promise((later) => setTimeout(later, pauseMs))
      }
    })()
  })
}
