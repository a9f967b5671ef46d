import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, get as httpGet } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { atTheEnd } from '../running/endings.ts'
import type { Checks } from './checks.ts'
import type { Composition } from './composition.ts'
import { ask, listens } from './exchange.ts'
import { type Person, picture, writeNote } from './people.ts'

/** What is said while something is away, and that nothing is lost: acceptance tests 7 and 9. */
export async function tryFailures(
  checks: Checks,
  made: Composition,
  person: Person,
  database?: { stop(): Promise<void>; start(): Promise<void> },
): Promise<void> {
  const { address, folder, applicationPort } = made
  const headers = { authorization: `Token ${person.token}` }
  const count = async () => (await ask(address, '/notes?limit=1', { headers })).json().count as number

  checks.about('Who reaches what')
  await checks.that('the application listens on this machine alone', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one !== undefined && !one.internal && one.family === 'IPv4')
    for (const one of others)
      assert.equal(await listens(one!.address, applicationPort), false, `${one!.address}:${applicationPort} answers`)
    assert.equal(await listens('127.0.0.1', applicationPort), true)
  })

  checks.about('Events')
  await checks.that('come through as they happen', async () => {
    const came = await eventAfter(made, headers, () => writeNote(address, person, picture(1000)))
    assert.ok(came < 3000, `after ${came} ms`)
  })

  checks.about('Tools beside the application')
  await checks.that('that are down are said to be down, in a sentence or on a page', async () => {
    for (const tool of ['rabbitmq', 'celery', 'pgadmin']) {
      const answer = await ask(address, `/services/${tool}/`)
      assert.equal(answer.status, 503, tool)
      assert.match(String(answer.json().detail), /Alyx works without it/)
      assert.match(
        (await ask(address, `/services/${tool}/`, { headers: { accept: 'text/html' } })).text(),
        /This service is down/,
      )
    }
  })
  await checks.that('that come up later are there at once, under their own prefix', async () => {
    const tool = createServer((request, response) =>
      response.end(`${request.url} for ${request.headers['x-script-name']}`),
    )
    const port = Number(
      /set \$alyx_tool 127\.0\.0\.1:(\d+)/.exec(await made.alyx('configure', '--print', 'nginx.conf'))?.[1],
    )
    await new Promise<void>((resolve) => tool.listen(port, '127.0.0.1', resolve))
    atTheEnd(async () => void tool.close())
    assert.match(
      (await ask(address, '/services/rabbitmq/api/overview?x=1')).text(),
      /^\/services\/rabbitmq\/api\/overview\?x=1 /,
    )
    tool.closeAllConnections()
    tool.close()
  })

  checks.about('The application is away')
  const before = await count()
  await made.stopServer()
  await checks.that('people read a page, programs a sentence, and both when to try again', async () => {
    for (const [path, method] of [
      ['/sessions', 'GET'],
      ['/admin/', 'GET'],
      ['/notes', 'POST'],
      ['/api/v1/events', 'GET'],
    ] as const) {
      const answer = await ask(address, path, { method, headers: { ...headers, accept: '*/*' } })
      assert.deepEqual(
        [answer.status, answer.headers['retry-after'], answer.headers['cache-control']],
        [503, '5', 'no-store'],
        path,
      )
      assert.match(String(answer.json().detail), /not running at the moment/)
    }
    const page = await ask(address, '/admin/', { headers: { accept: 'text/html' } })
    assert.equal(page.status, 503)
    assert.match(page.headers['content-type']!, /^text\/html/)
    assert.match(page.text(), /Alyx is not running/)
  })
  await checks.that('files are served all the same', async () => {
    assert.equal((await ask(address, '/static/robots.txt')).status, 200)
  })
  await made.startServer()

  checks.about('Maintenance')
  await checks.that('closes everything but files, and opens again', async () => {
    const flag = join(folder, 'config/pages/maintenance.on')
    await writeFile(flag, '')
    const closed = await ask(address, '/sessions', { headers })
    const page = await ask(address, '/admin/', { headers: { accept: 'text/html' } })
    const file = await ask(address, '/static/robots.txt')
    await rm(flag)
    assert.deepEqual([closed.status, closed.headers['retry-after']], [503, '60'])
    assert.match(String(closed.json().detail), /being maintained/)
    assert.match(page.text(), /Alyx is being maintained/)
    assert.equal(file.status, 200)
    assert.equal((await ask(address, '/sessions', { headers })).status, 200)
  })

  checks.about('Starting again')
  await checks.that('the application: nothing is lost', async () => assert.equal(await count(), before))
  await checks.that('the application, after a power cut right behind an answer: nothing is lost', async () => {
    const written = await writeNote(address, person, picture(1000))
    assert.equal(written.status, 201)
    await made.stopServer('SIGKILL')
    await made.startServer()
    assert.equal(await count(), before + 1)
    const { pathname } = new URL((written.json() as { image: string }).image)
    assert.equal((await ask(address, pathname)).status, 200)
  })
  await checks.that('the proxy: nothing is lost', async () => {
    await made.stopProxy()
    assert.equal(await listens('127.0.0.1', made.port), false)
    await made.startProxy()
    assert.equal(await count(), before + 1)
  })
  if (database) {
    await checks.that('the database: the application says so meanwhile, and goes on by itself', async () => {
      await database.stop()
      const away = await ask(address, '/sessions', { headers })
      assert.equal(away.status, 503)
      assert.match(String(away.json().detail), /database is not reachable/)
      await database.start()
      for (let tries = 0; tries < 50 && (await ask(address, '/health/ready')).status !== 200; tries++) await pause(200)
      assert.equal(await count(), before + 1)
    })
  }
}

/** Milliseconds from a change until whoever listens hears of it. */
async function eventAfter(
  { address }: Composition,
  headers: Record<string, string>,
  change: () => Promise<unknown>,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let began = 0
  const request = httpGet(`${address}/api/v1/events`, { headers, agent: false }, (response) => {
    if (response.statusCode !== 200) reject(new Error(`events: ${response.statusCode}`))
    response.on('data', (chunk: Buffer) => {
      if (began > 0 && /note/.test(String(chunk))) resolve(Date.now() - began)
    })
    // What is said at the beginning is no change.
    setTimeout(() => {
      began = Date.now()
      change().catch(reject)
    }, 500)
  })
  request.on('error', reject)
  setTimeout(() => reject(new Error('nothing was heard for 15 seconds')), 15_000).unref()
  try {
    return await promise
  } finally {
    request.destroy()
  }
}
