import { Task } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StatementCount, sql } from '../../src/database/index.ts'
import { cleanUpTasks } from '../../src/jobs/index.ts'
import { circleThrough } from '../../src/jobs/rules.ts'
import { readStatus } from '../../src/jobs/task-status.ts'
import { record } from '../../src/recording/index.ts'
import type { Key, NewRow, Recorder } from '../../src/records/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { recordingAs } from '../records/recording-as.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await demoDatabase()
})
afterAll(() => scratch.drop())

const recording = <T>(work: (recorder: Recorder) => Promise<T>) =>
  record(scratch.database, recordingAs(undefined), work)
const make = async (values: NewRow<typeof Task> = {}, parents: readonly Key[] = []): Promise<Key> =>
  (await recording((recorder) => recorder.create(Task, [values], [{ parents }])))[0]!.key
const setParents = (key: Key, parents: readonly Key[]) =>
  recording((recorder) => recorder.change(Task, [{ key, values: {}, links: { parents } }]))
const statusOf = async (key: Key) =>
  (await scratch.database.rows(sql`select status from jobs_task where id = ${key}`))[0]?.[0]

describe('a new task', () => {
  test('waits when nobody says how far it has come', async () => {
    expect(await statusOf(await make())).toBe('20')
  })

  test('has the status that it is given', async () => {
    expect(await statusOf(await make({ status: 25 }))).toBe('25')
  })
})

describe('tasks that wait for each other', () => {
  test.each<[string, string[], Record<string, string[]>, string[] | undefined]>([
    ['nobody', ['a'], {}, undefined],
    ['a line', ['a'], { a: ['b'], b: ['c'] }, undefined],
    ['two ways to one parent', ['a'], { a: ['b', 'c'], b: ['d'], c: ['d'] }, undefined],
    ['itself', ['a'], { a: ['a'] }, ['a', 'a']],
    ['its child', ['a'], { a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    ['its grandchild', ['a'], { a: ['x', 'b'], b: ['c'], c: ['a'] }, ['a', 'b', 'c', 'a']],
    ['a circle entered from outside', ['a', 'c'], { a: ['b'], b: ['c'], c: ['b'] }, ['b', 'c', 'b']],
    ['an old circle of others', ['a'], { a: ['b'], b: ['c'], c: ['b'] }, undefined],
  ])('%s', (_, tasks, parents, circle) =>
    expect(circleThrough(new Set(tasks), new Map(Object.entries(parents)))).toEqual(circle),
  )

  test('a task may wait for several others, and for others again later', async () => {
    const [first, second, third] = [await make(), await make(), await make()]
    const child = await make({}, [first, second])

    await setParents(child, [second, third])

    const rows = await scratch.database.rows(
      sql`select to_task_id from jobs_task_parents where from_task_id = ${child} order by 1`,
    )
    expect(rows.flat()).toEqual([second, third].sort())
  })

  test('a task cannot wait for what waits for it', async () => {
    const grandparent = await make()
    const parent = await make({}, [grandparent])
    const child = await make({}, [parent])

    await expect(setParents(grandparent, [child])).rejects.toMatchObject({
      kind: 'invalid',
      faults: { parents: [expect.stringContaining('cannot wait for itself')] },
    })
  })

  test('two who add one half of a circle each do not both succeed', async () => {
    const [one, other] = [await make(), await make()]

    const results = await Promise.allSettled([setParents(one, [other]), setParents(other, [one])])

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('cleaning up old tasks', () => {
  test.each([
    ['Waiting', { status: 20, inverted: false }],
    ['waiting', { status: 20, inverted: false }],
    ['60', { status: 60, inverted: false }],
    ['~complete', { status: 60, inverted: true }],
  ])('%s is read as a status', (text, choice) => expect(readStatus(text)).toEqual(choice))

  test.each(['done', '10', '~', ''])('"%s" is no status', (text) =>
    expect(() => readStatus(text)).toThrow('There is no task status'),
  )

  /** A task that was last changed at a time. */
  async function changedAt(datetime: string, values: NewRow<typeof Task> = {}): Promise<Key> {
    const key = await make(values)
    await scratch.database.execute(sql`update jobs_task set datetime = ${datetime} where id = ${key}`)
    return key
  }
  const there = async (...keys: readonly Key[]) =>
    Promise.all(keys.map(async (key) => (await statusOf(key)) !== undefined))

  test('takes those of the day and before it, and leaves younger ones', async () => {
    const [old, late, young] = [
      await changedAt('2001-01-01 09:00:00'),
      await changedAt('2001-01-31 23:59:59.999999'),
      await changedAt('2001-02-01 00:00:00'),
    ]

    const removed = await recording((recorder) => cleanUpTasks(recorder, { before: '2001-01-31' }))

    expect(removed).toBe(2)
    expect(await there(old, late, young)).toEqual([false, false, true])
  })

  test('takes those of a status, or those of all others', async () => {
    const [complete, held] = [
      await changedAt('2002-01-01 09:00:00', { status: 60 }),
      await changedAt('2002-01-01 09:00:00', { status: 25 }),
    ]
    await recording((recorder) => cleanUpTasks(recorder, { before: '2002-01-31', status: '~held' }))
    expect(await there(complete, held)).toEqual([false, true])

    await recording((recorder) => cleanUpTasks(recorder, { before: '2002-01-31', status: 'Held' }))
    expect(await there(held)).toEqual([false])
  })

  test('takes the oldest first, as many as it may, with their links to others', async () => {
    const [younger, older] = [await changedAt('2003-01-02 09:00:00'), await changedAt('2003-01-01 09:00:00')]
    const child = await make({}, [older])

    await recording((recorder) => cleanUpTasks(recorder, { before: '2003-01-31', limit: 1 }))

    expect(await there(younger, older, child)).toEqual([true, false, true])
    await recording((recorder) => recorder.remove(Task, [younger]))
  })

  test('a dry run only counts', async () => {
    const old = await changedAt('2004-01-01 09:00:00')

    expect(await recording((recorder) => cleanUpTasks(recorder, { before: '2004-01-31', dry: true }))).toBe(1)
    expect(await there(old)).toEqual([true])
    await recording((recorder) => recorder.remove(Task, [old]))
  })

  test('may be kept to tasks of sessions that were signed off', async () => {
    const sessions = await scratch.database.rows(sql`select id from actions_session order by id limit 2`)
    const [signed, open] = [sessions[0]![0]!, sessions[1]![0]!]
    await scratch.database.execute(sql`
      update actions_session set json = ${'{"sign_off_checklist": {"sign_off_date": "2005-01-02"}}'}::jsonb where id = ${signed}`)
    const [ofSigned, ofOpen, ofNone] = [
      await changedAt('2000-01-01 09:00:00', { session_id: signed }),
      await changedAt('2000-01-01 09:00:00', { session_id: open }),
      await changedAt('2000-01-01 09:00:00'),
    ]

    await recording((recorder) => cleanUpTasks(recorder, { before: '2000-01-31', signedOff: true }))

    expect(await there(ofSigned, ofOpen, ofNone)).toEqual([false, true, true])
  })
})

test('many new tasks cost as many statements as one', async () => {
  const statements = async (many: number) => {
    const count: StatementCount = { statements: 0, milliseconds: 0 }
    await record(scratch.database.counted(count), recordingAs(undefined), (recorder) =>
      recorder.create(
        Task,
        Array.from({ length: many }, (_, at) => ({ name: `step ${at}` })),
      ),
    )
    return count.statements
  }

  expect(await statements(20)).toBe(await statements(1))
})
