import assert from 'node:assert/strict'
import type { Checks } from '../checks.ts'
import { type Laboratory, type SeenTask, SOLO_QUEUE, WINDOWS_QUEUE } from './laboratory.ts'
import type { CeleryWorker, WorkerOptions } from './workers.ts'

/** A loss is found out in some looks, ten seconds apart. */
const NOTICED_MS = 75_000

type Start = (options: Omit<WorkerOptions, 'environment'>) => Promise<CeleryWorker>

/** Workers that are killed with what they run, all at the same time: what is lost is tried again, and nothing else is. */
export async function tryKilled(checks: Checks, lab: Laboratory, start: Start, prefork: CeleryWorker): Promise<void> {
  const solo = await start({ pool: 'solo', queue: SOLO_QUEUE })
  const windows = await start({ pool: 'solo', queue: WINDOWS_QUEUE, likeWindows: true })
  for (const { name } of [solo, windows]) await lab.until(`${name} is known`, () => lab.knows(name))
  const [again, once, redelivered, gone] = (await lab.tasks(
    { name: 'lab.tests.while', max_attempts: 2, backoff_seconds: 1 },
    { name: 'lab.tests.while', max_attempts: 1 },
    { name: 'lab.tests.while', labels: ['solo'], max_attempts: 2, backoff_seconds: 1 },
    { name: 'lab.tests.while', labels: ['windows'], max_attempts: 2, backoff_seconds: 1 },
  )) as [string, string, string, string]
  await lab.until('all of them run', async () => await lab.haveRun([again, once, redelivered, gone]))
  await lab.until('the start is heard', async () => (await lab.task(again)).attempts[0]?.started_at != null)
  await Promise.all([prefork, solo, windows].map((worker) => worker.end('SIGKILL')))
  const outcomes = ({ attempts }: SeenTask) => attempts.map(({ outcome }) => outcome).reverse()
  await Promise.all([
    checks.that(
      'A whole worker is killed, and one of its name begun: a task is tried again or has failed',
      async () => {
        await start({ pool: 'prefork', name: prefork.name })
        const [second, only] = await Promise.all([again, once].map((key) => lab.ended(key, NOTICED_MS)))
        assert.deepEqual([second!.status, outcomes(second!)], ['Complete', ['lost', 'succeeded']])
        assert.deepEqual([only!.status, outcomes(only!)], ['Errored', ['lost']])
        assert.equal(only!.attempts[0]?.error_type, 'WorkerLost')
      },
    ),
    checks.that('A solo worker is killed: the broker gives what it ran to the next one', async () => {
      await start({ pool: 'solo', name: solo.name, queue: SOLO_QUEUE })
      const task = await lab.ended(redelivered, NOTICED_MS)
      assert.deepEqual([task.status, outcomes(task)], ['Complete', ['succeeded']])
      assert.equal((await lab.ran()).filter((key) => key === redelivered).length, 2)
    }),
    checks.that(
      'A solo worker as on Windows is killed, and none comes: the attempt is lost, and the worker is',
      async () => {
        await lab.until(
          'it is lost',
          async () => (await lab.task(gone)).attempts.at(-1)?.outcome === 'lost',
          NOTICED_MS,
        )
        const { body } = await lab.call('GET', '/api/v1/jobs/broker')
        const seen = (body.workers as { name: string; lamp: string }[]).find(({ name }) => name === windows.name)
        assert.equal(seen?.lamp, 'gone')
        await start({ pool: 'solo', queue: WINDOWS_QUEUE, likeWindows: true })
        const task = await lab.ended(gone, NOTICED_MS)
        assert.deepEqual([task.status, outcomes(task)], ['Complete', ['lost', 'succeeded']])
      },
    ),
  ])
}
