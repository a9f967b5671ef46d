import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeTables, writablePlace } from '../../src/cache-tables/index.ts'
import { readSettings, SettingsError } from '../../src/config.ts'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory } from '../http/served-laboratory.ts'
import { CREDENTIALS, REGION, type S3Server, s3Server } from '../storage/s3-server.ts'

const ACCESS = { endpoint: undefined, region: undefined, style: undefined, credentials: undefined }
const OPTIONS = {
  tables: ['sessions', 'datasets'],
  tags: undefined,
  repositories: ['flatiron', 'aws'],
  quality: false,
  loose: false,
  force: false,
  timeZone: 'UTC',
  onProgress: () => undefined,
} as const

const tag = (lab: ServedLaboratory, name: string) =>
  lab.database.execute(sql`
    insert into data_tag (id, name, description, protected, public) values (gen_random_uuid(), ${name}, '', false, false)
    on conflict do nothing`)

describe('tables in a folder', () => {
  let lab: ServedLaboratory
  let root: string
  beforeAll(async () => {
    lab = await servedLaboratory()
    root = join(lab.folder, 'tables')
    await tag(lab, 'release_1')
    await tag(lab, 'release_2')
  })
  afterAll(() => lab.close())
  beforeEach(async () => {
    await makeTables(lab.database, writablePlace(root, '', ACCESS), OPTIONS)
    await makeTables(lab.database, writablePlace(root, 'release_1', ACCESS), { ...OPTIONS, tags: ['release_1'] })
  })
  afterEach(() => rm(root, { recursive: true, force: true }))
  const zip = (path = '') => readFile(join(root, path, 'cache.zip'))

  test('are described, and fetched whole under the address that clients know', async () => {
    const info = await lab.get('/cache/info/')
    const answer = await lab.get('/cache.zip', { headers: { 'accept-encoding': 'gzip, br' } })
    const bytes = await zip()

    expect(info.json()).toEqual(JSON.parse(await readFile(join(root, 'cache_info.json'), 'utf8')))
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'inline; filename="cache.zip"',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
    })
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.rawPayload.equals(bytes)).toBe(true)
  })

  test('come in parts, not at all to who has them, and again when they were written anew', async () => {
    const { etag } = (await lab.get('/cache.zip', { method: 'HEAD' })).headers
    const part = await lab.get('/cache.zip', { headers: { range: 'bytes=2-5', 'if-range': String(etag) } })
    const known = await lab.get('/cache.zip', { headers: { 'if-none-match': String(etag) } })
    const outside = await lab.get('/cache.zip', { headers: { range: 'bytes=99999999-' } })
    const bytes = await zip()

    expect(part.statusCode).toBe(206)
    expect(part.headers['content-range']).toBe(`bytes 2-5/${bytes.length}`)
    expect(part.rawPayload.equals(bytes.subarray(2, 6))).toBe(true)
    expect(known).toMatchObject({ statusCode: 304, payload: '' })
    expect(outside.statusCode).toBe(416)

    await makeTables(lab.database, writablePlace(root, '', ACCESS), { ...OPTIONS, force: true })
    const anew = await lab.get('/cache.zip', { headers: { 'if-none-match': String(etag) } })
    expect(anew.statusCode).toBe(200)
  })

  test('of a tag have an address of their own, which their description names as the client calls the server', async () => {
    const info = await lab.get('/cache/info/release_1/', { headers: { host: 'alyx.example.org:8080' } })
    const { location, database_tags } = info.json()
    const answer = await lab.get(new URL(location).pathname)

    expect(database_tags).toEqual(['release_1'])
    expect(location).toBe('http://alyx.example.org:8080/cache/release_1/cache.zip')
    expect(answer.rawPayload.equals(await zip('release_1'))).toBe(true)
  })

  test.each([
    ['/cache/info/release_2/', 404, 'release_2/cache_info.json is missing'],
    ['/cache/release_2/cache.zip', 404, 'release_2/cache.zip is missing'],
    ['/cache/info/nope/', 404, 'Tag matching query does not exist.'],
    ['/cache/nope/cache.zip', 404, 'Tag matching query does not exist.'],
    ['/cache/release-1/cache.zip', 404, 'Not Found'],
    ['/cache/..%2f..%2fetc/cache.zip', 404, 'Not Found'],
  ])('%s: %i', async (path, status, says) => {
    const answer = await lab.get(path)
    expect(answer.statusCode).toBe(status)
    expect(answer.payload).toMatch(new RegExp(says, 'i'))
  })

  test('nobody gets them without signing in', async () => {
    for (const url of ['/cache/info/', '/cache.zip', '/cache/release_1/cache.zip'])
      expect((await lab.ask({ url })).statusCode, url).toBe(403)
  })

  test('that are not there yet, or spoilt, are told', async () => {
    await writeFile(join(root, 'cache_info.json'), '[1]')
    await rm(join(root, 'cache.zip'))

    expect((await lab.get('/cache.zip')).json().detail).toContain('There are no cache tables yet: cache.zip is missing')
    expect((await lab.get('/cache/info/')).json()).toMatchObject({
      status_code: 500,
      detail: 'cache_info.json in the folder of tables is no JSON object.',
    })
  })
})

