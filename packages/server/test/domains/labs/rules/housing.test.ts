import { CageType, Food, Housing, HousingSubject, Lab, LabMembership } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { moveIntoHousing } from '../../../../src/domains/labs/index.ts'
import { isAnotherState } from '../../../../src/domains/labs/rules/housing.ts'
import { endedBy } from '../../../../src/domains/labs/rules/stay.ts'
import type { Key } from '../../../../src/records/index.ts'
import { LabRecords } from './lab-records.ts'

let lab: LabRecords
beforeAll(async () => {
  lab = await LabRecords.open()
})
afterAll(() => lab.scratch.drop())

const MARCH = '2026-03-01 09:00:00+00'
const APRIL = '2026-04-01 09:00:00+00'

const cage = async (cage_name: string) => (await lab.make(Housing, { cage_name, light_cycle: null }))[0]!
const staysOf = (subject: Key) =>
  lab.scratch.database.objects<{ housing_id: Key; start_datetime: string; end_datetime: string | null }>(sql`
    select housing_id, start_datetime, end_datetime from misc_housingsubject
     where subject_id = ${subject} order by start_datetime, end_datetime nulls last`)
const cagesCalled = (name: string) =>
  lab.scratch.database.objects<{ id: Key; light_cycle: number | null; name: string }>(
    sql`select id, light_cycle, name from misc_housing where cage_name = ${name}`,
  )

describe('an animal lives in one place', () => {
  const stay = (subject_id: string | null, end_datetime: string | null = null) => ({
    subject_id,
    start_datetime: MARCH,
    end_datetime,
  })
  test.each([
    { stays: [stay('a')], ended: {} },
    { stays: [stay('a'), stay('b')], ended: {} },
    { stays: [stay('a'), stay('b'), stay('a')], ended: { 0: 2 } },
    { stays: [stay('a'), stay('a'), stay('a')], ended: { 0: 2, 1: 2 } },
    { stays: [stay('a'), stay('a', APRIL)], ended: {} },
    { stays: [stay(null), stay(null)], ended: {} },
  ])('$stays: $ended', ({ stays, ended }) => {
    expect(Object.fromEntries(endedBy(stays))).toEqual(ended)
  })

  test('moving ends the stay before, at the moment of moving', async () => {
    const [animal] = await lab.homeless(1)
    const [first, second] = [await cage('A1'), await cage('A2')]
    await lab.recording((recorder) => moveIntoHousing(recorder, first, [animal!], MARCH))

    await lab.recording((recorder) => moveIntoHousing(recorder, second, [animal!], APRIL))

    expect((await staysOf(animal!)).slice(-2)).toEqual([
      { housing_id: first, start_datetime: MARCH, end_datetime: APRIL },
      { housing_id: second, start_datetime: APRIL, end_datetime: null },
    ])
  })

  test('a stay that is written down with its end, and a new word about an old one, end nothing', async () => {
    const [animal] = await lab.homeless(1)
    const housing = await cage('A3')
    const [stay] = await lab.recording((recorder) => moveIntoHousing(recorder, housing, [animal!], APRIL))

    const [past] = await lab.make(HousingSubject, {
      subject_id: animal!,
      housing_id: housing,
      start_datetime: MARCH,
      end_datetime: APRIL,
    })
    await lab.change(HousingSubject, past!, { name: 'with its sisters' })

    expect((await lab.read(HousingSubject, stay!))!.end_datetime).toBeNull()
  })

  test('no stay ends before it begins', async () => {
    const [animal] = await lab.homeless(1)
    const housing = await cage('A4')
    const [later] = await lab.recording((recorder) => moveIntoHousing(recorder, housing, [animal!], APRIL))

    await lab.recording((recorder) => moveIntoHousing(recorder, housing, [animal!], MARCH))

    expect((await lab.read(HousingSubject, later!))!.end_datetime).toBe(APRIL)
  })

  test('two who move one animal at the same time leave it in one place', async () => {
    const [animal] = await lab.homeless(1)
    const [first, second] = [await cage('A5'), await cage('A6')]

    await Promise.all(
      [first, second].map((housing) => lab.recording((recorder) => moveIntoHousing(recorder, housing, [animal!]))),
    )

    expect((await staysOf(animal!)).filter(({ end_datetime }) => end_datetime === null)).toHaveLength(1)
  })

  test('a room moves with as many statements as a cage', async () => {
    const housing = await cage('A7')
    const animals = await lab.homeless(40)
    const move = (ones: readonly Key[]) => lab.statements((recorder) => moveIntoHousing(recorder, housing, ones, APRIL))
    await lab.recording((recorder) => moveIntoHousing(recorder, housing, animals, MARCH))

    expect(await move(animals.slice(0, 1))).toBe(await move(animals.slice(1)))
  })
})

