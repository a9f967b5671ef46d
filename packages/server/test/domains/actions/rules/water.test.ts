import { Cull, Subject, Surgery, WaterAdministration, WaterRestriction, WaterType, Weighing } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { protocolNumber } from '../../../../src/domains/actions/rules/protocol-number.ts'
import { referenceWeightFrom, withinReferenceDays } from '../../../../src/domains/actions/rules/reference-weight.ts'
import {
  refuseWaterAfterDeath,
  waterTitle,
  waterTypeOf,
} from '../../../../src/domains/actions/rules/water-administration.ts'
import { endedByDeath } from '../../../../src/domains/actions/rules/water-restriction.ts'
import { weighingTitle } from '../../../../src/domains/actions/rules/weighing.ts'
import { ActionRecords } from './action-records.ts'

let lab: ActionRecords
beforeAll(async () => {
  lab = await ActionRecords.open()
})
afterAll(() => lab.scratch.drop())

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
/** A moment so many days before the present, as the server's clock (UTC here) shows it. */
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MILLISECONDS).toISOString().slice(0, 19)
const dayAgo = (days: number): string => daysAgo(days).slice(0, 10)

const typeNamed = async (name: string): Promise<string> =>
  (await lab.scratch.database.rows(sql`select id from actions_watertype where name = ${name}`))[0]![0]!

describe('a weighing', () => {
  test('without time is of now', async () => {
    const subject_id = await lab.subject()

    const [key] = await lab.make(Weighing, { subject_id, weight: 21.5, date_time: null })

    const { date_time } = (await lab.read(Weighing, key!))!
    expect(Date.now() - Date.parse(date_time!.replace('+00', 'Z'))).toBeLessThan(60_000)
  })

  test('keeps its time when somebody tries to take it away', async () => {
    const [key] = await lab.make(Weighing, { subject_id: await lab.subject(), weight: 21.5 })

    await expect(lab.change(Weighing, key!, { date_time: null })).rejects.toMatchObject({
      faults: { date_time: ['This field may not be null.'] },
    })
  })
})

describe("Django's log", () => {
  const logged = (key: string) =>
    lab.scratch.database.objects(sql`
      select l.object_repr, l.action_flag, l.change_message, l.user_id, t.app_label, t.model
        from django_admin_log l join django_content_type t on t.id = l.content_type_id where l.object_id = ${key}`)

  test('says who added weighings and water through the contract', async () => {
    const subject_id = await lab.subject({ nickname: 'logged' })

    const [weighing, water] = await lab.recording(
      async (recorder) => [
        ...(await recorder.create(Weighing, [{ subject_id, weight: 21.456 }])),
        ...(await recorder.create(WaterAdministration, [{ subject_id, water_administered: 1.2 }])),
      ],
      { source: 'contract' },
    )

    const common = { action_flag: 1, change_message: '[{"added": {}}]', user_id: lab.person, app_label: 'actions' }
    expect(await logged(weighing!.key)).toEqual([
      { ...common, model: 'weighing', object_repr: 'Weighing 21.46 g for logged' },
    ])
    expect(await logged(water!.key)).toEqual([
      { ...common, model: 'wateradministration', object_repr: 'Water 1.20g for logged' },
    ])
  })

  test('says nothing of other doors, and nothing of changes', async () => {
    const [key] = await lab.make(Weighing, { subject_id: await lab.subject(), weight: 21 })
    await lab.recording((recorder) => recorder.change(Weighing, [{ key: key!, values: { weight: 22 } }]), {
      source: 'contract',
    })

    expect(await logged(key!)).toEqual([])
  })

  test.each([
    [21.5, 'Weighing 21.50 g for '],
    [0, 'Weighing 0.00 g for '],
  ])('%d g: %s', (grams, title) => expect(weighingTitle(grams)).toBe(title))

  test.each([
    [1.2, 'Water 1.20g for '],
    [0, 'Water adlib for '],
    [null, 'Water adlib for '],
  ])('%d mL: %s', (millilitres, title) => expect(waterTitle(millilitres)).toBe(title))
})

