import assert from 'node:assert/strict'
import type { Checks } from './checks.ts'
import type { Composition } from './composition.ts'
import { ask } from './exchange.ts'
import type { Person } from './people.ts'

/** Pictures that only people who signed in see: the application decides, nginx sends. */
export async function tryProtected(checks: Checks, made: Composition, person: Person): Promise<void> {
  await made.stopServer()
  await made.configure({ media: 'signed-in' })
  await made.startServer()
  const { address } = made
  const headers = { authorization: `Token ${person.token}` }

  checks.about('Pictures for people who signed in')
  await checks.that('are not shown to anybody else, under any address', async () => {
    for (const path of ['/media/2026/mouse.png', '/uploaded/2026/mouse.png'])
      assert.equal((await ask(address, path)).status, 403, path)
    assert.equal((await ask(address, '/_uploaded/2026/mouse.png', { headers })).status, 404)
  })
  await checks.that('are sent by nginx, in parts too, and never as pages', async () => {
    const whole = await ask(address, '/uploaded/2026/mouse.png', { headers })
    const part = await ask(address, '/media/2026/mouse.png', { headers: { ...headers, range: 'bytes=2-4' } })
    const page = await ask(address, '/media/2026/page.html', { headers })
    assert.deepEqual([whole.status, whole.text(), whole.headers['content-type']], [200, '0123456789', 'image/png'])
    assert.match(whole.headers['cache-control']!, /private/)
    assert.equal(whole.headers['x-accel-redirect'], undefined)
    assert.deepEqual([part.status, part.text()], [206, '234'])
    assert.equal(page.headers['content-disposition'], 'attachment')
    assert.match(page.headers['content-security-policy']!, /sandbox/)
  })
  await checks.that('links inside of the folder lead nowhere', async () => {
    for (const path of ['/media/2026/link.png', '/media/up/secret.txt', '/uploaded/up/.env']) {
      const answer = await ask(address, path, { headers })
      assert.equal(answer.status, 404, path)
      assert.doesNotMatch(answer.text(), /not for you/)
    }
  })
}
