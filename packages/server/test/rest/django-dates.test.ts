import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseBodyDate,
  parseBodyDateTime,
  parseDate,
  parseDateTime,
  parseLenientDateTime,
  parseLooseBoolean,
  parseNumber,
  parseStrictBoolean,
  parseUuid,
} from '../../src/rest/django-dates.ts'

const BAD_DATE_TIME = 'Enter a valid date/time.'
const BAD_DATE = 'Enter a valid date.'

// All answers were computed with Django 5.2, django-filter and Django REST framework 3.16 on Python 3.11.
describe('a moment in a filter', () => {
  test.each([
    ['2026-03-02T10:20:30.123456', '2026-03-02 10:20:30.123456'],
    ['2026-03-02 10:20', '2026-03-02 10:20:00.000000'],
    ['2026-03-02T10', '2026-03-02 10:00:00.000000'],
    ['2026-03-02', '2026-03-02 00:00:00.000000'],
    [' 2026-03-02 \n', '2026-03-02 00:00:00.000000'],
    ['20260302T102030', '2026-03-02 10:20:30.000000'],
    ['2026-W10-1', '2026-03-02 00:00:00.000000'],
    ['2026W101T10', '2026-03-02 10:00:00.000000'],
    ['2020-W53-5', '2021-01-01 00:00:00.000000'],
    ['2026-3-2 1:2:3', '2026-03-02 01:02:03.000000'],
    ['2026-03-02T10:20:30,5', '2026-03-02 10:20:30.500000'],
    ['2026-03-02T10:20:30.1234567890', '2026-03-02 10:20:30.123456'],
    ['2024-02-29T23:59:59', '2024-02-29 23:59:59.000000'],
    ['٢٠٢٦-٠٣-٠٢ 10:20', '2026-03-02 10:20:00.000000'],
    ['2026-03-02T10:00Z', '2026-03-02 10:00:00.000000+00:00'],
    ['2026-03-02T10:00:00 +02', '2026-03-02 10:00:00.000000+02:00'],
    ['2026-03-02T10:00-0330', '2026-03-02 10:00:00.000000-03:30'],
    ['2026-03-02T10:00+01:02:03', '2026-03-02 10:00:00.000000+01:02:03'],
    ['2026-03-02T10:00-23:59', '2026-03-03 09:59:00.000000+00:00'],
  ])('%s', (text, value) => {
    expect(parseDateTime(text)).toEqual({ value })
    expect(parseLenientDateTime(text)).toEqual({ value })
  })

  test.each([
    'zz',
    '2026-13-01T00:00',
    '2026-02-29',
    '2026-03-02T24:00',
    '2026-03-02T10:60',
    '2026-03-02T10:20:60',
    '2026-03-02T10:00+24:00',
    '2026-03-02T',
    '2026-03-02T10:',
    '2026-03-02T10:20:30.',
    '2026-W54-1',
    '2021-W53-1',
    '0000-01-01',
    '0001-01-01T00:00+23:00',
    '2026-03-02T10:20 Zulu',
  ])('%s is none', (text) => {
    expect(parseDateTime(text)).toEqual({ message: BAD_DATE_TIME })
    expect(parseLenientDateTime(text)).toEqual({ message: BAD_DATE_TIME })
  })

  test.each([
    ['3/2/2026', '2026-03-02 00:00:00.000000'],
    ['03/02/26 10:20', '2026-03-02 10:20:00.000000'],
    ['3/2/69 1:2:3', '1969-03-02 01:02:03.000000'],
    ['3/2/2026 10:20:30.5', '2026-03-02 10:20:30.500000'],
    ['Mar 2, 2026', '2026-03-02 00:00:00.000000'],
  ])('%s is one where American forms are known', (text, value) => {
    expect(parseLenientDateTime(text)).toEqual({ value })
    expect(parseDateTime(text)).toEqual({ message: BAD_DATE_TIME })
  })

  test('keeps its date, whatever the offset, so that a search by day finds that day', () => {
    expect(parseLenientDateTime('2026-03-02T00:30+05:00')).toEqual({ value: '2026-03-02 00:30:00.000000+05:00' })
  })
})

describe('a date in a filter', () => {
  test.each([
    '2026-03-02',
    '2026-3-2',
    '3/2/2026',
    '03/02/26',
    'Mar 2 2026',
    'mar 2, 2026',
    '2 Mar 2026',
    '2 March, 2026',
    'MARCH 02 2026',
    ' 2  March  2026 ',
  ])('%s', (text) => expect(parseDate(text)).toEqual({ value: '2026-03-02' }))

  test.each(['zz', '20260302', '2026-02-30', '13/2/2026', '2/30/2026', 'Sept 2 2026', '2026-03-02 10:00', '2026-03'])(
    '%s is none',
    (text) => expect(parseDate(text)).toEqual({ message: BAD_DATE }),
  )
})