describe('tables in a bucket', () => {
  let s3: S3Server
  let lab: ServedLaboratory
  let access: Parameters<typeof writablePlace>[2]
  beforeAll(async () => {
    s3 = await s3Server(['alyx'])
    const keys = { access_key: CREDENTIALS.accessKey, secret_key: CREDENTIALS.secretKey, region: REGION }
    lab = await servedLaboratory({
      settings: {
        ALYX_TABLES_ROOT: 's3://alyx/one/tables',
        ALYX_S3_ENDPOINT: s3.endpoint,
        S3_ACCESS: JSON.stringify(keys),
      },
    })
    await tag(lab, 'release_1')
    access = { endpoint: s3.endpoint, region: REGION, style: undefined, credentials: CREDENTIALS }
  })
  afterAll(async () => {
    await lab.close()
    await s3.close()
  })
  beforeEach(() => s3.fail(undefined))

  test('are written there, what tells of them last, and pass through the server, in parts too', async () => {
    const place = writablePlace('s3://alyx/one/tables', '', access)
    const made = await makeTables(lab.database, place, { ...OPTIONS, loose: true })
    const again = await makeTables(lab.database, place, { ...OPTIONS, loose: true })
    const zip = s3.objects.get('alyx/one/tables/cache.zip')!
    const puts = s3.asked.filter((line) => line.startsWith('PUT')).map((line) => line.split('/').at(-1))

    expect([made.isNew, again.isNew]).toEqual([true, false])
    expect(puts).toEqual(['sessions.pqt', 'datasets.pqt', 'cache.zip', 'cache_info.json', 'cache_record.json'])
    expect(zip.type).toBe('application/zip')
    expect((await lab.get('/cache/info/')).json()).not.toHaveProperty('location')
    expect((await lab.get('/cache.zip')).rawPayload.equals(zip.bytes)).toBe(true)
    const part = await lab.get('/cache.zip', { headers: { range: 'bytes=0-1' } })
    expect([part.statusCode, part.payload]).toEqual([206, 'PK'])
  })

  test('of a tag lie below', async () => {
    const place = writablePlace('s3://alyx/one/tables', 'release_1', access)
    await makeTables(lab.database, place, { ...OPTIONS, tags: ['release_1'] })
    const { location } = (await lab.get('/cache/info/release_1/')).json()

    expect(s3.objects.has('alyx/one/tables/release_1/cache.zip')).toBe(true)
    expect((await lab.get(new URL(location).pathname)).statusCode).toBe(200)
  })

  test('are not there while the bucket is away, which is told', async () => {
    s3.fail(500)
    const answer = await lab.get('/cache/info/')

    expect(answer.statusCode).toBe(503)
    expect(answer.payload).not.toContain(CREDENTIALS.secretKey)
  })

  test('in an open bucket are fetched from it', async () => {
    const open = await servedLaboratory({
      settings: { ALYX_TABLES_ROOT: 's3://alyx/one', ALYX_S3_REGION: REGION },
    })
    const answer = await open.get('/cache.zip')
    await open.close()

    expect(answer.statusCode).toBe(302)
    expect(answer.headers.location).toBe(`https://alyx.s3.${REGION}.amazonaws.com/one/cache.zip`)
  })
})

test('a setting that names no bucket is refused before anything starts', () => {
  expect(() => readSettings({ ALYX_TABLES_ROOT: 's3://a b/tables' }, '/')).toThrow(SettingsError)
  expect(() => readSettings({ ALYX_TABLES_ROOT: 's3://%/tables' }, '/')).toThrow(/ALYX_TABLES_ROOT/)
  expect(readSettings({ ALYX_TABLES_ROOT: 'https://example.org/' }, '/').tablesRoot).toBe('https://example.org/')
})

describe('tables that others keep at a web address', () => {
  let elsewhere: Server
  let lab: ServedLaboratory
  let root: string
  beforeAll(async () => {
    elsewhere = createServer((request, response) => {
      const isThere = ['/one/cache_info.json', '/one/release_1/cache_info.json'].includes(request.url ?? '')
      response.writeHead(isThere ? 200 : 404).end(isThere ? '{"date_created": "2024-02-01 08:00"}' : '')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => elsewhere.once('listening', resolve))
    root = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/one`
    lab = await servedLaboratory({ settings: { ALYX_TABLES_ROOT: `${root}/` } })
    await tag(lab, 'release_1')
    await tag(lab, 'release_2')
  })
  afterAll(() => lab.close())

  test('are described with their address, and clients are sent there', async () => {
    expect((await lab.get('/cache/info/')).json().location).toBe(`${root}/cache.zip`)
    expect((await lab.get('/cache/info/release_1/')).json().location).toBe(`${root}/release_1/cache.zip`)
    expect((await lab.get('/cache/info/release_2/')).statusCode).toBe(404)
    expect((await lab.get('/cache.zip')).headers.location).toBe(`${root}/cache.zip`)
  })

  test('cannot be told of while it is away', async () => {
    await new Promise((resolve) => {
      elsewhere.close(resolve)
      elsewhere.closeAllConnections()
    })
    const answer = await lab.get('/cache/info/')

    expect(answer.statusCode).toBe(503)
    expect(answer.json().detail).toContain(`The cache tables at ${root} cannot be reached.`)
  })
})
