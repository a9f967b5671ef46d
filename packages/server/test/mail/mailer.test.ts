import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { isMailable, type Letter, MailFailure, openMailer } from '../../src/mail/index.ts'
import { type CaptureServer, captureServer } from './capture.ts'

let server: CaptureServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const letter: Letter = {
  id: 'a-name',
  to: { name: 'Inês Duarte', address: 'ines@example.org' },
  subject: '[alyx] Wiegung von Mäusen',
  text: 'Bom dia, Inês.\n\nA line.\n',
}
const about = { mailFrom: 'alyx@example.org', mailDisabled: false, serverName: 'alyx.example.org' }

test('a letter arrives as it was written, to one person, from the address that was set', async () => {
  server = await captureServer()
  const mailer = openMailer({ ...about, smtpUrl: server.url })

  await mailer?.send(letter)

  expect(server.mails).toEqual([
    {
      from: 'alyx@example.org',
      to: ['ines@example.org'],
      account: undefined,
      text: 'Bom dia, Inês.\n\nA line.\n',
      head: expect.objectContaining({
        from: 'Alyx <alyx@example.org>',
        to: 'Inês Duarte <ines@example.org>',
        subject: '[alyx] Wiegung von Mäusen',
        'message-id': '<a-name@alyx.example.org>',
        'auto-submitted': 'auto-generated',
      }),
    },
  ])
})

test('the account of the address is used, with its special characters', async () => {
  server = await captureServer()
  const mailer = openMailer({ ...about, smtpUrl: `smtp://rig%40lab:open%20sesame@127.0.0.1:${server.port}` })

  await mailer?.send(letter)

  expect(server.mails).toMatchObject([{ account: 'rig@lab' }])
})

test('a password does not travel readable: a server that cannot encrypt gets nothing when encryption is demanded', async () => {
  server = await captureServer()
  const mailer = openMailer({ ...about, smtpUrl: `smtp://rig:open%20sesame@127.0.0.1:${server.port}?tls=required` })

  await expect(mailer?.send(letter)).rejects.toMatchObject({ name: 'MailFailure', unreachable: true })
  expect(server.mails).toEqual([])
})

test('a server can be looked at without sending anything', async () => {
  server = await captureServer()
  const account = (password: string) =>
    openMailer({ ...about, smtpUrl: `smtp://rig:${password}@127.0.0.1:${server?.port}` })

  await expect(account('open%20sesame')?.check()).resolves.toBeUndefined()
  await expect(account('guessed')?.check()).rejects.toThrow(/^127\.0\.0\.1:\d+ does not take mails: /)
  expect(server.mails).toEqual([])
})

test.each([
  ['no server is named', { smtpUrl: undefined }],
  ['mail is switched off', { smtpUrl: 'smtp://127.0.0.1:2525', mailDisabled: true }],
])('there is no mailer when %s', (_, settings) => {
  expect(openMailer({ ...about, ...settings })).toBeUndefined()
})

test('a server that is away is told from one that refuses an address', async () => {
  server = await captureServer({ refuse: () => 550 })
  const refusing = openMailer({ ...about, smtpUrl: server.url })
  const away = openMailer({ ...about, smtpUrl: 'smtp://127.0.0.1:1' })

  await expect(refusing?.send(letter)).rejects.toMatchObject({ unreachable: false })
  await expect(away?.send(letter)).rejects.toMatchObject({
    unreachable: true,
    message: expect.stringMatching(/^127\.0\.0\.1:1 did not take the mail: /),
  })
})

test.each([
  'ines@example.org\r\nBcc: everybody@example.org',
  'ines@example.org, tomas@example.org',
  'Ines <ines@example.org>',
  '"a b"@example.org',
  'nobody',
  '',
])('%j is not written to', async (address) => {
  server = await captureServer()
  const mailer = openMailer({ ...about, smtpUrl: server.url })

  await expect(mailer?.send({ ...letter, to: { name: 'Ines', address } })).rejects.toThrow(MailFailure)
  expect(isMailable(address)).toBe(false)
  expect(server.mails).toEqual([])
})

test('whatever is written into names and subjects, the head has no lines but ours and nobody else gets the mail', async () => {
  const capture = await captureServer()
  server = capture
  const mailer = openMailer({ ...about, smtpUrl: capture.url })
  await mailer?.send(letter)
  const lines = Object.keys(capture.mails[0]!.head).sort()
  const hostile = fc
    .array(
      fc.constantFrom('\r\n', '\n', '\r', '\0', 'Bcc: a@b.c', ' ', 'é', '=?utf-8?q?=0D=0A?=', ':', '<x@y.z>', '"', ','),
    )
    .map((parts) => parts.join(''))

  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (name, subject) => {
      await mailer?.send({ ...letter, to: { name, address: 'ines@example.org' }, subject: `x${subject}` })

      const mail = capture.mails.at(-1)!
      expect(mail.to).toEqual(['ines@example.org'])
      expect(lines).toEqual(expect.arrayContaining(Object.keys(mail.head)))
    }),
    { numRuns: 25 },
  )
})
