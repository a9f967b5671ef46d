import { Cull, Subject, WaterAdministration, WaterRestriction, Weighing } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import { cullSubjects, endRestriction, startRestriction, waterChecks } from '../../../src/domains/actions/index.ts'
import type { Key } from '../../../src/records/index.ts'
import { ActionRecords } from './rules/action-records.ts'

let lab: ActionRecords
beforeAll(async () => {
  lab = await ActionRecords.open()
})
afterAll(() => lab.scratch.drop())

const subjects = (count: number): Promise<Key[]> => Promise.all(Array.from({ length: count }, () => lab.subject()))
const NOBODY = '00000000-0000-4000-8000-000000000000'

describe('culling a group of animals', () => {
  test('records a cull, the severity and the day of each', async () => {
    const keys = await subjects(3)

    const culls = await lab.recording((recorder) =>
      cullSubjects(recorder, keys, { date: '2026-03-01', actual_severity: 2, description: 'End of the experiment.' }),
    )

    expect(culls).toHaveLength(3)
    for (const { after } of culls)
      expect(after).toMatchObject({ date: '2026-03-01', user_id: lab.person, description: 'End of the experiment.' })
    for (const key of keys)
      expect(await lab.read(Subject, key)).toMatchObject({ death_date: '2026-03-01', actual_severity: 2 })
  })

  test('is refused as a whole when nobody says what one of them suffered', async () => {
    const [judged, unjudged] = [await lab.subject({ actual_severity: 1 }), await lab.subject({ nickname: 'unjudged' })]

    await expect(lab.recording((recorder) => cullSubjects(recorder, [judged, unjudged]))).rejects.toMatchObject({
      faults: { actual_severity: ['Actual severity field must not be null when adding a cull (unjudged).'] },
    })
    expect((await lab.read(Subject, judged))!.death_date).toBeNull()
  })

  test('is refused for an animal that was culled before, or that does not exist', async () => {
    const key = await lab.subject({ actual_severity: 1 })
    await lab.make(Cull, { subject_id: key, date: '2026-03-01' })

    await expect(lab.recording((recorder) => cullSubjects(recorder, [key]))).rejects.toMatchObject({
      faults: { subject: ['cull with this subject already exists.'] },
    })
    await expect(lab.recording((recorder) => cullSubjects(recorder, [NOBODY]))).rejects.toMatchObject({
      kind: 'missing',
    })
  })

  test('costs as many statements for ten as for one', async () => {
    const keys = await subjects(10)
    const cull = (some: readonly Key[]) =>
      lab.statements((recorder) => cullSubjects(recorder, some, { actual_severity: 1 }))

    const [one, nine] = [await cull(keys.slice(0, 1)), await cull(keys.slice(1))]

    expect(nine).toBe(one)
  })
})

