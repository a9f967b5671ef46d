import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextTime } from '../../src/schedules/index.ts'

const at = async (cron: string, zone: string, after: string) =>
  (await nextTime(cron, zone, new Date(after)))?.toISOString()

async function times(cron: string, zone: string, after: string, count: number): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for (let from = after; found.length < count; from = found.at(-1) ?? from) found.push(await at(cron, zone, from))
  return found
}

test('a time is one of the clock of its zone', async () => {
  expect(await at('15 3 * * *', 'UTC', '2026-03-02T00:00:00Z')).toBe('2026-03-02T03:15:00.000Z')
  expect(await at('15 3 * * *', 'America/New_York', '2026-03-02T00:00:00Z')).toBe('2026-03-02T08:15:00.000Z')
  expect(await at('0 9 * * 1-5', 'Asia/Kolkata', '2026-03-06T12:00:00Z')).toBe('2026-03-09T03:30:00.000Z')
})

describe('when clocks are changed in London', () => {
  test('what is due in the hour that is left out in spring is done once that day', async () => {
    // 29 March 2026: 1:00 becomes 2:00.
    expect(await times('30 1 * * *', 'Europe/London', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
  })

  test('what is due in the hour that comes twice in autumn is done once', async () => {
    // 25 October 2026: 2:00 becomes 1:00.
    const found = await times('30 1 * * *', 'Europe/London', '2026-10-24T12:00:00Z', 2)

    expect(found.map((moment) => moment?.slice(0, 10))).toEqual(['2026-10-25', '2026-10-26'])
  })

  test('what is due every hour is done every hour', async () => {
    expect(await times('5 * * * *', 'Europe/London', '2026-03-29T00:00:00Z', 3)).toEqual([
      '2026-03-29T00:05:00.000Z',
      '2026-03-29T01:05:00.000Z',
      '2026-03-29T02:05:00.000Z',
    ])
  })
})

test('every day of a year has its one time, in any zone', async () => {
  const zones = [
    'UTC',
    'Europe/London',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Asia/Kathmandu',
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      async (zone, hour, minute) => {
        const moments = await times(`${minute} ${hour} * * *`, zone, '2026-01-01T12:00:00Z', 365)
        const days = moments.map((moment) =>
          new Intl.DateTimeFormat('sv', { timeZone: zone }).format(new Date(moment!)),
        )

        expect(new Set(days).size).toBe(365)
      },
    ),
    { numRuns: 12 },
  )
})
