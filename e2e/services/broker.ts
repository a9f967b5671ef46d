import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { chown, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { atTheEnd } from '../running/endings.ts'
import { root, temporaryFolder } from '../running/places.ts'
import type { Checks } from './checks.ts'
import { type Composition, freePort } from './composition.ts'
import { accountOf } from './debians-postgres.ts'
import { ask } from './exchange.ts'

const run = promisify(execFile)
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const START_PATIENCE_MS = 60_000

/** The broker's own pages behind the proxy, with a real broker that is started after everything else. */
export async function tryBroker(checks: Checks, { address }: Composition, pages: string): Promise<void> {
  checks.about('A broker that comes and goes')
  if (!existsSync(PROGRAM)) {
    process.stdout.write('  no RabbitMQ here: left out\n')
    return
  }
  const overview = (account?: string) =>
    ask(address, '/services/rabbitmq/api/overview', {
      headers: account === undefined ? {} : { authorization: `Basic ${Buffer.from(account).toString('base64')}` },
    })
  const stop = await startBroker(Number(pages.split(':')[1]))
  await checks.that('has its pages under /services/rabbitmq/, with a password of its own', async () => {
    const deadline = Date.now() + START_PATIENCE_MS
    while ((await overview('guest:guest')).status !== 200 && Date.now() < deadline) await pause(250)
    const answer = await overview('guest:guest')
    assert.equal(answer.status, 200, answer.text().slice(0, 200))
    assert.match(String(answer.json().rabbitmq_version), /^\d+\.\d+/)
    assert.match((await ask(address, '/services/rabbitmq/')).text(), /RabbitMQ Management/)
    assert.equal((await overview()).status, 401)
  })
  await stop()
  await checks.that('may end: its pages say so, and the application does not notice', async () => {
    assert.equal((await overview('guest:guest')).status, 503)
    assert.equal((await ask(address, '/health/ready')).status, 200)
  })
}

/** A broker on ports of its own, with the prefix of pages that is shipped. @returns what ends it */
async function startBroker(pagesPort: number): Promise<() => Promise<void>> {
  const folder = await temporaryFolder('rabbitmq')
  const shipped = await readFile(join(root, 'deploy/compose/rabbitmq.conf'), 'utf8')
  const prefix = /^management\.path_prefix = .*$/m.exec(shipped)![0]
  const [port, names] = [await freePort(), await freePort()]
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    `${prefix}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${pagesPort}\nlisteners.tcp.1 = 127.0.0.1:${port}\n`,
  )
  await writeFile(join(folder, 'plugins'), '[rabbitmq_management].\n')
  const account = process.getuid?.() === 0 ? await accountOf('rabbitmq') : undefined
  for (const path of ['', 'rabbitmq.conf', 'plugins'])
    if (account) await chown(join(folder, path), account.uid, account.gid)
  const child = spawn(PROGRAM, [], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      RABBITMQ_NODENAME: `alyx${process.pid}@localhost`,
      RABBITMQ_DIST_PORT: String(await freePort()),
      // Names of nodes are kept by a daemon that outlives them: one of our own, ended with it.
      ERL_EPMD_PORT: String(names),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      RABBITMQ_MNESIA_BASE: folder,
      RABBITMQ_LOG_BASE: folder,
      RABBITMQ_PID_FILE: join(folder, 'pid'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...account,
  })
  const log = createWriteStream(join(folder, 'out'))
  child.stdout.pipe(log)
  child.stderr.pipe(log)
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    process.kill(-child.pid!, 'SIGTERM')
    if ((await Promise.race([gone, pause(20_000, 'late' as const, { ref: false })])) === 'late')
      process.kill(-child.pid!, 'SIGKILL')
    await run('epmd', ['-port', String(names), '-kill']).catch(() => undefined)
  }
  atTheEnd(stop)
  return stop
}