describe('restricting the water of a group of animals', () => {
  test('begins with the last weighing and the type called Water, and is noted for whoever does it', async () => {
    const [key] = await subjects(1)
    await lab.make(Weighing, { subject_id: key!, weight: 24.5 })

    const [restriction] = await lab.recording((recorder) => startRestriction(recorder, [key!]))

    expect(restriction!.after).toMatchObject({ reference_weight: 24.5, end_time: null })
    const [[type, user] = []] = await lab.scratch.database.rows(sql`
      select t.name, u.labmember_id from actions_waterrestriction r join actions_watertype t on t.id = r.water_type_id
        join actions_waterrestriction_users u on u.waterrestriction_id = r.id where r.id = ${restriction!.key}`)
    expect([type, user]).toEqual(['Water', lab.person])
  })

  test('ends for all of them at once', async () => {
    const keys = await subjects(3)
    await lab.recording((recorder) => startRestriction(recorder, keys, { start_time: '2026-01-05T09:00:00' }))

    await lab.recording((recorder) => endRestriction(recorder, keys, '2026-01-09T09:00:00'))

    const ends = await lab.scratch.database.rows(
      sql`select distinct end_time from actions_waterrestriction where subject_id = any(${keys}::uuid[])`,
    )
    expect(ends).toEqual([['2026-01-09 09:00:00+00']])
    for (const key of keys) expect((await lab.read(Subject, key))!.protocol_number).toBe('1')
  })

  test('is refused for the dead and for those on restriction already', async () => {
    const [dead, restricted] = [
      await lab.subject({ nickname: 'dead', death_date: '2026-01-01' }),
      await lab.subject({ nickname: 'thirsty' }),
    ]
    await lab.recording((recorder) => startRestriction(recorder, [restricted]))
    const start = (key: Key) => lab.recording((recorder) => startRestriction(recorder, [key]))

    await expect(start(dead)).rejects.toMatchObject({ faults: { subject: [expect.stringContaining(': dead.')] } })
    await expect(start(restricted)).rejects.toMatchObject({
      faults: { subject: ['On water restriction already: thirsty.'] },
    })
  })

  test('of two people who begin it together one is told', async () => {
    const [key] = await subjects(1)
    const start = () => lab.recording((recorder) => startRestriction(recorder, [key!]))

    const outcomes = await Promise.allSettled([start(), start(), start()])

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('cannot end before it began, nor where there is none', async () => {
    const [restricted, free] = [await lab.subject({ nickname: 'early' }), await lab.subject({ nickname: 'free' })]
    await lab.recording((recorder) => startRestriction(recorder, [restricted], { start_time: '2026-01-05T09:00:00' }))
    const end = (key: Key) => lab.recording((recorder) => endRestriction(recorder, [key], '2026-01-05T08:00:00'))

    await expect(end(restricted)).rejects.toMatchObject({
      faults: { end_time: ['The restriction began later: early.'] },
    })
    await expect(end(free)).rejects.toMatchObject({ faults: { subject: ['Not on water restriction: free.'] } })
  })
})

describe('what has to be done for animals on restriction', () => {
  const NOW = new Date('2026-03-02T15:00:00Z')
  const checkOf = async (subject: Key) =>
    (await waterChecks(lab.scratch.database, NOW)).find((check) => check.subject === subject)

  /** An animal of 25 g, restricted since that time and weighed a week ago. */
  async function restricted(start_time: string, reference_weight = 25): Promise<Key> {
    const subject_id = await lab.subject()
    await lab.make(Weighing, { subject_id, weight: 25, date_time: '2026-02-24T09:00:00' })
    await lab.make(WaterRestriction, { subject_id, start_time, reference_weight })
    return subject_id
  }

  test('water and a weighing, a day after the last water', async () => {
    const subject_id = await restricted('2026-02-25T09:00:00')
    await lab.make(WaterAdministration, { subject_id, water_administered: 1, date_time: '2026-03-01T15:30:00' })

    const check = (await checkOf(subject_id))!

    expect(check).toMatchObject({
      remaining_water: 1,
      last_water: { date_time: '2026-03-01T15:30:00', millilitres: 1 },
      hours_without_water: 23.5,
      water_due: true,
      weighing_missing: true,
      responsible_user: lab.person,
      day: '2026-03-02',
    })
  })

  test.each([
    ['2026-03-01T16:00:05', true],
    ['2026-03-01T16:00:15', false],
  ])('water after 23 hours, give or take ten seconds: last at %s, due %s', async (date_time, due) => {
    const subject_id = await restricted('2026-02-25T09:00:00')
    await lab.make(WaterAdministration, { subject_id, water_administered: 1, date_time })

    expect((await checkOf(subject_id))!.water_due).toBe(due)
  })

  test('nothing once it had its water and its weighing', async () => {
    const subject_id = await restricted('2026-02-25T09:00:00')
    await lab.make(WaterAdministration, { subject_id, water_administered: 1.5, date_time: '2026-03-02T10:00:00' })
    await lab.make(Weighing, { subject_id, weight: 24, date_time: '2026-03-02T10:00:00' })

    expect(await checkOf(subject_id)).toMatchObject({ water_due: false, weighing_missing: false })
  })

  test('nothing on the first day, whose reference weight is its weighing', async () => {
    expect(await checkOf(await restricted('2026-03-02T09:00:00'))).toMatchObject({
      water_due: false,
      weighing_missing: false,
      last_water: null,
    })
  })

  test('water also for an animal that never had any', async () => {
    expect(await checkOf(await restricted('2026-02-28T15:00:00'))).toMatchObject({
      last_water: null,
      hours_without_water: 48,
      water_due: true,
    })
  })

  test('nothing for the dead', async () => {
    const subject = await restricted('2026-02-25T09:00:00')
    await lab.scratch.database.execute(sql`update subjects_subject set death_date = '2026-03-01' where id = ${subject}`)

    expect(await checkOf(subject)).toBeUndefined()
  })

  test('in the order of who answers for them', async () => {
    const people = (await waterChecks(lab.scratch.database, NOW)).map(({ username }) => username)

    expect(new Set(people).size).toBeGreaterThan(1)
    expect(people).toEqual(people.toSorted())
  })
})
