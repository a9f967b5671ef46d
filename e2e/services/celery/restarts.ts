import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Checks } from '../checks.ts'
import type { Broker } from '../rabbitmq.ts'
import type { Laboratory } from './laboratory.ts'
import { watch } from './watching.ts'

const LONGEST_MS = 1_000
const RETURN_MS = 60_000

const says = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    /the broker is there/.test(line) ? 'there' : /the broker is not there/.test(line) ? 'not there' : line,
  )

/** A broker that comes late, is restarted, or is away for a while: acceptance tests 2 and 3. */
export async function tryLate(checks: Checks, lab: Laboratory, own: Broker): Promise<string> {
  let kept = ''
  await checks.that('A broker that is not started yet: nobody waits, and it is found without a restart', async () => {
    await lab.serve(own.url)
    const stop = await watch(lab)
    kept = (await lab.tasks({ name: 'lab.spikes.sort' }))[0]!
    await pause(4_000)
    assert.deepEqual(says(lab.lines()), ['not there'])
    assert.match(String((await lab.call('GET', '/api/v1/jobs/broker')).body.reason), /nothing listens/)
    await own.start()
    await lab.until('it is there', async () => says(lab.lines()).includes('there'), RETURN_MS)
    const { longestMs, longest, failures } = await stop()
    assert.deepEqual(failures, [])
    assert.ok(longestMs < LONGEST_MS, `${longest} took ${Math.round(longestMs)} ms`)
    assert.deepEqual(says(lab.lines()), ['not there', 'there'])
  })
  return kept
}

export async function tryRestarts(checks: Checks, lab: Laboratory, own: Broker): Promise<void> {
  for (const [what, signal, awayMs] of [
    ['is restarted', 'SIGTERM', 0],
    ['loses its power and is away for a while', 'SIGKILL', 6_000],
  ] as const)
    await checks.that(`A broker that ${what}: nobody waits, two lines in the log, no task is lost`, async () => {
      const before = lab.lines().length
      const [running] = await lab.tasks({ name: 'lab.tests.while' })
      await lab.until('it runs', async () => (await lab.ran()).includes(running!))
      const stop = await watch(lab)
      await own.stop(signal)
      await lab.until('it is seen', async () => says(lab.lines().slice(before)).includes('not there'))
      const [meanwhile] = await lab.tasks({ name: 'lab.spikes.sort' })
      await pause(awayMs)
      await own.start()
      for (const key of [running!, meanwhile!]) assert.equal((await lab.ended(key, RETURN_MS)).status, 'Complete')
      const { longestMs, longest, failures } = await stop()
      assert.deepEqual(failures, [])
      assert.ok(longestMs < LONGEST_MS, `${longest} took ${Math.round(longestMs)} ms`)
      assert.deepEqual(says(lab.lines().slice(before)), ['not there', 'there'])
    })
}
