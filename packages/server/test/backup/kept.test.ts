import { describe, expect, test } from 'vitest'
import { dispensable, type KeptBackup } from '../../src/backup/index.ts'

const DAY_MS = 86_400_000
const TODAY = new Date('2026-06-15T12:00:00Z')

const madeAt = (moment: string): KeptBackup => ({
  name: moment.slice(0, 10),
  folder: `/backups/${moment}`,
  bytes: 1,
  manifest: { made_at: moment } as KeptBackup['manifest'],
})
/** One a day for so many days, the newest first. */
const daily = (days: number) =>
  Array.from({ length: days }, (_, ago) => madeAt(new Date(TODAY.getTime() - ago * DAY_MS).toISOString()))

describe('backups that may go', () => {
  test('are those older than the newest ones that stay', () => {
    expect(dispensable(daily(10), 14, TODAY)).toEqual([])
    expect(dispensable(daily(20), 14, TODAY).map(({ name }) => name)).not.toContain('2026-06-02')
  })

  test('are never the first of a month of the last year', () => {
    const going = dispensable(daily(500), 14, TODAY).map(({ name }) => name)
    const staying = daily(500)
      .map(({ name }) => name)
      .filter((name) => !going.includes(name))

    expect(staying.slice(0, 14)).toEqual(daily(14).map(({ name }) => name))
    expect(staying.slice(14)).toEqual([
      '2026-06-01',
      '2026-05-01',
      '2026-04-01',
      '2026-03-01',
      '2026-02-01',
      '2026-01-01',
      '2025-12-01',
      '2025-11-01',
      '2025-10-01',
      '2025-09-01',
      '2025-08-01',
      '2025-07-01',
      '2025-06-15',
    ])
  })

  test('never include the newest, whatever is asked for', () => {
    expect(dispensable(daily(3), 0, TODAY).map(({ name }) => name)).not.toContain(daily(1)[0]!.name)
  })
})
