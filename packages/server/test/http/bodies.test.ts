import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { picture } from '../media/pictures.ts'
import { type Answer, type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
let session: string
beforeAll(async () => {
  lab = await servedLaboratory()
  const [row] = await lab.database.objects<{ id: string }>(sql`select id from actions_session limit 1`)
  session = row!.id
})
afterAll(() => lab.close())

const JSON_TYPE = { 'content-type': 'application/json' }
const MIB = 1024 * 1024

describe('a body is read after the gates', () => {
  test('somebody who did not sign in is told that, however much was sent', async () => {
    const answer = await lab.ask({
      method: 'POST',
      url: '/sessions',
      headers: JSON_TYPE,
      payload: `{"narrative": "${'x'.repeat(3 * MIB)}"`,
    })

    expect(answer.statusCode).toBe(403)
    expect(answer.json().detail).toBe('Authentication credentials were not provided.')
  })

  test('who asks for a token may send no more than a name and a password', async () => {
    const answer = await lab.ask({
      method: 'POST',
      url: '/auth-token',
      payload: { username: 'x'.repeat(100_000), password: 'y' },
    })

    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toEqual({ detail: 'The body of the request is larger than 65536 bytes.', status_code: 413 })
  })

  test('a member may send megabytes, though not any number of them', async () => {
    const sent = (size: number) => post('/labs', { name: 'x', json: 'y'.repeat(size) })

    expect((await sent(20 * MIB)).statusCode).not.toBe(413)
    expect((await sent(65 * MIB)).statusCode).toBe(413)
  })

  test.each(['text/xml', 'text/plain', 'application/octet-stream'])('%s is no type of ours', async (type) => {
    const answer = await lab.get('/labs', { method: 'POST', headers: { 'content-type': type }, payload: 'x' })

    expect(answer.statusCode).toBe(415)
    expect(answer.json()).toEqual({ detail: `Unsupported media type "${type}" in request.`, status_code: 415 })
  })
})

describe('an address in a body', () => {
  test.each([
    ['/sessions/%zz', 'No URL match.'],
    ['/sessions/%ff%fe', 'No URL match.'],
    ['/sessions/no-uuid', 'No URL match.'],
    ['/no-such-list/x', 'No URL match.'],
    ['/subjects/x', 'Incorrect URL match.'],
    ['/sessions/11111111-0000-4000-8000-000000000001', 'Object does not exist.'],
  ])('%s: %s', async (address, fault) => {
    const answer = await post('/datasets', { session: address })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().session).toEqual([`Invalid hyperlink - ${fault}`])
  })
})

describe('a picture of a note', () => {
  test('of several megabytes is reduced, kept and served', async () => {
    const photograph = await picture('png', { width: 1600, height: 1200, noisy: true })
    expect(photograph.length).toBeGreaterThan(5 * MIB)

    const answer = await note({}, photograph)

    expect(answer.statusCode).toBe(201)
    const { image } = answer.json()
    const served = await lab.get(new URL(image).pathname)
    expect(served.headers['content-type']).toBe('image/png')
    const { width, height } = await sharp(served.rawPayload).metadata()
    expect([width, height]).toEqual([800, 600])
  })

  test('keeps its size when that is asked for', async () => {
    const answer = await note({ width: 'orig' }, await picture('jpeg', { width: 1000, height: 10 }))

    const served = await lab.get(new URL(answer.json().image).pathname)
    expect((await sharp(served.rawPayload).metadata()).width).toBe(1000)
  })

  test.each([
    { what: 'a width that is none', fields: { width: 'zz' }, broken: false },
    { what: 'a note that is refused', fields: { user: 'nobody.at.all' }, broken: false },
    { what: 'a picture that is none', fields: {}, broken: true },
  ])('leaves neither note nor file behind for $what', async ({ fields, broken }) => {
    const before = [await count(), await files()]

    const answer = await note(fields, broken ? Buffer.from('not an image') : await picture('png'))

    expect(answer.statusCode).toBe(400)
    expect([await count(), await files()]).toEqual(before)
  })

  test('that is too large is refused in a sentence', async () => {
    const answer = await note({}, Buffer.alloc(50 * MIB + 1))

    expect(answer.statusCode).toBe(413)
    expect(answer.json().detail).toBe('The file "image" is larger than 52428800 bytes.')
  })
})

const post = (url: string, payload: object) => lab.get(url, { method: 'POST', payload, headers: JSON_TYPE })

const count = async (): Promise<unknown> => (await lab.database.rows(sql`select count(*) from misc_note`))[0]
const files = (): Promise<string[]> =>
  readdir(join(lab.folder, 'uploaded'), { recursive: true }).then(
    (names) => names.sort(),
    () => [],
  )

/** Hangs a note with a picture on a session, as the Python client does. */
function note(fields: Record<string, string>, image: Buffer): Promise<Answer> {
  const form = { user: 'tester', content_type: 'actions.session', object_id: session, text: 'picture', ...fields }
  const texts = Object.entries(form).map(
    ([name, value]) => `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = '--edge\r\nContent-Disposition: form-data; name="image"; filename="a mouse.png"\r\n\r\n'
  return lab.get('/notes', {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=edge' },
    payload: Buffer.concat([Buffer.from(texts.join('') + head), image, Buffer.from('\r\n--edge--\r\n')]),
  })
}
