import { Notification, Subject } from '@alyx/models'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import {
  createNotifications,
  letterhead,
  type NewNotification,
  type Postman,
  sendDue,
  startPostman,
} from '../../../../src/domains/actions/notifications/index.ts'
import { type Mailer, openMailer } from '../../../../src/mail/index.ts'
import { record } from '../../../../src/recording/index.ts'
import { type CaptureOptions, type CaptureServer, captureServer } from '../../../mail/capture.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { type Colony, colony, daysAgo, telling } from './colony.ts'

let scratch: ScratchDatabase
let lab: Colony
let server: CaptureServer
let mailer: Mailer
let postman: Postman | undefined
beforeAll(async () => {
  scratch = await demoDatabase()
})
beforeEach(async () => {
  await scratch.database.execute(sql`update actions_notification set status = 'no-send' where status = 'to-send'`)
  lab = await colony(scratch.database)
  await open()
})
afterEach(async () => {
  await postman?.stop()
  postman = undefined
  mailer.close()
  await server.close()
})
afterAll(() => scratch.drop())

const head = letterhead({ serverName: 'alyx.example.org', publicUrl: 'https://alyx.example.org' })
const open = async (options: CaptureOptions = {}) => {
  server = await captureServer(options)
  mailer = mailerFor(server.url)
}
const reopen = async (options: CaptureOptions) => {
  await server.close()
  await open(options)
}
const mailerFor = (smtpUrl: string) =>
  openMailer({ smtpUrl, mailFrom: 'alyx@example.org', mailDisabled: false, serverName: 'alyx.example.org' })!
const send = (through = mailer) => sendDue(scratch.database, { mailer: through, head, pauseSeconds: 0 })
const say = (about: Partial<NewNotification> & { subject_id: string | null }, sendsMail = false) =>
  record(scratch.database, telling({ sendsMail }), (recorder) =>
    createNotifications(recorder, [{ notification_type: 'mouse_training', title: 'Look after it', ...about }]),
  )
const addressees = () => server.mails.flatMap(({ to }) => to.map((address) => address.split('.')[0])).sort()
const sentBy = () => server.mails.map(({ head: { to } }) => to)

describe('what is due', () => {
  test('reaches each recipient in a mail of their own, with the links to look', async () => {
    const marie = await lab.person('Marie')
    const animal = await lab.animal({ responsible_user_id: marie })
    await lab.rule(await lab.person('paul'), 'mouse_water', 'all')
    await say({
      subject_id: animal.id,
      notification_type: 'mouse_water',
      title: '0.8 mL remaining',
      details: 'Give it.',
    })

    const report = await send()

    expect(report).toEqual({ sent: 1, failed: 0, abandoned: 0, unreachable: false })
    expect(addressees()).toEqual(['Marie', 'paul'])
    const [mail] = server.mails.filter(({ to }) => to[0]?.startsWith('Marie'))
    expect(mail?.head.subject).toBe('[alyx] 0.8 mL remaining')
    expect(mail?.text.split('\n')).toEqual([
      'Hello Marie,',
      '',
      '0.8 mL remaining',
      '',
      'Give it.',
      '',
      `The animal: https://alyx.example.org/admin/subjects/subject/${animal.id}/change/`,
      `Its water and weights: https://alyx.example.org/admin-actions/water-history/${animal.id}`,
      '',
      'You get this because you answer for this animal. Say what you want to hear about: https://alyx.example.org/admin/actions/notificationrule/',
      '',
      '-- ',
      'Alyx at https://alyx.example.org sent this by itself; please do not reply.',
      '',
    ])
    expect(await lab.told(animal.id)).toMatchObject([{ status: 'sent', json: null }])
    expect(await send()).toMatchObject({ sent: 0 })
  })

  test('is not what has a later time, was sent, shall not be sent, or has nobody to write to', async () => {
    const [marie, silent, gone] = [
      await lab.person('marie'),
      await lab.person('silent', { email: '' }),
      await lab.person('gone', { is_active: false }),
    ]
    const about = (user: string, values: object) =>
      lab.recording((recorder) =>
        recorder.create(
          Notification,
          [{ notification_type: 'mouse_water', title: 'x', ...values }],
          [{ users: [user] }],
        ),
      )
    await about(marie, { send_at: daysAgo(-1) })
    await about(marie, { status: 'sent' })
    await about(marie, { status: 'no-send' })
    await about(silent, {})
    await about(gone, {})

    expect(await send()).toEqual({ sent: 0, failed: 0, abandoned: 0, unreachable: false })
    expect(server.mails).toEqual([])
  })

  test('is not the news of last week: where mail was off for years, switching it on sends nothing old', async () => {
    const marie = await lab.person('marie')
    const animal = await lab.animal()
    await lab.recording((recorder) =>
      recorder.create(
        Notification,
        [{ notification_type: 'mouse_water', title: 'x', send_at: daysAgo(8), subject_id: animal.id }],
        [{ users: [marie] }],
      ),
    )

    expect(await send()).toMatchObject({ sent: 0, abandoned: 1 })
    expect(await lab.told(animal.id)).toMatchObject([{ status: 'no-send' }])
  })
})

