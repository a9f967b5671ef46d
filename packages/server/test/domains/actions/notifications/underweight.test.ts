import { Weighing } from '@alyx/models'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { weightAlarm } from '../../../../src/domains/actions/notifications/underweight.ts'
import { record } from '../../../../src/recording/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { type Colony, colony, telling } from './colony.ts'

let scratch: ScratchDatabase
let lab: Colony
beforeAll(async () => {
  scratch = await demoDatabase()
})
beforeEach(async () => {
  lab = await colony(scratch.database)
})
afterAll(() => scratch.drop())

test.each([
  { percentage: 79.9, threshold: 80, alarm: 'WARNING' },
  { percentage: 80, threshold: 80, alarm: 'WARNING' },
  { percentage: 80.1, threshold: 80, alarm: 'ATTENTION' },
  { percentage: 82, threshold: 80, alarm: 'ATTENTION' },
  { percentage: 82.1, threshold: 80, alarm: undefined },
  { percentage: 0, threshold: 80, alarm: undefined },
])('$percentage% with a threshold of $threshold%: $alarm', ({ percentage, threshold, alarm }) => {
  expect(weightAlarm(percentage, threshold)?.severity).toBe(alarm)
})

const weigh = (subject_id: string, weight: number, date_time?: string) =>
  lab.recording((recorder) => recorder.create(Weighing, [{ subject_id, weight, ...(date_time && { date_time }) }]))

describe('after a weighing', () => {
  test('the responsible user is told of an animal under its threshold, with what to know', async () => {
    const marie = await lab.person('marie')
    const animal = await lab.animal({ responsible_user_id: marie }, 20)

    await weigh(animal.id, 15, '2026-03-01T09:30:00Z')

    const title = `WARNING: ${animal.nickname} weight was 75.0% on 2026-03-01 09:30:00`
    expect(await lab.told(animal.id)).toEqual([
      {
        title,
        message: expect.stringContaining(`${title}\n\nWeight: 15.0 g.\nExpected: 20.0 g.`),
        status: 'to-send',
        notification_type: 'mouse_underweight',
        users: ['marie'],
        json: null,
      },
    ])
  })

  test('nothing is said of an animal that weighs enough, or that nothing is known to compare with', async () => {
    const well = await lab.animal({}, 20)
    const unknown = await lab.animal()

    await weigh(well.id, 16.5)
    await weigh(unknown.id, 5)

    expect(await lab.told(well.id)).toEqual([])
    expect(await lab.told(unknown.id)).toEqual([])
  })

  test('it is the present weight that counts, not that of a weighing entered late', async () => {
    const animal = await lab.animal({}, 20)
    await weigh(animal.id, 19)

    await weigh(animal.id, 10, '2026-01-15T09:00:00Z')

    expect(await lab.told(animal.id)).toEqual([])
  })

  test('two statements look at any number of animals', async () => {
    const animals = await Promise.all(Array.from({ length: 12 }, () => lab.animal({}, 20)))
    const weighAll = (some: typeof animals, grams: number) => {
      const count = { statements: 0, milliseconds: 0 }
      return record(scratch.database.counted(count), telling(), (recorder) =>
        recorder.create(
          Weighing,
          some.map(({ id }) => ({ subject_id: id, weight: grams })),
        ),
      ).then(() => count.statements)
    }

    const INSERT = 1
    expect(await weighAll(animals.slice(0, 1), 19)).toBe(INSERT + 2)
    expect(await weighAll(animals, 19)).toBe(INSERT + 2)
    expect(await weighAll(animals.slice(0, 1), 10)).toBe(await weighAll(animals.slice(1), 10))
  })
})
