import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BucketAccess, bucketAddress, openBucket, StorageUnavailable } from '../../src/storage/index.ts'
import { CREDENTIALS, REGION, type S3Server, s3Server } from './s3-server.ts'

const NOTHING_SET = { endpoint: undefined, region: undefined, style: undefined } as const

describe('the address of a bucket', () => {
  test.each([
    {
      root: 's3://alyx/uploaded/',
      is: { bucket: 'alyx', prefix: 'uploaded', endpoint: 'https://s3.us-east-1.amazonaws.com', style: 'virtual-host' },
    },
    {
      root: 'https://alyx-uploaded.s3.eu-west-2.amazonaws.com/uploaded',
      is: { bucket: 'alyx-uploaded', prefix: 'uploaded', region: 'eu-west-2', style: 'virtual-host' },
    },
    {
      root: 'https://s3.eu-west-2.amazonaws.com/alyx/a/b',
      is: { bucket: 'alyx', prefix: 'a/b', region: 'eu-west-2' },
    },
    {
      root: 'http://minio:9000/alyx',
      is: { bucket: 'alyx', prefix: '', endpoint: 'http://minio:9000', style: 'path', region: 'us-east-1' },
    },
  ])('$root', ({ root, is }) => expect(bucketAddress(root, NOTHING_SET)).toMatchObject(is))

  test('of s3:// is at the server that the settings name', () => {
    expect(
      bucketAddress('s3://alyx', { ...NOTHING_SET, endpoint: 'https://minio:9000/', region: 'lab' }),
    ).toMatchObject({ endpoint: 'https://minio:9000', region: 'lab', style: 'path' })
  })

  test.each(['https://minio:9000/', 'https://minio:9000/a%20b/c'])('%s names none', (root) => {
    expect(() => bucketAddress(root, NOTHING_SET)).toThrow(/names no bucket/)
  })
})

describe('a bucket', () => {
  let s3: S3Server
  let access: BucketAccess
  let bucket: ReturnType<typeof openBucket>
  beforeAll(async () => {
    s3 = await s3Server(['alyx'])
    access = { endpoint: s3.endpoint, region: REGION, style: undefined, credentials: CREDENTIALS }
    bucket = openBucket('s3://alyx/lab one', access)
  })
  beforeEach(() => {
    s3.fail(undefined)
    s3.knowsConditions = true
  })
  afterAll(() => s3.close())

  const text = async (key: string, range?: { start: number; end: number }) =>
    String(await buffer(await (await bucket.find(key))!.open(range)))

  test('keeps, gives whole and in parts, replaces and removes, whatever the key is written with', async () => {
    const key = "2026/03/Mäuse (1) & 'b'+c%2F.png"

    await bucket.put(key, Buffer.from('0123456789'), { type: 'image/png' })

    expect(s3.objects.get(`alyx/lab one/${key}`)?.type).toBe('image/png')
    expect((await bucket.find(key))?.bytes).toBe(10)
    expect(await text(key)).toBe('0123456789')
    expect(await text(key, { start: 2, end: 4 })).toBe('234')
    await bucket.put(key, Buffer.from('new'))
    expect(await text(key)).toBe('new')
    await bucket.remove(key)
    await bucket.remove(key)
    expect(await bucket.find(key)).toBeUndefined()
  })

  test.each([true, false])(
    'never writes over what is there when asked so (server knows conditions: %s)',
    async (knows) => {
      s3.knowsConditions = knows
      const key = `kept-${knows}`

      expect(await bucket.put(key, Buffer.from('first'), { ifFree: true })).toBe(true)
      expect(await bucket.put(key, Buffer.from('second'), { ifFree: true })).toBe(false)
      expect(await text(key)).toBe('first')
    },
  )

  test('of two who want one key at one moment, one gets it', async () => {
    const kept = await Promise.all([1, 2, 3].map((n) => bucket.put('race', Buffer.from(String(n)), { ifFree: true })))

    expect(kept.filter(Boolean)).toHaveLength(1)
  })

  test('lists by the beginning of keys, and knows objects without bytes', async () => {
    await bucket.put('tables/a.pqt', Buffer.from('abc'))
    await bucket.put('tables/b.pqt', Buffer.alloc(0))

    expect((await bucket.list('tables/')).map(({ key, bytes }) => [key, bytes])).toEqual([
      ['tables/a.pqt', 3],
      ['tables/b.pqt', 0],
    ])
    expect(await text('tables/b.pqt')).toBe('')
  })

  test('takes a large file from the disk in pieces', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'alyx-bucket-'))
    const bytes = Buffer.alloc(20 * 1024 * 1024, 'parquet ')
    await writeFile(join(folder, 'large'), bytes)

    await bucket.put('large', await openAsBlob(join(folder, 'large')))

    expect(s3.objects.get('alyx/lab one/large')?.bytes.equals(bytes)).toBe(true)
    await rm(folder, { recursive: true })
  })

  test('makes addresses under which an object is fetched without credentials', async () => {
    await bucket.put('shared.txt', Buffer.from('for all'))

    const answer = await fetch(await bucket.link('shared.txt', 60))

    expect([answer.status, await answer.text()]).toEqual([200, 'for all'])
  })

  test.each(['', '../secret', 'a/../b', 'a//b', '/a', './a', 'a\\b', 'a\0', 'x'.repeat(1025)])(
    'has nothing at %j, and is not asked',
    async (key) => {
      const before = s3.asked.length

      expect(await bucket.find(key)).toBeUndefined()
      expect(() => bucket.put(key, Buffer.from('x'))).toThrow(RangeError)
      expect(s3.asked.length).toBe(before)
    },
  )

  test('that refuses or is away says so, and no secret', async () => {
    const wrong = openBucket('s3://alyx', { ...access, credentials: { accessKey: 'alyx-tests', secretKey: 'wrong' } })
    const away = openBucket('http://127.0.0.1:9/alyx', access)

    await expect(wrong.find('a')).rejects.toThrow(/s3:\/\/alyx refuses this server/)
    await expect(away.put('a', Buffer.from('x'))).rejects.toThrow(/s3:\/\/alyx cannot be reached/)
    s3.fail(503)
    const error = await bucket.find('a').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StorageUnavailable)
    expect(String(error)).toContain('error (503)')
    expect(String(error)).not.toContain(CREDENTIALS.secretKey)
  })
})
