/**
 * Runs tasks on real workers of Celery over a broker of our own, and tries what goes wrong between them.
 *
 *   node e2e/services/celery/run.ts
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { pythonWith } from '../../clients/python-environment.ts'
import { withEndings } from '../../running/endings.ts'
import { Checks } from '../checks.ts'
import { BROKER_PROGRAM, broker } from './broker.ts'
import { laboratory } from './laboratory.ts'
import { celeryWorker } from './workers.ts'

await withEndings(async () => {
  if (!existsSync(BROKER_PROGRAM)) {
    process.stdout.write('RabbitMQ is needed: apt-get install rabbitmq-server\n\n0 passed, 1 failed\n')
    return 1
  }
  const checks = new Checks()
  const python = process.env.ALYX_CELERY_PYTHON ?? (await pythonWith('celery', { packages: ['celery'], alone: [] }))
  const [lab, own] = [await laboratory(), await broker()]
  await own.start()
  await lab.serve(own.url)
  const environment = { BROKER: own.url.replace(/^amqp/, 'pyamqp') }
  checks.about('A prefork worker')
  const prefork = await celeryWorker(python, { pool: 'prefork', environment: { ...environment, ...lab.environment } })
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
  await prefork.end()
  await lab.stop()
  return checks.close()
})
