import { describe, expect, test } from 'vitest'
import { WATER_RECORD_FIELDS, WaterControl } from '../../../../src/domains/actions/water-control/index.ts'
import type { WaterControlInputs } from '../../../../src/domains/actions/water-control/inputs.ts'
import {
  implantOfList,
  periodOf,
  waterRecord,
  waterRecords,
} from '../../../../src/domains/actions/water-control/records.ts'

const NOW = '2018-11-12T15:00:00'

function subject(changes: Partial<WaterControlInputs> = {}): WaterControl {
  return new WaterControl({
    birth_date: '2018-09-01',
    sex: 'F',
    lab: { timezone: 'UTC', reference_weight_pct: 0.8, zscore_weight_pct: 0 },
    server_zone: 'UTC',
    weighings: [{ date_time: '2018-11-08T16:30:00', weight: 20 }],
    administrations: [],
    implants: [],
    restrictions: [],
    ...changes,
  })
}

function daysOf(control: WaterControl, first: string | undefined, last: string | undefined): string[] {
  const period = periodOf(control, { first, last }, NOW)
  if (period === undefined) throw new Error('no period')
  return [...waterRecords(control, period)].map((record) => record.date)
}

describe('the days of the list', () => {
  test('run from the first to the last named day, both included', () => {
    expect(daysOf(subject(), '2018-10-30', '2018-11-02')).toEqual([
      '2018-10-30',
      '2018-10-31',
      '2018-11-01',
      '2018-11-02',
    ])
  })

  test('run from the first entry to today when none is named', () => {
    expect(daysOf(subject(), undefined, undefined)).toEqual([
      '2018-11-08',
      '2018-11-09',
      '2018-11-10',
      '2018-11-11',
      '2018-11-12',
    ])
  })

  test('are none when the subject begins after the last day', () => {
    expect(daysOf(subject(), undefined, '2018-11-01')).toEqual([])
  })

  test('cannot be found for a subject of which nothing is known', () => {
    const unknown = subject({ birth_date: null, weighings: [] })

    expect(periodOf(unknown, { first: undefined, last: undefined }, NOW)).toBeUndefined()
  })

  test('may span all of history without being kept in memory', () => {
    const endless = waterRecords(subject(), { first: '0001-01-01T12:00:00', last: '9999-12-31' })

    expect(endless.next().value).toMatchObject({ date: '0001-01-01', weight: null })
  })
})

test('a named day is looked at by noon, an unnamed first day by the time of its first entry', () => {
  const ended = subject({
    restrictions: [{ start_time: '2018-11-08T09:00:00', end_time: '2018-11-09T14:00:00', reference_weight: 20 }],
  })
  const restricted = (first: string | undefined) => {
    const period = periodOf(ended, { first, last: '2018-11-09' }, NOW)
    return period && [...waterRecords(ended, period)].map((record) => record.is_water_restricted)
  }

  // Ended at 14:00: in force at noon, no longer at 16:30.
  expect(restricted('2018-11-08')).toEqual([true, true])
  expect(restricted(undefined)).toEqual([true, false])
})

test('the implant of the list is the one of the restriction in force as its first day begins', () => {
  const operated = subject({
    implants: [
      { start_time: '2018-11-01T10:00:00', implant_weight: 1 },
      { start_time: '2018-11-09T10:00:00', implant_weight: 2 },
    ],
    restrictions: [{ start_time: '2018-11-02T09:00:00', end_time: '2018-11-10T09:00:00', reference_weight: 20 }],
  })

  expect(implantOfList(operated, '2018-10-01', NOW)).toBeNull()
  expect(implantOfList(operated, '2018-11-10', NOW)).toBe(1)
  expect(implantOfList(operated, undefined, NOW)).toBe(2)
})

describe('a record', () => {
  test('has the keys of the contract in its order', () => {
    expect(Object.keys(waterRecord(subject(), NOW))).toEqual(Object.keys(WATER_RECORD_FIELDS))
  })

  test('of a day without anything says nothing rather than zero, and that nothing is in excess', () => {
    const record = waterRecord(subject({ weighings: [] }), NOW)

    expect(record).toEqual({
      date: '2018-11-12',
      weight: null,
      weighing_at: null,
      reference_weight: 0,
      expected_weight: 0,
      min_weight: 0,
      percentage_weight: 0,
      given_water_reward: null,
      given_water_supplement: null,
      given_water_total: null,
      expected_water: 0,
      excess_water: -0,
      is_water_restricted: false,
      implant_weight: null,
    })
  })
})
