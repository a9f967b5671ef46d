import { Session, Subject } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { placeOf } from '../../../../src/domains/actions/rules/concurrent-sessions.ts'
import { ruleBook } from '../../../../src/recording/index.ts'
import type { NewRow, Recorder } from '../../../../src/records/index.ts'
import { Refused } from '../../../../src/records/index.ts'
import { ActionRecords } from './action-records.ts'

let lab: ActionRecords
beforeAll(async () => {
  lab = await ActionRecords.open()
})
afterAll(() => lab.scratch.drop())

type NewSession = NewRow<typeof Session>

const sessionsOf = async (subject: string) =>
  (
    await lab.scratch.database.rows(
      sql`select id from actions_session where subject_id = ${subject} order by number, id`,
    )
  ).map(([id]) => id)

describe('a session', () => {
  test('takes place in the lab of its subject when none is named, and begins now when nobody says when', async () => {
    const subject_id = await lab.subject()

    const [key] = await lab.make(Session, { subject_id })

    const session = (await lab.read(Session, key!))!
    expect(session.lab_id).toBe((await lab.read(Subject, subject_id))!.lab_id)
    expect(session.start_time).not.toBeNull()
    expect(session).toMatchObject({ number: null, type: null, task_protocol: '', qc: 0 })
  })

  test('keeps the lab that is named, and gets one again when it loses it', async () => {
    const subject_id = await lab.subject()
    const [[other]] = (await lab.scratch.database.rows(sql`select id from misc_lab order by name desc limit 1`)) as [
      [string],
    ]

    const [key] = await lab.make(Session, { subject_id, lab_id: other })
    expect((await lab.read(Session, key!))!.lab_id).toBe(other)

    await lab.change(Session, key!, { lab_id: null })
    expect((await lab.read(Session, key!))!.lab_id).toBe((await lab.read(Subject, subject_id))!.lab_id)
  })

  test('may stay without time and number, as Alyx has it', async () => {
    const [key] = await lab.make(Session, { subject_id: await lab.subject(), start_time: null, number: null })

    expect(await lab.read(Session, key!)).toMatchObject({ start_time: null, number: null })
  })
})

describe('where a session stands', () => {
  const subject_id = 'mouse'
  test.each([
    [{ start_time: '2026-03-02T23:30:00', number: 1 }, 'UTC', 'mouse/2026-03-02/1'],
    [{ start_time: '2026-03-02 23:30:00.123456+00', number: 2 }, 'Europe/Paris', 'mouse/2026-03-03/2'],
    [{ start_time: '2026-03-02', number: 0 }, 'UTC', 'mouse/2026-03-02/0'],
    [{ start_time: '2026-03-02T23:30:00', number: null }, 'UTC', undefined],
    [{ start_time: null, number: 1 }, 'UTC', undefined],
  ])('%o on a server in %s: %s', (session, zone, place) =>
    expect(placeOf({ subject_id, ...session }, zone)).toBe(place),
  )
})

