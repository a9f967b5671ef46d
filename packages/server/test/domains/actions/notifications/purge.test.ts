import { Notification } from '@alyx/models'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { purgeNotifications } from '../../../../src/domains/actions/notifications/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { type Colony, colony, daysAgo } from './colony.ts'

let scratch: ScratchDatabase
let lab: Colony
beforeAll(async () => {
  scratch = await demoDatabase()
})
beforeEach(async () => {
  lab = await colony(scratch.database)
  await scratch.database.execute(sql`delete from actions_notification_users`)
  await scratch.database.execute(sql`delete from actions_notification`)
  const marie = await lab.person('marie')
  const notification = (title: string, days: number, status: string) => ({
    notification_type: 'mouse_water',
    title,
    send_at: daysAgo(days),
    status,
  })
  const all = [
    notification('old and sent', 31, 'sent'),
    notification('old and waiting', 40, 'to-send'),
    notification('young', 29, 'sent'),
  ]
  await lab.recording((recorder) =>
    recorder.create(
      Notification,
      all,
      all.map(() => ({ users: [marie] })),
    ),
  )
})
afterAll(() => scratch.drop())

const left = async () => (await lab.told(null)).map(({ title }) => title)

test('notifications that are older than the days given go, with their recipients', async () => {
  expect(await lab.recording((recorder) => purgeNotifications(recorder, { olderThanDays: 30 }))).toBe(2)
  expect(await left()).toEqual(['young'])
})

test('only those of a status, when one is named', async () => {
  const purged = await lab.recording((recorder) => purgeNotifications(recorder, { olderThanDays: 30, status: 'sent' }))

  expect(purged).toBe(1)
  expect(await left()).toEqual(['old and waiting', 'young'])
})

test('a dry run counts and removes nothing', async () => {
  const counted = await lab.recording((recorder) => purgeNotifications(recorder, { olderThanDays: 30, dryRun: true }))

  expect(counted).toBe(2)
  expect(await left()).toHaveLength(3)
})
