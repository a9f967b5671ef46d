/**
 * Runs tasks on real workers of Celery over a broker of our own, and tries what goes wrong between them.
 *
 *   node e2e/services/celery/run.ts
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { sql } from '../../../packages/server/src/database/index.ts'
import { pythonWith } from '../../clients/python-environment.ts'
import { withEndings } from '../../running/endings.ts'
import { Checks } from '../checks.ts'
import { BROKER_PROGRAM, broker } from '../rabbitmq.ts'
import { tryKilled } from './killed.ts'
import { laboratory } from './laboratory.ts'
import { tryMany } from './many.ts'
import { tryLate, tryRestarts } from './restarts.ts'
import { tryUnreachable } from './unreachable.ts'
import { celeryWorker, type WorkerOptions } from './workers.ts'

const received = (task: string) =>
  sql`select bool_or(received_at is not null) from alyx.job_attempt where task_id = ${task}`

await withEndings(async () => {
  if (!existsSync(BROKER_PROGRAM)) {
    process.stdout.write('RabbitMQ is needed: apt-get install rabbitmq-server\n\n0 passed, 1 failed\n')
    return 1
  }
  const checks = new Checks()
  const python = process.env.ALYX_CELERY_PYTHON ?? (await pythonWith('celery', { packages: ['celery'], alone: [] }))
  const [lab, other, own] = [await laboratory(), await laboratory(), await broker()]
  const environment = { BROKER: own.url.replace(/^amqp/, 'pyamqp') }
  const start = (options: Omit<WorkerOptions, 'environment'>) =>
    celeryWorker(python, { ...options, environment: { ...environment, ...lab.environment } })
  checks.about('Brokers that are not what they should be, and workers of Celery')
  const waiting = await tryLate(checks, lab, own)
  const unreachable = tryUnreachable(checks, other, own)
  const prefork = await start({ pool: 'prefork' })
  await checks.that('What was wanted before there was a broker is done', async () => {
    assert.equal((await lab.ended(waiting)).status, 'Complete')
  })
  await checks.that('runs a step', async () => {
    const [key] = await lab.tasks({ name: 'lab.spikes.sort' })
    const task = await lab.ended(key!)
    assert.equal(task.status, 'Complete')
    assert.ok((await lab.ran()).includes(key!))
  })
  await checks.that('fails with words of any alphabet', async () => {
    const task = await lab.ended((await lab.tasks({ name: 'lab.tests.badly' }))[0]!)
    assert.equal(task.status, 'Errored')
    assert.equal(task.attempts[0]?.error_type, 'ValueError')
    assert.match(task.attempts[0]?.error_message ?? '', /pas de données: 神経 µV/)
  })
  await checks.that('a step that no worker knows is told clearly', async () => {
    const task = await lab.ended((await lab.tasks({ name: 'lab.nobody.knows' }))[0]!)
    assert.equal(task.attempts[0]?.error_type, 'NotRegistered')
    assert.match(
      task.attempts[0]?.error_message ?? '',
      /No worker that takes from this queue knows the step lab.nobody.knows/,
    )
  })
  await checks.that('a child that is killed is a lost worker, and the task is tried again', async () => {
    const [key] = await lab.tasks({ name: 'lab.tests.killed', max_attempts: 2, backoff_seconds: 1 })
    const task = await lab.ended(key!)
    assert.deepEqual(
      task.attempts.map((one) => [one.outcome, one.error_type]),
      [
        ['lost', 'WorkerLost'],
        ['lost', 'WorkerLost'],
      ],
    )
    assert.equal(task.status, 'Errored')
  })
  await checks.that('a running step tells how far it is, and ends when it is cancelled', async () => {
    const [key] = await lab.tasks({ name: 'lab.tests.slow' })
    await lab.until('progress', async () => ((await lab.task(key!)).attempts[0]?.progress ?? 0) > 0)
    await lab.call('POST', '/api/v1/jobs/actions', { action: 'cancel', tasks: [key] })
    const task = await lab.ended(key!)
    assert.equal(task.status, 'Abandoned')
  })
  await checks.that('what waits at its door and is revoked never runs', async () => {
    const keys = await lab.tasks(...[1, 2, 3].map(() => ({ name: 'lab.tests.slow' })))
    const running = async () => (await lab.ran()).filter((key) => keys.includes(key))
    await lab.until('two run', async () => (await running()).length === 2)
    const first = await running()
    const third = keys.find((key) => !first.includes(key))!
    await lab.until('the third has come', async () => (await lab.rows(received(third)))[0]?.[0] === 't')
    await lab.call('POST', '/api/v1/jobs/actions', { action: 'cancel', tasks: [third] })
    await lab.until('it is told so', async () =>
      /leave it out/.test((await lab.task(third)).attempts[0]?.message ?? ''),
    )
    await lab.call('POST', '/api/v1/jobs/actions', { action: 'cancel', tasks: first })
    for (const key of keys) assert.equal((await lab.ended(key)).status, 'Abandoned')
    assert.deepEqual(await running(), first)
  })
  await tryKilled(checks, lab, start, prefork)
  await unreachable
  await tryRestarts(checks, lab, own)
  await start({ pool: 'prefork', concurrency: 6 })
  await tryMany(checks, lab)
  await other.stop()
  await lab.stop()
  return checks.close()
})
