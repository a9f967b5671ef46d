import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { tellFailures } from '../../src/domains/actions/index.ts'
import { addFailureRule, failureRules, removeFailureRule } from '../../src/jobs/index.ts'
import { type QueueLaboratory, queueLaboratory } from './queue-laboratory.ts'

let lab: QueueLaboratory
beforeAll(async () => {
  lab = await queueLaboratory()
})
afterAll(() => lab.scratch.drop())
beforeEach(async () => {
  await lab.empty()
  await database().script(
    'delete from alyx.failure_rule; delete from alyx.failure_notice; delete from actions_notification_users; delete from actions_notification',
  )
})

const database = () => lab.scratch.database
const tell = () => lab.recording(tellFailures)
/** As if the last message was long ago. */
const anHourLater = () => database().execute(sql`update alyx.failure_notice set told_at = told_at - interval '2 hours'`)
const messages = () =>
  database().objects<{ username: string; title: string; message: string }>(sql`
    select u.username, n.title, n.message from actions_notification n
      join actions_notification_users r on r.notification_id = n.id join misc_labmember u on u.id = r.labmember_id order by n.send_at, u.username`)

async function fail(ref: string, how: { errorType?: string; graph?: string } = {}, actor = lab.actor): Promise<string> {
  const tasks = await lab.graph({ [ref]: { values: { graph: how.graph ?? 'ephys' } } }, actor)
  const [claimed] = await lab.claim(await lab.worker(), { limit: 1 })
  await lab.finish(claimed!.attempt, {
    outcome: 'failed',
    errorType: how.errorType ?? 'ValueError',
    errorMessage: 'no spikes\nat line 3',
  })
  return tasks.get(ref)!
}

describe('whoever asked for a task', () => {
  test('hears in one message what failed for good, and nothing twice', async () => {
    await fail('sort')
    await fail('sort')
    await fail('filter', { errorType: 'MemoryError' })

    expect(await tell()).toBe(1)
    expect(await messages()).toEqual([
      {
        username: 'runner',
        title: '3 tasks failed',
        message:
          '3 tasks failed\n\n1 x ephys / filter: MemoryError - no spikes\n2 x ephys / sort: ValueError - no spikes',
      },
    ])
    await anHourLater()
    expect(await tell()).toBe(0)
  })

  test('hears at most once an hour, and then of everything since', async () => {
    await fail('sort')
    await tell()
    await fail('filter')

    expect(await tell()).toBe(0)
    await anHourLater()
    expect(await tell()).toBe(1)
    expect((await messages()).map(({ title }) => title)).toEqual(['1 task failed', '1 task failed'])
  })

  test('hears when a failure was overcome, and when the task fails again', async () => {
    const task = await fail('sort')
    await tell()
    await anHourLater()
    await lab.act('retry', task)
    const [again] = await lab.claim(await lab.worker())
    await lab.finish(again!.attempt)

    await tell()

    expect((await messages()).at(-1)).toMatchObject({
      title: '1 task recovered',
      message: expect.stringContaining('1 x ephys / sort'),
    })
    await lab.act('reset', task)
    const [third] = await lab.claim(await lab.worker())
    await lab.finish(third!.attempt, { outcome: 'failed' })
    await anHourLater()
    await tell()
    expect((await messages()).at(-1)).toMatchObject({ title: '1 task failed' })
  })

  test('is not told of what is tried again', async () => {
    await lab.graph({ one: {} })
    const [claimed] = await lab.claim(await lab.worker())
    await lab.finish(claimed!.attempt, { outcome: 'failed', transient: true })

    expect(await tell()).toBe(0)
  })
})

describe('whoever has a rule', () => {
  test('hears of what it fits, until it is taken away', async () => {
    const { id: rule } = await addFailureRule(database(), lab.other, { graph: 'video', step: 'track' })
    await fail('track_pupil', { graph: 'video' })
    await fail('compress', { graph: 'video' })
    await fail('track_pupil', { graph: 'ephys' })

    await tell()

    expect((await messages()).filter(({ username }) => username === 'walker')).toMatchObject([
      { title: '1 task failed' },
    ])
    expect(await failureRules(database(), lab.other)).toMatchObject([
      { id: rule, graph: 'video', step: 'track', lab: null },
    ])
    await expect(removeFailureRule(database(), lab.actor, rule)).rejects.toMatchObject({ kind: 'missing' })
    await removeFailureRule(database(), lab.other, rule)
    expect(await failureRules(database(), lab.other)).toEqual([])
  })
})
