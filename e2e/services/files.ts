import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Checks } from './checks.ts'
import type { Composition } from './composition.ts'
import { ask } from './exchange.ts'

const MONTH = 'public, max-age=2592000'

/** Files that are served without asking who wants them: acceptance tests 4 and 5. */
export async function tryFiles(checks: Checks, { address, folder }: Composition): Promise<void> {
  const statics = join(folder, 'uploaded/static')
  const media = join(folder, 'uploaded/media')
  const style = `body { color: teal }\n${'/* long enough to be worth it */\n'.repeat(100)}`
  await mkdir(join(statics, 'assets'), { recursive: true })
  await mkdir(join(media, '2026'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'not for you')
  for (const [name, text] of [
    ['style.css', style],
    ['name.55e7cbb9ba48.css', style],
    ['assets/index-BX3k9_Qe.js', 'export {}'],
    ['page.html', '<script>1</script>'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['.hidden', 'x'],
  ] as const)
    await writeFile(join(statics, name), text)
  for (const name of ['mouse.png', 'page.html', 'drawing.svg', '.0f.part'])
    await writeFile(join(media, '2026', name), '0123456789')
  await symlink(join(folder, 'secret.txt'), join(media, '2026/link.png'))
  await symlink(folder, join(media, 'up'))
  await symlink(folder, join(statics, 'up'))
  const get = (path: string, headers = {}) => ask(address, path, { headers })

  checks.about('Files without signing in')
  await checks.that('a file in static, media and uploaded is there for everybody, for 30 days', async () => {
    for (const path of ['/static/style.css', '/media/2026/mouse.png', '/uploaded/2026/mouse.png']) {
      const { status, headers } = await get(path)
      assert.equal(status, 200, path)
      assert.equal(headers['cache-control'], MONTH, path)
      assert.equal(headers['x-content-type-options'], 'nosniff', path)
    }
  })
  await checks.that('the same name under another prefix is not', async () => {
    for (const path of ['/2026/mouse.png', '/other/2026/mouse.png', '/style.css'])
      assert.equal((await get(path)).status, 404, path)
  })
  await checks.that('a name that tells the content is kept for good', async () => {
    for (const path of ['/static/name.55e7cbb9ba48.css', '/static/assets/index-BX3k9_Qe.js'])
      assert.match((await get(path)).headers['cache-control']!, /max-age=31536000, immutable/, path)
  })
  await checks.that('what people upload is shown when it is a picture and only saved when it is not', async () => {
    const picture = (await get('/media/2026/mouse.png')).headers
    assert.deepEqual([picture['content-type'], picture['content-disposition']], ['image/png', undefined])
    for (const path of ['/media/2026/page.html', '/uploaded/2026/drawing.svg']) {
      const { headers } = await get(path)
      assert.equal(headers['content-type'], 'application/octet-stream', path)
      assert.equal(headers['content-disposition'], 'attachment', path)
      assert.match(headers['content-security-policy']!, /sandbox/, path)
    }
  })
  await checks.that('a drawing or page in static opens as itself and can do nothing', async () => {
    assert.match((await get('/static/drawing.svg')).headers['content-security-policy']!, /sandbox/)
    assert.match((await get('/static/page.html')).headers['content-security-policy']!, /sandbox/)
    assert.equal((await get('/static/style.css')).headers['content-security-policy'], undefined)
  })
  await checks.that('parts, tags and dates work', async () => {
    const { headers } = await get('/media/2026/mouse.png')
    const part = await get('/media/2026/mouse.png', { range: 'bytes=2-4' })
    assert.deepEqual([part.status, part.text(), part.headers['content-range']], [206, '234', 'bytes 2-4/10'])
    assert.equal((await get('/media/2026/mouse.png', { range: 'bytes=50-' })).status, 416)
    assert.equal((await get('/media/2026/mouse.png', { 'if-none-match': headers.etag! })).status, 304)
    assert.equal((await get('/media/2026/mouse.png', { 'if-modified-since': headers['last-modified']! })).status, 304)
  })
  await checks.that('text is compressed, pictures are not', async () => {
    const text = await get('/static/style.css', { 'accept-encoding': 'gzip' })
    assert.equal(text.headers['content-encoding'], 'gzip')
    assert.ok(text.body.length < style.length / 2)
    const picture = await get('/media/2026/mouse.png', { 'accept-encoding': 'gzip' })
    assert.equal(picture.headers['content-encoding'], undefined)
  })
  await checks.that('folders are not listed, hidden files are not there', async () => {
    for (const path of [
      '/static/',
      '/media/',
      '/media/2026/',
      '/static/assets/',
      '/static/.hidden',
      '/media/2026/.0f.part',
    ])
      assert.equal((await get(path)).status, 404, path)
  })
  await checks.that('links inside of the folders lead nowhere', async () => {
    for (const path of ['/media/2026/link.png', '/media/up/secret.txt', '/static/up/secret.txt', '/uploaded/up/.env']) {
      const answer = await get(path)
      assert.equal(answer.status, 404, path)
      assert.doesNotMatch(answer.text(), /not for you|ALYX_/, path)
    }
  })
  await checks.that('no spelling of ".." leads out', async () => {
    const ups = ['..', '%2e%2e', '%2E.', '..%2f', '%252e%252e', '..%5c', '..%255c', '%c0%ae%c0%ae', '..;', '....//']
    const paths = ups.flatMap((up) => [
      `/media/${up}/${up}/secret.txt`,
      `/static/${up}/${up}/config/secrets/secret-key`,
      `/media/2026/${up}/${up}/${up}/.env`,
      `/static/assets/${up}/${up}/${up}/etc/passwd`,
    ])
    for (const path of [...paths, '/media../secret.txt', '/static../.env', '/media/%00', '/static/style.css%00.png']) {
      const answer = await get(path)
      assert.ok(answer.status >= 400, `${path}: ${answer.status}`)
      assert.doesNotMatch(answer.text(), /not for you|ALYX_|root:/, path)
    }
  })
  await checks.that(
    '/static and /media lead to themselves with a slash, /staticfoo and /mediafoo to the application',
    async () => {
      for (const path of ['/static', '/media', '/uploaded']) {
        const { status, headers } = await get(path)
        assert.deepEqual([status, headers.location], [301, `${path}/`], path)
      }
      for (const path of ['/staticfoo', '/mediafoo/x.png']) {
        const answer = await get(path)
        assert.equal(answer.status, 404)
        assert.notEqual(answer.headers['server-timing'], undefined, `${path} was not answered by the application`)
      }
    },
  )
  await checks.that("an unknown file is the proxy's 404, as JSON or as a page", async () => {
    for (const path of ['/static/none.js', '/media/none.png']) {
      const answer = await get(path)
      assert.equal(answer.status, 404)
      assert.equal(answer.headers['server-timing'], undefined, `${path} went to the application`)
      assert.equal(answer.json().status_code, 404)
      assert.match((await get(path, { accept: 'text/html,*/*' })).text(), /<h1>There is no such file/)
    }
  })
  await checks.that('nothing but reading is possible there', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      assert.ok((await ask(address, '/media/2026/mouse.png', { method })).status >= 400, method)
    assert.equal((await get('/media/2026/mouse.png')).text(), '0123456789')
  })
  await checks.that('nothing of the configuration is served: pages of errors, secrets, settings', async () => {
    for (const path of [
      '/_alyx/down.html',
      '/_uploaded/2026/mouse.png',
      '/.env',
      '/config/alyx.yaml',
      '/.git/config',
    ]) {
      const answer = await get(path)
      assert.equal(answer.status, 404, path)
    }
  })
}
