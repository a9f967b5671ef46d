import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CREDENTIALS, REGION, s3Server } from '../../packages/server/test/storage/s3-server.ts'
import { atTheEnd } from '../running/endings.ts'
import type { Checks } from './checks.ts'
import type { Composition } from './composition.ts'
import { ask } from './exchange.ts'
import { type Person, picture, writeNote } from './people.ts'

/** Pictures in a bucket instead of a folder: the same addresses, through the same proxy. */
export async function tryBucket(
  checks: Checks,
  made: Composition,
  person: Person,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const s3 = await s3Server(['alyx'])
  atTheEnd(() => s3.close())
  const secret = join(made.folder, 'config/secrets/s3-access')
  const access = { access_key: CREDENTIALS.accessKey, secret_key: CREDENTIALS.secretKey, region: REGION }
  await writeFile(secret, JSON.stringify(access), { mode: 0o600 })
  await made.stopServer()
  await made.configure({
    settings: {
      ...settings,
      ALYX_MEDIA_ROOT: 's3://alyx/uploaded',
      ALYX_S3_ENDPOINT: s3.endpoint,
      S3_ACCESS_FILE: secret,
    },
  })
  await made.startServer()
  const { address } = made

  checks.about('Pictures in a bucket')
  await checks.that('go there, and come from there for everybody, in parts too', async () => {
    const written = await writeNote(address, person, picture(100_000))
    assert.equal(written.status, 201, written.text())
    const path = new URL((written.json() as { image: string }).image).pathname.replace('/uploaded/', '/media/')
    const [key, stored] = [...s3.objects][0]!
    const whole = await ask(address, path)
    const part = await ask(address, path, { headers: { range: 'bytes=1-3' } })
    assert.equal(key, `alyx${path.replace('/media/', '/uploaded/')}`)
    assert.ok(whole.body.equals(stored.bytes))
    assert.equal(whole.headers['cache-control'], 'public, max-age=2592000')
    assert.deepEqual([part.status, part.text()], [206, 'PNG'])
  })
  await checks.that('are refused with a reason while the bucket is away', async () => {
    s3.fail(503)
    const answer = await writeNote(address, person, picture(1000))
    s3.fail(undefined)
    assert.equal(answer.status, 503)
    assert.match(String(answer.json().detail), /^The bucket s3:\/\/alyx\/uploaded/)
  })
  await checks.that('"alyx doctor" tells whether the bucket can be used', async () => {
    assert.match(
      await made.alyx('doctor').catch((error: { stdout: string }) => error.stdout),
      /ok +images +s3:\/\/alyx\/uploaded/,
    )
  })
}