describe('a second session of the same subject, day and number', () => {
  const twin = (subject_id: string): NewSession => ({ subject_id, start_time: '2026-03-02T09:00:00', number: 1 })

  test('is recorded when it comes after the first', async () => {
    const subject_id = await lab.subject()

    for (const _ of [1, 2, 3]) await lab.make(Session, twin(subject_id))

    expect(await sessionsOf(subject_id)).toHaveLength(3)
  })

  test('is recorded when both come in one request, whose sender knows of both', async () => {
    const subject_id = await lab.subject()

    await lab.make(Session, twin(subject_id), twin(subject_id))

    expect(await sessionsOf(subject_id)).toHaveLength(2)
  })

  test('of many at the same moment one is recorded, and the others hear which', async () => {
    const subject_id = await lab.subject()

    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => lab.make(Session, twin(subject_id))))

    const [only, ...more] = await sessionsOf(subject_id)
    expect(more).toEqual([])
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
    expect(refusals).toHaveLength(9)
    for (const refusal of refusals)
      expect(refusal).toMatchObject({
        kind: 'conflict',
        details: { session: only },
        message: expect.stringContaining(only!),
      })
  })

  /** A first session that is recorded but not yet visible until `finish` is called. */
  async function unfinished(subject_id: string) {
    const recorded = Promise.withResolvers<void>()
    const end = Promise.withResolvers<'keep' | 'fail'>()
    const first = lab.recording(async (recorder: Recorder) => {
      await recorder.create(Session, [twin(subject_id)])
      recorded.resolve()
      if ((await end.promise) === 'fail') throw new Error('the rig was switched off')
    })
    await recorded.promise
    return {
      finish: async (how: 'keep' | 'fail') => {
        end.resolve(how)
        await first.catch(() => undefined)
      },
    }
  }

  /** Waits until somebody waits for a lock of sessions. */
  async function somebodyWaits(): Promise<void> {
    for (;;) {
      const waiting = await lab.scratch.database.rows(
        sql`select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
      )
      if (waiting.length > 0) return
    }
  }

  test('waits for the first, and is refused when that one is kept', async () => {
    const subject_id = await lab.subject()
    const first = await unfinished(subject_id)
    const second = lab.make(Session, twin(subject_id))
    second.catch(() => undefined)
    await somebodyWaits()

    await first.finish('keep')

    await expect(second).rejects.toBeInstanceOf(Refused)
    expect(await sessionsOf(subject_id)).toHaveLength(1)
  })

  test('waits and is refused also when the first comes through another server', async () => {
    const subject_id = await lab.subject()
    const first = await unfinished(subject_id)
    // Modules of their own, as in another process: they know of the first session by the lock alone.
    vi.resetModules()
    const { sessionRules } = await import('../../../../src/domains/actions/rules/session.ts')
    const book = { ...ruleBook, rules: [sessionRules] }
    const second = lab.recording((recorder) => recorder.create(Session, [twin(subject_id)]), { book })
    second.catch(() => undefined)
    await somebodyWaits()

    await first.finish('keep')

    const [only] = await sessionsOf(subject_id)
    await expect(second).rejects.toMatchObject({ kind: 'conflict', details: { session: only } })
  })

  test('waits for the first, and is recorded when that one fails', async () => {
    const subject_id = await lab.subject()
    await lab.make(Session, twin(subject_id))
    const first = await unfinished(subject_id)
    const second = lab.make(Session, twin(subject_id))
    second.catch(() => undefined)
    await somebodyWaits()

    await first.finish('fail')

    await expect(second).resolves.toHaveLength(1)
    expect(await sessionsOf(subject_id)).toHaveLength(2)
  })

  test('is refused when it arrived before the first was visible, though its turn came later', async () => {
    const subject_id = await lab.subject()
    const arrival = `${new Date(Date.now() - 5).toISOString().replace('T', ' ').slice(0, 23)}000+00`
    await lab.make(Session, twin(subject_id))

    const second = lab.recording((recorder) => recorder.create(Session, [twin(subject_id)]), { now: arrival })

    await expect(second).rejects.toMatchObject({ kind: 'conflict' })
  })

  test('is recorded at the same moment when its number, day or subject is another', async () => {
    const [subject_id, other] = [await lab.subject(), await lab.subject()]

    await Promise.all([
      lab.make(Session, twin(subject_id)),
      lab.make(Session, { ...twin(subject_id), number: 2 }),
      lab.make(Session, { ...twin(subject_id), start_time: '2026-03-03T09:00:00' }),
      lab.make(Session, { ...twin(subject_id), number: null }),
      lab.make(Session, { ...twin(subject_id), number: null }),
      lab.make(Session, twin(other)),
    ])

    expect(await sessionsOf(subject_id)).toHaveLength(5)
  })

  test('costs one statement more than a session without number', async () => {
    const subject_id = await lab.subject()
    const make = (session: NewSession) => lab.statements((recorder) => recorder.create(Session, [session]))

    const numbered = await make(twin(subject_id))

    expect(numbered - (await make({ subject_id }))).toBe(1)
  })
})
