import { WaterAdministration, Weighing } from '@alyx/models'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { type Check, checkRestricted } from '../../../../src/domains/actions/notifications/index.ts'
import { record } from '../../../../src/recording/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { type Colony, colony, daysAgo, telling } from './colony.ts'

let scratch: ScratchDatabase
let lab: Colony
beforeAll(async () => {
  scratch = await demoDatabase()
  await scratch.database.execute(sql`update actions_waterrestriction set end_time = start_time`)
})
beforeEach(async () => {
  await scratch.database.execute(sql`update actions_waterrestriction set end_time = start_time`)
  lab = await colony(scratch.database)
})
afterAll(() => scratch.drop())

const check = (...checks: Check[]) => lab.recording((recorder) => checkRestricted(recorder, checks))
const water = (subject_id: string, millilitres: number, date_time: string) =>
  lab.recording((recorder) =>
    recorder.create(WaterAdministration, [{ subject_id, water_administered: millilitres, date_time }]),
  )
const weigh = (subject_id: string, weight: number, date_time: string) =>
  lab.recording((recorder) => recorder.create(Weighing, [{ subject_id, weight, date_time }]))

test('water that is due is told of with all that is needed to act', async () => {
  const marie = await lab.person('marie')
  const animal = await lab.animal({ responsible_user_id: marie }, 20)
  await weigh(animal.id, 20, daysAgo(2))
  await water(animal.id, 0.25, daysAgo(1.5))

  await check('water')

  expect(await lab.told(animal.id)).toMatchObject([
    {
      title: `0.8 mL remaining for ${animal.nickname}`,
      notification_type: 'mouse_water',
      users: ['marie'],
      message: expect.stringMatching(
        /Mouse: n\w+\nUser: marie\S+\nDate: \d{4}-\d\d-\d\d\nLast water administration: \d{4}-\d\d-\d\d \d\d:\d\d, 0\.25 mL\nRemaining water: 0\.8 mL\nDelay: 36\.0 hours$/,
      ),
    },
  ])
})

test('an animal that never got water does not stop the check of the others', async () => {
  const animal = await lab.animal({}, 20)
  await weigh(animal.id, 20, daysAgo(2))

  await check('water')

  expect((await lab.told(animal.id))[0]?.message).toContain('Last water administration: none in the last month')
})

test('nothing is said of an animal that drank, is dead, or is not restricted', async () => {
  const drank = await lab.animal({}, 20)
  const dead = await lab.animal({ death_date: '2026-01-01' }, 20)
  const free = await lab.animal()
  for (const { id } of [drank, dead, free]) await weigh(id, 20, daysAgo(0))
  await water(drank.id, 0.3, daysAgo(0.5))

  expect(await check('water', 'weighing')).toEqual([])
})

test('an animal that nobody weighed today is told of', async () => {
  const marie = await lab.person('marie')
  const animal = await lab.animal({ responsible_user_id: marie }, 20)
  await weigh(animal.id, 20, daysAgo(1))

  await check('weighing')

  expect(await lab.told(animal.id)).toMatchObject([
    {
      title: `ATTENTION: subject "${animal.nickname}" weighing missing for ${daysAgo(0).slice(0, 10)}`,
      notification_type: 'mouse_not_weighed',
      users: ['marie'],
    },
  ])
})

test('the number of statements does not depend on the number of animals', async () => {
  const animals = [await lab.animal({}, 20)]
  const statements = async () => {
    const count = { statements: 0, milliseconds: 0 }
    const made = await record(scratch.database.counted(count), telling(), (recorder) =>
      checkRestricted(recorder, ['weighing']),
    )
    return { made: made.length, statements: count.statements }
  }

  const one = await statements()
  while (animals.length < 9) animals.push(await lab.animal({}, 20))
  const many = await statements()

  expect(one.made).toBe(1)
  expect(many).toEqual({ made: 9, statements: one.statements })
})
