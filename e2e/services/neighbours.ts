import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { atTheEnd } from '../running/endings.ts'
import type { Checks } from './checks.ts'
import type { Composition } from './composition.ts'

const run = promisify(execFile)

const NEIGHBOUR = { here: '10.231.77.1', there: '10.231.77.2' } as const

/** What another machine of the network reaches: acceptance tests 7 and 8. Needs root, and is told where it is left out. */
export async function tryNeighbours(checks: Checks, made: Composition): Promise<void> {
  const name = `alyx${process.pid}`
  if (!(await otherMachine(name))) {
    process.stdout.write('\nno other machine can be made here (root and network namespaces): that part is left out\n')
    return
  }
  const fetched = (port: number, path: string, ...more: string[]) =>
    run('ip', [
      'netns',
      'exec',
      name,
      'curl',
      '-s',
      '--max-time',
      '5',
      '-w',
      '\n%{http_code}',
      ...more,
      `http://${NEIGHBOUR.here}:${port}${path}`,
    ])

  checks.about('Another machine of the network')
  await made.configure({ host_names: ['127.0.0.1', 'localhost', '.alyx.test', NEIGHBOUR.here] })
  await made.stopServer()
  await made.startServer()
  await checks.that('reaches the proxy, and is seen under its own address whatever it says', async () => {
    const { stdout } = await fetched(
      made.port,
      '/health/live',
      '-H',
      'X-Forwarded-For: 127.0.0.1',
      '-H',
      'X-Real-IP: 127.0.0.1',
    )
    assert.match(stdout, /alive.*\n200$/s)
    // The line is written after the answer has left.
    const addresses = async () =>
      (await made.log()).flatMap(({ path, address }) => (path === '/health/live' ? address : []))
    for (let tries = 0; tries < 50 && !(await addresses()).includes(NEIGHBOUR.there); tries += 1) await pause(100)
    assert.equal((await addresses()).at(-1), NEIGHBOUR.there)
  })
  await checks.that('is not taken for a program on this machine', async () => {
    const { stdout } = await fetched(made.port, '/metrics', '-H', 'Host: localhost', '-H', 'X-Forwarded-For: 127.0.0.1')
    assert.match(stdout, /\n403$/)
  })
  await checks.that('does not reach the application, nor its database', async () => {
    await assert.rejects(fetched(made.applicationPort, '/health/live'), { code: 7 })
  })
}

/** A network namespace with a line to this machine: for all that listens here, another machine. */
async function otherMachine(name: string): Promise<boolean> {
  const [ours, theirs] = [`${name}a`, `${name}b`]
  const inside = (...words: string[]) => run('ip', ['netns', 'exec', name, 'ip', ...words])
  try {
    await run('ip', ['netns', 'add', name])
    atTheEnd(async () => void (await run('ip', ['netns', 'del', name])))
    await run('ip', ['link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name])
    await run('ip', ['addr', 'add', `${NEIGHBOUR.here}/30`, 'dev', ours])
    await run('ip', ['link', 'set', ours, 'up'])
    await inside('addr', 'add', `${NEIGHBOUR.there}/30`, 'dev', theirs)
    await inside('link', 'set', theirs, 'up')
    await run('curl', ['--version'])
    return true
  } catch {
    return false
  }
}
