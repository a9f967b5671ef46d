import { Cull, Subject, Surgery, WaterRestriction } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { dayOf, noLongerToBeCulled, refuseDeathBeforeBirth } from '../../../../src/domains/actions/rules/death.ts'
import { deathInSurgery, severityAfterSurgery } from '../../../../src/domains/actions/rules/surgery.ts'
import { ActionRecords } from './action-records.ts'

let lab: ActionRecords
beforeAll(async () => {
  lab = await ActionRecords.open()
})
afterAll(() => lab.scratch.drop())

const START = '2026-01-05T09:00:00'
const cullOf = async (subject: string) =>
  (await lab.scratch.database.rows(sql`select date from actions_cull where subject_id = ${subject}`))[0]?.[0]

/** An animal on restriction that somebody means to cull. */
async function restricted() {
  const subject_id = await lab.subject({ to_be_culled: true })
  const [open, ended] = await lab.make(
    WaterRestriction,
    { subject_id, start_time: START, reference_weight: 25 },
    { subject_id, start_time: '2025-12-01T09:00:00', end_time: '2025-12-09T09:00:00', reference_weight: 25 },
  )
  return { subject_id, open: open!, ended: ended! }
}

describe('death comes through several doors and leaves the same behind', () => {
  const doors: Record<string, (subject: string) => Promise<unknown>> = {
    'a cull': (subject_id) => lab.make(Cull, { subject_id, date: '2026-02-01' }),
    'a date of death': (subject) => lab.change(Subject, subject, { death_date: '2026-02-01' }),
    'a surgery without awakening': (subject_id) =>
      lab.make(Surgery, { subject_id, outcome_type: 'n', end_time: '2026-02-01T17:00:00', implant_weight: 0 }),
  }
  test.each(Object.keys(doors))('%s', async (door) => {
    const { subject_id, open, ended } = await restricted()

    await doors[door]!(subject_id)

    expect(await lab.read(Subject, subject_id)).toMatchObject({ death_date: '2026-02-01', to_be_culled: false })
    expect((await lab.read(WaterRestriction, open))!.end_time).toBe('2026-02-01 00:00:00+00')
    expect((await lab.read(WaterRestriction, ended))!.end_time).toBe('2025-12-09 09:00:00+00')
  })

  test('the day of the cull and the day of death move together, and restrictions that ended stay', async () => {
    const { subject_id, open } = await restricted()
    const [cull] = await lab.make(Cull, { subject_id, date: '2026-02-01' })

    await lab.change(Cull, cull!, { date: '2026-02-03' })
    expect((await lab.read(Subject, subject_id))!.death_date).toBe('2026-02-03')

    await lab.change(Subject, subject_id, { death_date: '2026-02-04' })
    expect(await cullOf(subject_id)).toBe('2026-02-04')
    expect((await lab.read(WaterRestriction, open))!.end_time).toBe('2026-02-01 00:00:00+00')
  })

  test('a cull that is taken back gives the animal its life back', async () => {
    const subject_id = await lab.subject()
    const [cull] = await lab.make(Cull, { subject_id, date: '2026-02-01' })

    await lab.remove(Cull, cull!)

    expect((await lab.read(Subject, subject_id))!.death_date).toBeNull()
  })

  test('a date of death that is taken back takes the cull with it', async () => {
    const subject_id = await lab.subject()
    await lab.make(Cull, { subject_id, date: '2026-02-01' })

    await lab.change(Subject, subject_id, { death_date: null })

    expect(await cullOf(subject_id)).toBeUndefined()
  })

  test('a cull of the wrong animal is moved to the right one', async () => {
    const [wrong, right] = [await lab.subject(), await lab.subject()]
    const [cull] = await lab.make(Cull, { subject_id: wrong, date: '2026-02-01' })

    await lab.change(Cull, cull!, { subject_id: right })

    expect((await lab.read(Subject, wrong))!.death_date).toBeNull()
    expect((await lab.read(Subject, right))!.death_date).toBe('2026-02-01')
  })

  test('an animal that is removed takes its cull, restrictions and surgeries along', async () => {
    const { subject_id, open } = await restricted()
    await lab.make(Surgery, { subject_id, implant_weight: 0 })
    await lab.make(Cull, { subject_id, date: '2026-02-01' })

    await lab.remove(Subject, subject_id)

    expect(await lab.read(WaterRestriction, open)).toBeUndefined()
    expect(await cullOf(subject_id)).toBeUndefined()
  })

  test('many animals die in as many statements as one', async () => {
    const subjects = await Promise.all(Array.from({ length: 8 }, async () => (await restricted()).subject_id))
    const cull = (some: readonly string[]) =>
      lab.statements((recorder) =>
        recorder.create(
          Cull,
          some.map((subject_id) => ({ subject_id, date: '2026-02-01' })),
        ),
      )

    const [one, many] = [await cull(subjects.slice(0, 1)), await cull(subjects.slice(1))]

    expect(many).toBe(one)
  })
})

