import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { root } from '../running/places.ts'
import type { Checks } from './checks.ts'
import type { Composition } from './composition.ts'
import { ask } from './exchange.ts'
import { BROKER_PROGRAM, broker } from './rabbitmq.ts'

const START_PATIENCE_MS = 60_000

/** The broker's own pages behind the proxy, with a real broker that is started after everything else. */
export async function tryBroker(checks: Checks, { address }: Composition, pages: string): Promise<void> {
  checks.about('A broker that comes and goes')
  if (!existsSync(BROKER_PROGRAM)) {
    process.stdout.write('  no RabbitMQ here: left out\n')
    return
  }
  const overview = (account?: string) =>
    ask(address, '/services/rabbitmq/api/overview', {
      headers: account === undefined ? {} : { authorization: `Basic ${Buffer.from(account).toString('base64')}` },
    })
  const shipped = await readFile(join(root, 'deploy/compose/rabbitmq.conf'), 'utf8')
  const prefix = /^management\.path_prefix = .*$/m.exec(shipped)![0]
  const own = await broker({ port: Number(pages.split(':')[1]), prefix })
  await own.start()
  await checks.that('has its pages under /services/rabbitmq/, with a password of its own', async () => {
    const deadline = Date.now() + START_PATIENCE_MS
    while ((await overview('guest:guest')).status !== 200 && Date.now() < deadline) await pause(250)
    const answer = await overview('guest:guest')
    assert.equal(answer.status, 200, answer.text().slice(0, 200))
    assert.match(String(answer.json().rabbitmq_version), /^\d+\.\d+/)
    assert.match((await ask(address, '/services/rabbitmq/')).text(), /RabbitMQ Management/)
    assert.equal((await overview()).status, 401)
  })
  await own.stop()
  await checks.that('may end: its pages say so, and the application does not notice', async () => {
    assert.equal((await overview('guest:guest')).status, 503)
    assert.equal((await ask(address, '/health/ready')).status, 200)
  })
}