describe('a changed cage is a new housing', () => {
  const row = { cage_name: 'B', light_cycle: 0, food_id: null, name: '' } as never
  test.each([
    { before: undefined, change: { light_cycle: 1 }, another: false },
    { before: row, change: {}, another: false },
    { before: row, change: { name: 'spare', json: '{}' }, another: false },
    { before: row, change: { light_cycle: 1 }, another: true },
    { before: row, change: { light_cycle: null }, another: true },
    { before: row, change: { cage_name: 'C' }, another: true },
    { before: row, change: { food_id: 'f' }, another: true },
  ])('$change: $another', ({ before, change, another }) => {
    expect(isAnotherState(before, { ...(row as object), ...change } as never)).toBe(another)
  })

  test('its occupants move over, those of former times do not, and the old one stays as it was', async () => {
    const old = await cage('B1')
    const [animal, former] = await lab.homeless(2)
    await lab.recording((recorder) => moveIntoHousing(recorder, old, [animal!], MARCH))
    const [over] = await lab.make(HousingSubject, {
      subject_id: former!,
      housing_id: old,
      start_datetime: MARCH,
      end_datetime: APRIL,
    })

    await lab.change(Housing, old, { light_cycle: 1, name: 'dark' })

    const cages = await cagesCalled('B1')
    const fresh = cages.find(({ id }) => id !== old)!
    expect(cages.find(({ id }) => id === old)).toMatchObject({ light_cycle: null, name: '' })
    expect(fresh).toMatchObject({ light_cycle: 1, name: 'dark' })
    const [before, now] = (await staysOf(animal!)).slice(-2)
    expect(before).toEqual({ housing_id: old, start_datetime: MARCH, end_datetime: now!.start_datetime })
    expect(now).toEqual({ housing_id: fresh.id, start_datetime: expect.any(String), end_datetime: null })
    expect((await lab.read(HousingSubject, over!))!.end_datetime).toBe(APRIL)
  })

  test('also when nobody has ever lived there', async () => {
    const old = await cage('B2')

    await lab.change(Housing, old, { light_cycle: 0 })

    expect((await cagesCalled('B2')).map(({ light_cycle }) => light_cycle).sort()).toEqual([0, null])
  })

  test('a name alone changes the housing itself', async () => {
    const housing = await cage('B3')

    await lab.change(Housing, housing, { name: 'by the window' })

    expect(await cagesCalled('B3')).toEqual([{ id: housing, light_cycle: null, name: 'by the window' }])
  })
})

describe('a new housing', () => {
  test('is furnished as those of the lab of whoever makes it, unless something else is said', async () => {
    const [cage_type_id, other] = await lab.make(CageType, { name: 'IVC' }, { name: 'open' })
    const [food_id] = await lab.make(Food, { name: 'pellets' })
    const [lab_id] = await lab.make(Lab, {
      name: 'furnished',
      cage_type_id: cage_type_id!,
      food_id: food_id!,
      light_cycle: 1,
      cage_cleaning_frequency_days: 14,
    })
    await lab.make(LabMembership, { user_id: lab.member.id, lab_id: lab_id!, start_date: '2000-01-01' })

    const [plain, chosen] = await lab.make(
      Housing,
      { cage_name: 'C1' },
      { cage_name: 'C2', cage_type_id: other!, food_id: null },
    )

    const furnished = { cage_type_id, food_id, light_cycle: 1, cage_cleaning_frequency_days: 14 }
    expect(await lab.read(Housing, plain!)).toMatchObject(furnished)
    expect(await lab.read(Housing, chosen!)).toMatchObject({ ...furnished, cage_type_id: other, food_id: null })
  })
})
