import { expect, test } from 'vitest'
import { serverClock, serverDay } from '../../../../src/domains/actions/rules/server-clock.ts'

test.each([
  ['2026-03-02 23:30:00.123456+00', 'Europe/Paris', '2026-03-03T00:30:00.123456'],
  ['2026-07-02 09:30:00.5+02', 'Europe/Paris', '2026-07-02T09:30:00.500000'],
  ['2026-03-02T09:30:00Z', 'America/New_York', '2026-03-02T04:30:00'],
  ['2026-03-02T09:30:00-03:30', 'UTC', '2026-03-02T13:00:00'],
  ['2026-03-02T09:30:00', 'Asia/Tokyo', '2026-03-02T09:30:00'],
  ['2026-03-02 09:30', 'Asia/Tokyo', '2026-03-02T09:30:00'],
  ['2026-03-02', 'Asia/Tokyo', '2026-03-02T00:00:00'],
])('%s is shown in %s as %s', (text, zone, shown) => expect(serverClock(text, zone)).toBe(shown))

test.each(['yesterday', 'infinity', '2026-03-02T25:00:00Z', '2026-13-02T09:00:00Z', ''])('"%s" is no time', (text) =>
  expect(() => serverClock(text, 'UTC')).toThrow('no date and time'),
)

test('a late evening in Lisbon is the next day in Moscow', () => {
  expect(serverDay('2026-03-02 22:00:00+00', 'Europe/Moscow')).toBe('2026-03-03')
})