describe('the type of water that nobody named', () => {
  const plain = { after_death: false, has_restriction: false, restriction_type: null, plain_water: 'water' }
  test.each([
    ['that of the latest restriction', { ...plain, has_restriction: true, restriction_type: 'sucrose' }, 'sucrose'],
    ['none when that restriction names none', { ...plain, has_restriction: true }, null],
    ['plain water without any restriction', plain, 'water'],
  ])('is %s', (_, facts, type) => expect(waterTypeOf(facts)).toBe(type))

  test('must be named where no type is called Water', () => {
    expect(() => waterTypeOf({ ...plain, plain_water: null })).toThrow('name the type')
  })

  test('is found for each of several at once', async () => {
    const [restricted, free] = [await lab.subject(), await lab.subject()]
    const [sucrose, citric] = await lab.make(WaterType, { name: 'Test sucrose' }, { name: 'Test citric acid' })
    await lab.make(
      WaterRestriction,
      { subject_id: restricted, start_time: daysAgo(9), reference_weight: 25, water_type_id: citric },
      { subject_id: restricted, start_time: daysAgo(2), reference_weight: 25, water_type_id: sucrose },
    )

    const keys = await lab.make(
      WaterAdministration,
      { subject_id: restricted },
      { subject_id: free },
      { subject_id: restricted, water_type_id: citric },
    )

    const types = await Promise.all(keys.map(async (key) => (await lab.read(WaterAdministration, key))!.water_type_id))
    expect(types).toEqual([sucrose, await typeNamed('Water'), citric])
  })
})

describe('water after death', () => {
  test.each([true, false])('on a later day: %s', (after_death) => {
    const judge = () => refuseWaterAfterDeath({ after_death })

    if (after_death) expect(judge).toThrow('Water administration date after death date')
    else expect(judge).not.toThrow()
  })

  test('is refused from the day after on, in the words that rigs know', async () => {
    const subject_id = await lab.subject({ death_date: '2026-01-10' })
    const water = (date_time: string) => lab.make(WaterAdministration, { subject_id, water_administered: 1, date_time })

    await expect(water('2026-01-10T23:59:59')).resolves.toHaveLength(1)
    await expect(water('2026-01-11T00:00:00')).rejects.toMatchObject({
      kind: 'invalid',
      faults: { '': ['Water administration date after death date'] },
    })
  })
})

describe('the reference weight of a restriction', () => {
  test.each([
    ['2026-03-01T09:00:00', '2026-03-08T08:59:59.999999', true],
    ['2026-03-01T09:00:00', '2026-03-08T09:00:00', false],
    ['2026-03-08T08:59:59', '2026-03-01T09:00:00', true],
  ])('%s and %s are less than seven days apart: %s', (one, other, near) =>
    expect(withinReferenceDays(one, other)).toBe(near),
  )

  test.each([
    ['of an animal that was never weighed is unknown', undefined, 0],
    ['is that of the last weighing', { date_time: '2026-03-01T09:00:00', weight: 25.5 }, 25.5],
    ['is not that of an old weighing', { date_time: '2026-02-01T09:00:00', weight: 25.5 }, undefined],
  ])('%s', (_, last, grams) => expect(referenceWeightFrom(last, '2026-03-02T09:00:00')).toBe(grams))

  test('is filled in when nobody wrote it down, also from later on the same day', async () => {
    const subject_id = await lab.subject()
    await lab.make(
      Weighing,
      { subject_id, weight: 24, date_time: '2026-03-01T09:00:00' },
      { subject_id, weight: 23.5, date_time: '2026-03-02T18:00:00' },
      { subject_id, weight: 22, date_time: '2026-03-03T09:00:00' },
    )

    const [filled, written] = await lab.make(
      WaterRestriction,
      { subject_id, start_time: '2026-03-02T09:00:00' },
      { subject_id, start_time: '2026-03-02T10:00:00', reference_weight: 26 },
    )

    expect((await lab.read(WaterRestriction, filled!))!.reference_weight).toBe(23.5)
    expect((await lab.read(WaterRestriction, written!))!.reference_weight).toBe(26)
  })

  test('must be given when the last weighing is old; nothing is recorded then', async () => {
    const subject_id = await lab.subject()
    await lab.make(Weighing, { subject_id, weight: 24, date_time: '2026-03-01T09:00:00' })

    const restriction = lab.make(WaterRestriction, { subject_id, start_time: '2026-03-09T09:00:00' })

    await expect(restriction).rejects.toMatchObject({
      faults: { reference_weight: [expect.stringContaining('Weigh the animal first')] },
    })
    expect((await lab.read(Subject, subject_id))!.protocol_number).toBe('1')
  })

  test('that was never known does not keep a restriction from ending', async () => {
    const subject_id = await lab.subject()
    const [key] = await lab.make(WaterRestriction, { subject_id, start_time: '2026-03-09T09:00:00' })
    await lab.make(Weighing, { subject_id, weight: 24, date_time: '2026-02-01T09:00:00' })

    await lab.change(WaterRestriction, key!, { end_time: '2026-03-10T09:00:00' })

    const ended = (await lab.read(WaterRestriction, key!))!
    expect(ended).toMatchObject({ reference_weight: 0, end_time: '2026-03-10 09:00:00+00' })
  })
})

