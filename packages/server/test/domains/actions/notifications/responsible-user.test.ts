import { LabMember, Line, Subject, SubjectRequest } from '@alyx/models'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { wishInWords } from '../../../../src/domains/actions/notifications/requests.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { type Colony, colony } from './colony.ts'

let scratch: ScratchDatabase
let lab: Colony
beforeAll(async () => {
  scratch = await demoDatabase()
})
beforeEach(async () => {
  lab = await colony(scratch.database)
})
afterAll(() => scratch.drop())

const change = (key: string, values: Partial<Parameters<Colony['animal']>[0]>) =>
  lab.recording((recorder) => recorder.change(Subject, [{ key, values: { ...values } }]))
const usernameOf = async (id: string) =>
  (await scratch.database.rows(sql`select username from misc_labmember where id = ${id}::uuid`))[0]![0]

describe('handing an animal over', () => {
  test('tells the old and the new responsible user', async () => {
    const [marie, paul] = [await lab.person('marie'), await lab.person('paul')]
    const animal = await lab.animal({ responsible_user_id: marie })

    await change(animal.id, { responsible_user_id: paul })

    const title = `Responsible user of ${animal.nickname} changed from ${await usernameOf(marie)} to ${await usernameOf(paul)}`
    expect(await lab.told(animal.id)).toMatchObject([
      { title, message: title, notification_type: 'responsible_user_change', users: ['marie', 'paul'] },
    ])
  })

  test('from nobody, and to nobody, tells the one who exists', async () => {
    const marie = await lab.person('marie')
    const animal = await lab.animal({ responsible_user_id: null })

    await change(animal.id, { responsible_user_id: marie })
    await change(animal.id, { responsible_user_id: null })

    expect(await lab.told(animal.id)).toMatchObject([
      { title: expect.stringContaining('from nobody to marie'), users: ['marie'] },
      { title: expect.stringMatching(/from marie\S+ to nobody$/), users: ['marie'] },
    ])
  })

  test('is neither the making of an animal nor another change of it', async () => {
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })

    await change(animal.id, { description: 'white paws' })

    expect(await lab.told(animal.id)).toEqual([])
  })
})

describe('requests for animals', () => {
  test.each([
    {
      wish: { count: 5, line: 'Ai32', due_date: '2026-04-01', username: 'marie' },
      words: '5 Ai32 due 2026-04-01 for marie',
    },
    { wish: { count: null, line: null, due_date: null, username: null }, words: 'some animals' },
    { wish: { count: 1, line: null, due_date: null, username: 'paul' }, words: '1 animal for paul' },
  ])('in words: $words', ({ wish, words }) => {
    expect(wishInWords(wish)).toBe(words)
  })

  test('a new one goes to the stock managers who can be written to, changes of it to nobody', async () => {
    await scratch.database.execute(sql`update misc_labmember set is_stock_manager = false`)
    await lab.person('manager', { is_stock_manager: true })
    await lab.person('silent', { is_stock_manager: true, email: '' })
    await lab.person('gone', { is_stock_manager: true, is_active: false })
    const marie = await lab.person('marie')
    const before = (await lab.told(null)).length
    const [line] = await lab.recording((recorder) =>
      recorder.create(Line, [{ nickname: 'Ai32new', name: 'Ai32', lab_id: lab.lab }]),
    )

    const [request] = await lab.recording((recorder) =>
      recorder.create(SubjectRequest, [
        { user_id: marie, line_id: line!.key, count: 3, due_date: '2026-12-24', description: 'Females, please.' },
      ]),
    )
    await lab.recording((recorder) => recorder.change(SubjectRequest, [{ key: request!.key, values: { count: 4 } }]))

    const username = await usernameOf(marie)
    const title = `${username} requested: 3 Ai32new due 2026-12-24 for ${username}`
    expect((await lab.told(null)).slice(before)).toMatchObject([
      { title, message: `${title}\n\nFemales, please.`, users: ['manager'], notification_type: '' },
    ])
  })

  test('an animal that is set aside for one is told of to whoever answers for it', async () => {
    const marie = await lab.person('marie')
    const [request] = await lab.recording((recorder) => recorder.create(SubjectRequest, [{ user_id: marie, count: 3 }]))
    const animal = await lab.animal({ responsible_user_id: marie })
    const stray = await lab.animal({ responsible_user_id: null })

    await change(animal.id, { request_id: request!.key })
    await change(stray.id, { request_id: request!.key })
    await change(animal.id, { request_id: null })

    expect(await lab.told(animal.id)).toMatchObject([
      {
        title: expect.stringMatching(`^${animal.nickname} was set aside for a request: 3 animals for marie`),
        users: ['marie'],
      },
    ])
    expect(await lab.told(stray.id)).toEqual([])
  })
})

test('a person whose name says more than a name stays inside the title', async () => {
  const marie = await lab.person('marie')
  await lab.recording((recorder) =>
    recorder.change(LabMember, [{ key: marie, values: { username: 'marie\r\nBcc: everybody@example.org' } }]),
  )
  const animal = await lab.animal({ responsible_user_id: null })

  await change(animal.id, { responsible_user_id: marie })

  expect((await lab.told(animal.id))[0]?.title).toMatch(/from nobody to marie Bcc: everybody@example\.org$/)
})
