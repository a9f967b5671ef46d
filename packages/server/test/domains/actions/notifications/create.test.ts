import { Notification } from '@alyx/models'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createNotifications, type NewNotification } from '../../../../src/domains/actions/notifications/index.ts'
import { record } from '../../../../src/recording/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { type Colony, colony, daysAgo, telling } from './colony.ts'

let scratch: ScratchDatabase
let lab: Colony
beforeAll(async () => {
  scratch = await demoDatabase()
})
beforeEach(async () => {
  lab = await colony(scratch.database)
})
afterAll(() => scratch.drop())

const say = (...all: NewNotification[]) => lab.recording((recorder) => createNotifications(recorder, all))
const usersTold = async (subject: string) => (await lab.told(subject)).at(-1)?.users
const today = () => daysAgo(0).slice(0, 10)
const dayBefore = () => daysAgo(1).slice(0, 10)

describe('who is told', () => {
  const about = (subject_id: string, users?: string[]): NewNotification => ({
    notification_type: 'mouse_training',
    title: 'Look after it',
    subject_id,
    ...(users && { users }),
  })

  test('the responsible user, without any rule; nobody when there is none', async () => {
    const owned = await lab.animal({ responsible_user_id: await lab.person('marie') })
    const stray = await lab.animal({ responsible_user_id: null })

    await say(about(owned.id), about(stray.id))

    expect(await usersTold(owned.id)).toEqual(['marie'])
    expect(await usersTold(stray.id)).toEqual([])
  })

  test('instead of the responsible user those who are named', async () => {
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })

    await say(about(animal.id, [await lab.person('paul'), await lab.person('anna')]))

    expect(await usersTold(animal.id)).toEqual(['anna', 'paul'])
  })

  test('never somebody who declined the kind', async () => {
    const marie = await lab.person('marie')
    const animal = await lab.animal({ responsible_user_id: marie })
    await lab.rule(marie, 'mouse_training', 'none')

    await say(about(animal.id, [marie]))

    expect(await usersTold(animal.id)).toEqual([])
  })

  test.each([
    { scope: 'all', owner: false, told: true },
    { scope: 'mine', owner: false, told: false },
    { scope: 'mine', owner: true, told: true },
    // Alyx takes a rule without scope for `mine`.
    { scope: '', owner: true, told: true },
    { scope: '', owner: false, told: false },
    { scope: 'lab', owner: false, told: false },
  ])('a rule "$scope" of somebody who owns the animal: $owner; told: $told', async ({ scope, owner, told }) => {
    const paul = await lab.person('paul')
    const animal = await lab.animal({ responsible_user_id: owner ? paul : await lab.person('marie') })
    await lab.rule(paul, 'mouse_training', scope)

    await say(about(animal.id, []))

    expect(await usersTold(animal.id)).toEqual(told ? ['paul'] : [])
  })

  test.each([
    { start: dayBefore(), end: null, told: true },
    { start: dayBefore(), end: today(), told: true },
    { start: today(), end: null, told: false },
    { start: '2025-01-01', end: dayBefore(), told: false },
    { start: null, end: null, told: false },
  ])('a rule "lab" of a member from $start to $end: $told', async ({ start, end, told }) => {
    const paul = await lab.person('paul')
    const animal = await lab.animal({ responsible_user_id: null })
    await lab.membership({ user_id: paul, start_date: start, end_date: end })
    await lab.rule(paul, 'mouse_training', 'lab')

    await say(about(animal.id))

    expect(await usersTold(animal.id)).toEqual(told ? ['paul'] : [])
  })

  test('a rule about another kind changes nothing', async () => {
    const marie = await lab.person('marie')
    const animal = await lab.animal({ responsible_user_id: marie })
    await lab.rule(marie, 'mouse_water', 'none')
    await lab.rule(await lab.person('paul'), 'mouse_water', 'all')

    await say(about(animal.id))

    expect(await usersTold(animal.id)).toEqual(['marie'])
  })
})

describe('what was just said', () => {
  const water = (subject_id: string, title = '0.5 mL remaining'): NewNotification => ({
    notification_type: 'mouse_water',
    title,
    subject_id,
  })
  const sayAt = (minutesAgo: number, ...all: NewNotification[]) =>
    record(scratch.database, telling({}, new Date(Date.now() - minutesAgo * 60_000)), (recorder) =>
      createNotifications(recorder, all),
    )

  test('is not said again within an hour, unless it is another animal, other words, or asked for', async () => {
    const [one, other] = [await lab.animal(), await lab.animal()]

    await sayAt(90, water(one.id))
    await sayAt(31, water(one.id), water(one.id))
    await say(water(one.id), water(one.id, 'something else'), water(other.id))
    await say({ ...water(other.id), force: true })

    expect((await lab.told(one.id)).map(({ title }) => title)).toEqual([
      '0.5 mL remaining',
      '0.5 mL remaining',
      'something else',
    ])
    expect(await lab.told(other.id)).toHaveLength(2)
  })

  test('and was given up counts as not said', async () => {
    const animal = await lab.animal()
    const [first] = await say(water(animal.id))
    await lab.recording((recorder) =>
      recorder.change(Notification, [{ key: first!.key, values: { status: 'no-send' } }]),
    )

    await say(water(animal.id))

    expect(await lab.told(animal.id)).toHaveLength(2)
  })

  test('a kind without delay is said each time', async () => {
    const animal = await lab.animal()
    const missing: NewNotification = { notification_type: 'mouse_not_weighed', title: 'missing', subject_id: animal.id }

    await say(missing)
    await say(missing)

    expect(await lab.told(animal.id)).toHaveLength(2)
  })

  test('by two requests at the same time is said once', async () => {
    const animal = await lab.animal()

    const made = await Promise.all(Array.from({ length: 3 }, () => say(water(animal.id))))

    expect(made.flat()).toHaveLength(1)
    expect(await lab.told(animal.id)).toHaveLength(1)
  })
})

test('a title that is too long is cut, and its lines become one; the message keeps what follows', async () => {
  const animal = await lab.animal()

  await say({
    notification_type: 'mouse_training',
    title: `first\nsecond ${'é'.repeat(300)}`,
    details: 'a\nb',
    subject_id: animal.id,
  })

  const [{ title, message } = { title: '', message: '' }] = await lab.told(animal.id)
  expect(title).toMatch(/^first second é+…$/)
  expect([...title]).toHaveLength(255)
  expect(message).toBe(`${title}\n\na\nb`)
})