describe('a mail server that', () => {
  test('refuses one recipient keeps nobody else from the mail, and nobody gets it twice', async () => {
    await reopen({ refuse: (address) => (address.startsWith('full') ? 452 : undefined) })
    const animal = await lab.animal()
    await say({
      subject_id: animal.id,
      users: [await lab.person('full'), await lab.person('marie'), await lab.person('anna')],
    })

    expect(await send()).toMatchObject({ sent: 0, failed: 1, unreachable: false })
    expect(addressees()).toEqual(['anna', 'marie'])
    await reopen({})
    expect(await send()).toMatchObject({ sent: 1, failed: 0 })

    expect(addressees()).toEqual(['full'])
    expect(await lab.told(animal.id)).toMatchObject([
      { status: 'sent', json: { failed_attempts: [expect.stringMatching(/^\d{4}-\d\d-\d\dT/)] } },
    ])
  })

  test('fails three times is not asked again', async () => {
    await reopen({ refuse: () => 550 })
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
    await say({ subject_id: animal.id })

    const reports = [await send(), await send(), await send(), await send()]

    expect(reports.map(({ failed, abandoned }) => [failed, abandoned])).toEqual([
      [1, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ])
    const [told] = await lab.told(animal.id)
    expect(told?.status).toBe('no-send')
    expect(told?.json?.failed_attempts).toHaveLength(3)
  })

  test('is away is found out once, not for every message', async () => {
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
    await say({ subject_id: animal.id, title: 'one' })
    await say({ subject_id: animal.id, title: 'two' })

    const report = await send(mailerFor('smtp://127.0.0.1:1'))

    expect(report).toEqual({ sent: 0, failed: 1, abandoned: 0, unreachable: true })
    expect(await send()).toMatchObject({ sent: 2 })
  })
})

test('documents that people wrote into a notification survive its sending', async () => {
  const animal = await lab.animal()
  const [one] = await say({ subject_id: animal.id, users: [await lab.person('marie')] })
  const [other] = await say({ subject_id: animal.id, users: [await lab.person('marie')], title: 'other' })
  await lab.recording((recorder) =>
    recorder.change(Notification, [
      { key: one!.key, values: { json: '{"mine": 1, "failed_attempts": "none"}' } },
      { key: other!.key, values: { json: '[1]' } },
    ]),
  )

  expect(await send()).toMatchObject({ sent: 2 })
  expect((await lab.told(animal.id)).map(({ json }) => json)).toContainEqual({ mine: 1, failed_attempts: 'none' })
})

test('many senders at once send each message once', async () => {
  const animal = await lab.animal()
  const users = [await lab.person('marie')]
  for (let number = 0; number < 12; number += 1) await say({ subject_id: animal.id, users, title: `number ${number}` })

  const reports = await Promise.all([send(), send(), send()])

  expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(12)
  expect(new Set(server.mails.map(({ head: { subject } }) => subject)).size).toBe(12)
  expect(server.mails).toHaveLength(12)
})

test('a message stays free to be changed, and its animal to be removed, while a slow mail server has it', async () => {
  let goOn = () => {}
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve
  })
  await reopen({ beforeTaking: () => waiting })
  const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
  const [message] = await say({ subject_id: animal.id })
  const sending = send()
  await vi.waitFor(async () => expect((await lab.told(animal.id))[0]?.json).toHaveProperty('sending_since'))

  await lab.recording((recorder) => recorder.remove(Subject, [animal.id]))
  goOn()

  expect(await sending).toMatchObject({ sent: 1 })
  expect(
    await scratch.database.rows(
      sql`select status, subject_id, json from actions_notification where id = ${message!.key}::uuid`,
    ),
  ).toEqual([['sent', null, null]])
})