describe('all that happened to a restriction is that it ended with its animal', () => {
  type SavedRestriction = Parameters<typeof endedByDeath>[0]
  test.each([
    ['at the first moment of the day of death', null, '2026-02-01T00:00:00', ['end_time'], '2026-02-01', true],
    ['in the form of the database', null, '2026-02-01 00:00:00+00', ['end_time'], '2026-02-01', true],
    ['later that day', null, '2026-02-01T17:00:00', ['end_time'], '2026-02-01', false],
    ['of an animal that lives', null, '2026-02-01T00:00:00', ['end_time'], null, false],
    ['with another weight', null, '2026-02-01T00:00:00', ['end_time', 'reference_weight'], '2026-02-01', false],
    ['that had ended', '2026-01-30 09:00:00+00', '2026-02-01T00:00:00', ['end_time'], '2026-02-01', false],
    ['that goes on', null, null, ['narrative'], '2026-02-01', false],
  ] as const)('%s', (_, before, after, changed, death, so) => {
    const saved = { before: { end_time: before }, after: { end_time: after }, changed: new Set<string>(changed) }

    expect(endedByDeath(saved as unknown as SavedRestriction, death, 'UTC')).toBe(so)
  })
})

describe('the protocol number', () => {
  test.each([
    [true, true, '3'],
    [true, false, '3'],
    [false, true, '2'],
    [false, false, '1'],
  ])('restricted %s, operated %s: %s', (restricted, operated, number) =>
    expect(protocolNumber(restricted, operated)).toBe(number),
  )

  const numberOf = async (subject: string) => (await lab.read(Subject, subject))!.protocol_number

  test('follows restrictions and surgeries, and their removal', async () => {
    const subject_id = await lab.subject({ protocol_number: '4' })
    const [surgery] = await lab.make(Surgery, { subject_id, implant_weight: 1 })
    expect(await numberOf(subject_id)).toBe('2')

    const [restriction] = await lab.make(WaterRestriction, { subject_id, start_time: daysAgo(1), reference_weight: 25 })
    expect(await numberOf(subject_id)).toBe('3')

    await lab.change(WaterRestriction, restriction!, { end_time: daysAgo(0.01) })
    expect(await numberOf(subject_id)).toBe('2')

    await lab.change(WaterRestriction, restriction!, { end_time: null })
    expect(await numberOf(subject_id)).toBe('3')

    await lab.remove(WaterRestriction, restriction!)
    expect(await numberOf(subject_id)).toBe('2')

    await lab.remove(Surgery, surgery!)
    expect(await numberOf(subject_id)).toBe('1')
  })

  test('is put right for both animals when a restriction or surgery was on the wrong one', async () => {
    const [wrong, right] = [await lab.subject(), await lab.subject()]
    const [restriction] = await lab.make(WaterRestriction, {
      subject_id: wrong,
      start_time: daysAgo(1),
      reference_weight: 25,
    })
    const [surgery] = await lab.make(Surgery, { subject_id: right, implant_weight: 1 })

    await lab.change(WaterRestriction, restriction!, { subject_id: right })
    await lab.change(Surgery, surgery!, { subject_id: wrong })

    expect(await numberOf(right)).toBe('3')
    expect(await numberOf(wrong)).toBe('2')
  })

  test('of an animal stays what it died under', async () => {
    const subject_id = await lab.subject()
    await lab.make(WaterRestriction, { subject_id, start_time: daysAgo(9), reference_weight: 25 })

    await lab.make(Cull, { subject_id, date: dayAgo(1) })

    expect(await numberOf(subject_id)).toBe('3')
  })
})

test('a page of restrictions costs as many statements as one', async () => {
  const subjects = await Promise.all(Array.from({ length: 12 }, () => lab.subject()))
  const restrict = (some: readonly string[]) =>
    lab.statements((recorder) =>
      recorder.create(
        WaterRestriction,
        some.map((subject_id) => ({ subject_id, start_time: daysAgo(1) })),
      ),
    )

  const [one, many] = [await restrict(subjects.slice(0, 1)), await restrict(subjects.slice(1))]

  expect(many).toBe(one)
})