describe('judging a day of death', () => {
  test.each([
    ['2026-02-01', null],
    ['2026-02-01', '2026-02-01'],
    ['2026-02-01', '2025-12-31'],
  ])('%s is possible for an animal born on %s', (death, birth) =>
    expect(() => refuseDeathBeforeBirth(death, birth)).not.toThrow(),
  )

  test('before birth is refused', async () => {
    const subject_id = await lab.subject({ birth_date: '2026-02-02' })

    await expect(lab.make(Cull, { subject_id, date: '2026-02-01' })).rejects.toMatchObject({
      faults: { date: ['Cull date must be after birth date.'] },
    })
  })

  test.each([
    ['2026-02-01', '2026-02-01'],
    ['2026-2-1', '2026-02-01'],
  ])('%s is written %s', (text, day) => expect(dayOf('date', text)).toBe(day))

  test.each(['2026-02-30', 'yesterday'])('%s is no day', (text) => expect(() => dayOf('date', text)).toThrow(text))

  test.each([
    [null, '2026-02-01', true],
    ['2026-01-01', '2026-02-01', true],
    ['2026-02-01', '2026-02-01', false],
    ['2026-02-01', null, false],
  ])('from %s to %s the animal need not be culled any more: %s', (before, after, freed) => {
    const draft = { before: { death_date: before }, values: { death_date: after } }

    expect(noLongerToBeCulled(draft as Parameters<typeof noLongerToBeCulled>[0])).toBe(freed)
  })
})

describe('a surgery', () => {
  test.each([
    [null, null],
    [1, 1],
    [2, 3],
    [3, 3],
    [5, 5],
  ])('of an animal of severity %s makes it %s', (before, after) => expect(severityAfterSurgery(before)).toBe(after))

  test.each([
    ['a', '2026-02-01T17:00:00', '2026-02-01'],
    ['n', '2026-02-01 23:30:00+00', '2026-02-01'],
    ['n', '2026-02-01T23:30:00-02:00', '2026-02-02'],
    ['n', null, null],
    ['r', '2026-02-01T17:00:00', null],
    ['', '2026-02-01T17:00:00', null],
  ])('of outcome "%s" that ended %s was survived until %s', (outcome_type, end_time, death) =>
    expect(deathInSurgery({ outcome_type, end_time }, 'UTC')).toBe(death),
  )

  test('raises mild suffering and leaves a known day of death alone', async () => {
    const subject_id = await lab.subject({ actual_severity: 2, death_date: '2026-03-01' })

    await lab.make(Surgery, { subject_id, outcome_type: 'a', end_time: '2026-02-01T17:00:00', implant_weight: 0 })

    expect(await lab.read(Subject, subject_id)).toMatchObject({
      actual_severity: 3,
      death_date: '2026-03-01',
      protocol_number: '2',
    })
  })

  test('takes place in the room called Surgery Room, where there is one', async () => {
    const subject_id = await lab.subject()
    const [[room] = [null]] = await lab.scratch.database.rows(
      sql`select id from misc_lablocation where name = 'Surgery Room' order by id limit 1`,
    )

    const [key] = await lab.make(Surgery, { subject_id, implant_weight: 0 })

    expect((await lab.read(Surgery, key!))!.location_id).toBe(room)
  })
})
