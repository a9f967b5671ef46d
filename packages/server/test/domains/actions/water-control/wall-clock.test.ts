import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dateOfDayNumber,
  dayNumber,
  inZone,
  readDate,
  wallClockAt,
  wallClockOfTimestamp,
  wholeDaysBetween,
  zoneOfLab,
} from '../../../../src/domains/actions/water-control/wall-clock.ts'

describe('a clock elsewhere', () => {
  test.each([
    ['Europe/London', 'America/New_York', '2018-11-01T02:00:00', '2018-10-31T22:00:00'],
    ['UTC', 'Europe/London', '2025-07-01T23:30:00.000001', '2025-07-02T00:30:00.000001'],
    ['UTC', 'Asia/Kolkata', '2025-07-01T20:00:00', '2025-07-02T01:30:00'],
    // The hour that London shows twice is read as its first showing, in summer time.
    ['Europe/London', 'UTC', '2025-10-26T01:30:00', '2025-10-26T00:30:00'],
    ['Europe/London', 'UTC', '2025-10-26T02:00:00', '2025-10-26T02:00:00'],
    // The hour that London leaves out is read as if still in winter time.
    ['Europe/London', 'UTC', '2025-03-30T01:30:00', '2025-03-30T01:30:00'],
    ['Europe/London', 'UTC', '2025-03-30T02:00:00', '2025-03-30T01:00:00'],
    ['UTC', 'Europe/London', '2025-03-30T01:00:00', '2025-03-30T02:00:00'],
    ['UTC', 'Australia/Lord_Howe', '2025-04-05T15:15:00', '2025-04-06T01:45:00'],
    // Liberia kept its own time, to the half minute, until 1972.
    ['UTC', 'Africa/Monrovia', '1960-01-01T12:00:00', '1960-01-01T11:15:30'],
  ])('%s to %s: %s is %s', (from, to, shown, expected) => {
    expect(inZone(shown, from, to)).toBe(expected)
  })

  test('shows an instant to the millisecond', () => {
    expect(wallClockAt(new Date('2025-07-01T23:30:00.250Z'), 'Europe/London')).toBe('2025-07-02T00:30:00.250000')
    expect(wallClockAt(new Date('2025-07-01T23:30:00Z'), 'UTC')).toBe('2025-07-01T23:30:00')
  })

  test('comes back to the same time, except in the hours that a change of clocks repeats or leaves out', () => {
    const awayFromChanges = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2037-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 19))
      .filter((time) => !/-(03|10|11)-/.test(time))
    fc.assert(
      fc.property(awayFromChanges, fc.constantFrom('America/New_York', 'Europe/Lisbon', 'Asia/Tokyo'), (time, zone) => {
        expect(inZone(inZone(time, 'Europe/London', zone), zone, 'Europe/London')).toBe(time)
      }),
    )
  })
})

test.each([
  ['America/New_York', 'America/New_York'],
  ['', 'UTC'],
  [null, 'UTC'],
  ['Mars/Olympus', 'Europe/London'],
  ['+02:00', 'Europe/London'],
  ['GB', 'GB'],
])('a lab that names its zone %s is in %s on a server in UTC', (name, zone) => {
  expect(zoneOfLab(name, 'UTC')).toBe(zone)
})

test.each([
  ['2020-01-01 10:00:00+00', '2020-01-01T10:00:00'],
  ['2020-01-01 10:00:00.5+05:30', '2020-01-01T10:00:00.500000'],
  ['1890-01-01 10:00:00.000001-00:01:15', '1890-01-01T10:00:00.000001'],
])('the stored %s reads %s on the wall', (stored, shown) => {
  expect(wallClockOfTimestamp(stored)).toBe(shown)
})

test.each([
  ['2025-03-01', '2025-03-01'],
  ['2025-3-1', '2025-03-01'],
  ['2024-02-29', '2024-02-29'],
  ['0001-01-01', '0001-01-01'],
  ['9999-12-31', '9999-12-31'],
  ['2025-02-29', undefined],
  ['2025-13-01', undefined],
  ['2025-00-10', undefined],
  ['0000-01-01', undefined],
  ['01/03/2025', undefined],
  ['2025-03-01T10:00:00', undefined],
  ['zz', undefined],
  ['2025-03-01\n', undefined],
  ['99999-01-01', undefined],
])('%j is the day %s', (text, date) => {
  expect(readDate(text)).toBe(date)
})

test('any text is a day or none, and a day is its own text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readDate(text)).not.toThrow()
    }),
  )
  fc.assert(
    fc.property(fc.integer({ min: dayNumber('0001-01-01'), max: dayNumber('9999-12-31') }), (day) => {
      expect(readDate(dateOfDayNumber(day))).toBe(dateOfDayNumber(day))
    }),
  )
})

test.each([
  ['2018-09-01T12:00:00', '2018-09-02T12:00:00', 1],
  ['2018-09-01T12:00:00', '2018-09-02T11:59:59.999999', 0],
  ['2018-09-01T12:00:00', '2018-09-01T11:59:59', -1],
  ['2018-09-01T12:00:00', '2018-09-01T12:00:00', 0],
])('from %s to %s: %d whole days', (from, to, days) => {
  expect(wholeDaysBetween(from, to)).toBe(days)
})