test('what a sender that died had taken is sent by another, after ten minutes', async () => {
  const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
  const [message] = await say({ subject_id: animal.id })
  const takenAt = (minutesAgo: number) =>
    lab.recording((recorder) =>
      recorder.change(Notification, [
        {
          key: message!.key,
          values: { json: JSON.stringify({ sending_since: new Date(Date.now() - minutesAgo * 60_000).toISOString() }) },
        },
      ]),
    )

  await takenAt(9)
  expect(await send()).toMatchObject({ sent: 0 })
  await takenAt(11)
  expect(await send()).toMatchObject({ sent: 1 })
})

describe('the postman', () => {
  const employ = async (through = mailer) => {
    const stumbled = vi.fn()
    postman = await startPostman(scratch.database, { mailer: through, head, stumbled })
    return stumbled
  }

  test('brings a message as soon as it is recorded, whoever recorded it', async () => {
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
    const stumbled = await employ()

    await say({ subject_id: animal.id }, true)

    await vi.waitFor(() => expect(addressees()).toEqual(['marie']), { timeout: 5_000 })
    expect(stumbled).not.toHaveBeenCalled()
  })

  test('brings nothing of a transaction that was rolled back', async () => {
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
    await employ()

    const refused = record(scratch.database, telling({ sendsMail: true }), async (recorder) => {
      await createNotifications(recorder, [{ notification_type: 'mouse_water', title: 'never', subject_id: animal.id }])
      throw new Error('thought better of it')
    })

    await expect(refused).rejects.toThrow('thought better of it')
    await say({ subject_id: animal.id, title: 'afterwards' }, true)
    await vi.waitFor(() => expect(server.mails).toHaveLength(1), { timeout: 5_000 })
    expect(sentBy()).toHaveLength(1)
    expect(server.mails[0]?.head.subject).toBe('[alyx] afterwards')
  })

  test('leaves what it was not called for to whoever made it, for two minutes', async () => {
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
    await say({ subject_id: animal.id, title: 'just made' })
    const [old] = await say({ subject_id: animal.id, title: 'made a while ago' })
    await lab.recording((recorder) =>
      recorder.change(Notification, [{ key: old!.key, values: { send_at: daysAgo(0.01) } }]),
    )

    await employ()
    await vi.waitFor(() => expect(server.mails).toHaveLength(1), { timeout: 5_000 })
    await postman?.stop()

    expect(server.mails.map(({ head: { subject } }) => subject)).toEqual(['[alyx] made a while ago'])
  })

  test('leaves a message alone for a while after a failure, and keeps nobody waiting who records', async () => {
    const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })
    await employ(mailerFor('smtp://127.0.0.1:1'))

    await say({ subject_id: animal.id }, true)
    await vi.waitFor(async () => expect((await lab.told(animal.id))[0]?.json?.failed_attempts).toHaveLength(1), {
      timeout: 5_000,
    })
    await say({ subject_id: animal.id, title: 'another' }, true)
    await vi.waitFor(async () => expect((await lab.told(animal.id))[1]?.json?.failed_attempts).toHaveLength(1), {
      timeout: 5_000,
    })

    expect((await lab.told(animal.id))[0]?.json?.failed_attempts).toHaveLength(1)
  })
})

test('where no mail is sent, notifications are made all the same and wait', async () => {
  const animal = await lab.animal({ responsible_user_id: await lab.person('marie') })

  await say({ subject_id: animal.id })

  expect(openMailer({ smtpUrl: server.url, mailFrom: 'a@b', mailDisabled: true, serverName: 'x' })).toBeUndefined()
  expect(await lab.told(animal.id)).toMatchObject([{ status: 'to-send', users: ['marie'] }])
})
