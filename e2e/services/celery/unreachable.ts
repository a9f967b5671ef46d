import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { atTheEnd } from '../../running/endings.ts'
import type { Checks } from '../checks.ts'
import type { Broker } from '../rabbitmq.ts'
import type { Laboratory } from './laboratory.ts'
import { watch } from './watching.ts'

const LONGEST_MS = 1_000

/** What a server does whose broker is not what it should be: acceptance test 2. No task is lost by it. */
export async function tryUnreachable(checks: Checks, lab: Laboratory, { url }: Broker): Promise<void> {
  const hole = await blackHole()
  for (const [what, wrong, reason, watchMs] of [
    ['takes connections and never answers', hole, /does not answer/, 13_000],
    ['refuses the password', url.replace('guest:guest', 'guest:wrong'), /refuses the user or the password/, 4_000],
    ['has no such virtual host', url.replace(/\/\/$/, '/nowhere'), /no such virtual host/, 4_000],
  ] as const) {
    let kept: string[] = []
    await checks.that(`A broker that ${what}: nobody waits, one line in the log, tasks are kept`, async () => {
      await lab.serve(wrong)
      const stop = await watch(lab)
      kept = await lab.tasks({ name: 'lab.spikes.sort' })
      await pause(watchMs)
      const { longestMs, longest, failures } = await stop()
      assert.deepEqual(failures, [])
      assert.ok(longestMs < LONGEST_MS, `${longest} took ${Math.round(longestMs)} ms`)
      const { body } = await lab.call('GET', '/api/v1/jobs/broker')
      assert.equal(body.state, 'down')
      assert.match(String(body.reason), reason)
      assert.equal(lab.lines().length, 1, lab.lines().join('\n'))
      assert.equal((await lab.task(kept[0]!)).status, 'Waiting')
    })
  }
}

/** Whatever connects is taken and never answered. @returns its address as a broker */
async function blackHole(): Promise<string> {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atTheEnd(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `amqp://guest:guest@127.0.0.1:${(server.address() as { port: number }).port}//`
}
