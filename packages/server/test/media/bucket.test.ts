import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readSettings, SettingsError } from '../../src/config.ts'
import { type ServedLaboratory, servedLaboratory } from '../http/served-laboratory.ts'
import { CREDENTIALS, REGION, type S3Server, s3Server } from '../storage/s3-server.ts'
import { picture } from './pictures.ts'

let s3: S3Server
let lab: ServedLaboratory
let subject: string
beforeAll(async () => {
  s3 = await s3Server(['alyx'])
  lab = await servedLaboratory({
    settings: {
      ALYX_MEDIA_ROOT: 's3://alyx/uploaded',
      ALYX_S3_ENDPOINT: s3.endpoint,
      S3_ACCESS: JSON.stringify({
        access_key: CREDENTIALS.accessKey,
        secret_key: CREDENTIALS.secretKey,
        region: REGION,
      }),
    },
  })
  subject = (await lab.get('/subjects?limit=1')).json().results[0].id
})
beforeEach(() => s3.fail(undefined))
afterAll(async () => {
  await lab.close()
  await s3.close()
})

async function writeNote(text: string) {
  const form = new FormData()
  for (const [name, value] of Object.entries({ user: 'tester', content_type: 'subject', object_id: subject, text }))
    form.set(name, value)
  form.set('image', new Blob([new Uint8Array(await picture('png'))]), 'mouse.png')
  const request = new Request('http://x', { method: 'POST', body: form })
  return lab.ask({
    method: 'POST',
    url: '/notes',
    headers: { authorization: `Token ${lab.token}`, 'content-type': request.headers.get('content-type')! },
    payload: Buffer.from(await request.arrayBuffer()),
  })
}

describe('pictures of notes in a bucket', () => {
  test('are kept there, shown under both addresses, in parts too, and removed with their notes', async () => {
    const written = await writeNote('with a picture')
    expect(written.statusCode).toBe(201)
    const { id, image } = written.json() as { id: string; image: string }
    const path = new URL(image).pathname.replace('/uploaded/', '')
    const [key] = s3.objects.keys()

    const shown = await lab.ask({ url: `/media/${path}` })
    const part = await lab.get(`/uploaded/${path}`, { headers: { range: 'bytes=1-3' } })
    const again = await lab.ask({ url: `/media/${path}`, headers: { 'if-none-match': String(shown.headers.etag) } })
    const nobody = await lab.ask({ url: `/uploaded/${path}` })

    expect(key).toBe(`alyx/uploaded/${path}`)
    expect(shown.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' })
    expect(shown.rawPayload.equals(s3.objects.get(key!)!.bytes)).toBe(true)
    expect([part.statusCode, part.body]).toEqual([206, 'PNG'])
    expect(again.statusCode).toBe(304)
    expect(nobody.statusCode).toBe(403)

    const removed = await lab.ask({
      method: 'DELETE',
      url: `/notes/${id}`,
      headers: { authorization: `Token ${lab.token}` },
    })
    expect(removed.statusCode).toBe(204)
    await expect.poll(() => s3.objects.size).toBe(0)
    expect((await lab.ask({ url: `/media/${path}` })).statusCode).toBe(404)
  })

  test('are refused with a reason while the bucket is away, and the note is not written', async () => {
    const before = (await lab.get('/notes?limit=1')).json().count
    s3.fail(503)

    const written = await writeNote('while the bucket is away')

    expect(written.statusCode).toBe(503)
    expect(written.json().detail).toMatch(/^The bucket s3:\/\/alyx\/uploaded answers with an error \(503\)\./)
    expect((await lab.get('/notes?limit=1')).json().count).toBe(before)
    expect(lab.log.text()).not.toContain(CREDENTIALS.secretKey)
  })
})

test.each([
  { env: { ALYX_MEDIA_ROOT: 'https://minio.example.org/' }, says: 'names no bucket' },
  { env: { ALYX_S3_ACCESS_KEY: 'alyx' }, says: 'belong together' },
  { env: { S3_ACCESS: 'key' }, says: 'must be a JSON object' },
  { env: { ALYX_S3_ENDPOINT: 'minio:9000' }, says: 'must be an address' },
])('settings that name no bucket to write to are told: $env', ({ env, says }) => {
  expect(() => readSettings(env, '/tmp')).toThrow(SettingsError)
  expect(() => readSettings(env, '/tmp')).toThrow(says)
})