describe('a moment in a request body', () => {
  test.each([
    ['2018-01-01T12:00', '2018-01-01 12:00:00.000000'],
    ['2018-01-01 12:00:00', '2018-01-01 12:00:00.000000'],
    ['2018-01-01', '2018-01-01 00:00:00.000000'],
    ['20180101T120000', '2018-01-01 12:00:00.000000'],
    ['2026-03-02T10:00:00.1234567', '2026-03-02 10:00:00.123456'],
    ['2026-03-02T10:00:00+02:00', '2026-03-02 08:00:00.000000'],
    ['2026-07-02T10:00:00Z', '2026-07-02 10:00:00.000000'],
    ['2026-01-01T00:30:00.5+01:00', '2025-12-31 23:30:00.500000'],
    ['2024-02-28T23:30-01:00', '2024-02-29 00:30:00.000000'],
  ])('%s', (text, value) => expect(parseBodyDateTime(text)).toEqual({ value }))

  test.each([[''], ['zz'], ['2025-08-02T25:00:00'], ['3/2/2026'], [20260302], [null], [true], [['2026-03-02']]])(
    '%j is refused',
    (value) =>
      expect(parseBodyDateTime(value)).toEqual({
        message:
          'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
      }),
  )
})

describe('a date in a request body', () => {
  test.each([['2026-03-02'], ['2026-3-2'], ['20260302'], ['2026-W10-1']])('%s', (text) =>
    expect(parseBodyDate(text)).toEqual({ value: '2026-03-02' }),
  )

  test.each([['01/02/2020'], ['2020-13-01'], ['2026-02-29'], ['20260302xx'], ['2026-03-02T10:00'], [''], [20260302]])(
    '%j is refused',
    (value) =>
      expect(parseBodyDate(value)).toEqual({
        message: 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.',
      }),
  )
})

test('every moment of the years 1 to 9999 survives writing and reading', () => {
  const years = { min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true }
  fc.assert(
    fc.property(fc.date(years), fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, minutesEast) => {
      const local = new Date(date.getTime() + minutesEast * 60_000).toISOString().slice(0, -1)
      const size = Math.abs(minutesEast)
      const pad = (part: number) => String(part).padStart(2, '0')
      const offset = `${minutesEast < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`

      expect(parseBodyDateTime(local + offset)).toEqual({
        value: `${date.toISOString().slice(0, -1).replace('T', ' ')}000`,
      })
      expect(parseDateTime(local + offset)).toEqual({ value: `${local.replace('T', ' ')}000${offset}` })
    }),
  )
})

test('any text is either read or refused', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9TWZ:+. -]{0,30}$/))
  fc.assert(
    fc.property(texts, (text) => {
      for (const parse of [
        parseDateTime,
        parseLenientDateTime,
        parseDate,
        parseNumber,
        parseUuid,
        parseBodyDateTime,
        parseBodyDate,
      ])
        expect(Object.keys(parse(text))).toHaveLength(1)
    }),
  )
})

describe('a uuid in a filter', () => {
  const value = '0123abcd-4567-89ab-cdef-0123456789ab'

  test.each([
    value,
    value.toUpperCase(),
    value.replaceAll('-', ''),
    `{${value}}`,
    `urn:uuid:${value}`,
    ` ${value} `,
    '0123-abcd4567-89abcdef-0123456789ab',
  ])('%s', (text) => expect(parseUuid(text)).toEqual({ value }))

  test.each(['zz', value.slice(1), `${value}0`, `${value.slice(0, -1)}g`, ''])('%s is none', (text) =>
    expect(parseUuid(text)).toEqual({ message: 'Enter a valid UUID.' }),
  )
})

describe('a number in a filter', () => {
  test.each([
    ['1', '1'],
    [' +1.50 ', '1.50'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['1e3', '1e3'],
    ['1_000', '1000'],
    ['٣', '3'],
    ['1E50', '1e50'],
    ['1e-5000', '0'],
  ])('%s', (text, value) => expect(parseNumber(text)).toEqual({ value }))

  test.each(['zz', '', '.', '1,5', '0x10', 'nan', 'inf', '-Infinity', '1e', '1 2'])('%s is none', (text) =>
    expect(parseNumber(text)).toEqual({ message: 'Enter a number.' }),
  )

  test('has an upper and a lower bound', () => {
    expect(parseNumber('1e51')).toEqual({ message: 'Ensure this value is less than or equal to 1e+50.' })
    expect(parseNumber('-1e999999999')).toEqual({ message: 'Ensure this value is greater than or equal to -1e+50.' })
  })
})

test.each([
  ['true', true, true],
  ['True', true, true],
  ['TRUE', true, undefined],
  ['1', true, undefined],
  ['2', undefined, true],
  ['false', false, false],
  ['False', false, false],
  ['0', false, undefined],
  ['3', undefined, false],
  ['yes', undefined, undefined],
  ['', undefined, undefined],
])('%j asks for %s in generated filters and for %s in declared ones', (text, loose, strict) => {
  expect(parseLooseBoolean(text)).toBe(loose)
  expect(parseStrictBoolean(text)).toBe(strict)
})
