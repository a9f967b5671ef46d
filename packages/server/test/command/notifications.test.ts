import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type CaptureServer, captureServer } from '../mail/capture.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { alyx, type Ended, startAlyx } from './alyx.ts'

let folder: string
let scratch: ScratchDatabase
let server: CaptureServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-notify-'))
  scratch = await demoDatabase()
  server = await captureServer()
  await scratch.database.execute(sql`update actions_notification set status = 'no-send' where status = 'to-send'`)
})
afterAll(async () => {
  await server.close()
  await scratch.drop()
  rmSync(folder, { recursive: true })
})

const run = (line: string, env: Record<string, string> = { ALYX_SMTP_URL: server.url }): Promise<Ended> =>
  alyx(line.split(' '), { cwd: folder, env: { DATABASE_URL: scratch.url, ...env } })
const waiting = async () =>
  (await scratch.database.rows(sql`select from actions_notification where status = 'to-send'`)).length

describe('alyx notify', { timeout: 60_000 }, () => {
  test('check weighing tells who cares for animals that nobody weighed today, and says so', async () => {
    const { code, out, err } = await run('notify check weighing', {})

    expect(code).toBe(0)
    const titles = out.trim().split('\n')
    expect(titles[0]).toMatch(/^ATTENTION: subject "\S+" weighing missing for \d{4}-\d\d-\d\d$/)
    expect(err).toContain(`${titles.length} notifications made.\nNo e-mail is sent: ALYX_SMTP_URL`)
    expect(await waiting()).toBe(titles.length)
    expect(server.mails).toEqual([])
  })

  test('send sends what waits, each message once', async () => {
    const before = await waiting()

    const first = await run('notify send')
    const mails = server.mails.length
    const second = await run('notify send')

    expect(first).toMatchObject({ code: 0, err: `${before} sent, 0 failed, 0 given up.\n` })
    expect(mails).toBeGreaterThanOrEqual(before)
    expect(second).toMatchObject({ code: 0, err: '0 sent, 0 failed, 0 given up.\n' })
    expect(server.mails).toHaveLength(mails)
  })

  test('send says what is missing, and that the mail server is away', async () => {
    await run('notify check weighing', {})

    const unknown = await run('notify send', {})
    const off = await run('notify send', { ALYX_SMTP_URL: server.url, DISABLE_MAIL: 'yes' })
    const away = await run('notify send', { ALYX_SMTP_URL: 'smtp://127.0.0.1:1' })

    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('set ALYX_SMTP_URL') })
    expect(off).toMatchObject({ code: 1, err: expect.stringContaining('E-mail is switched off') })
    expect(away.code).toBe(1)
    expect(away.err).toMatch(
      /Not sent: ATTENTION: .*127\.0\.0\.1:1.*\n0 sent, 1 failed, 0 given up\.\nThe mail server/s,
    )
  })

  test('purge counts, then removes', async () => {
    await scratch.database.execute(
      sql`update actions_notification set send_at = now() - interval '3 years' where status = 'no-send'`,
    )

    const counted = await run('notify purge --older-than 900 --status no-send --dry-run')
    const removed = await run('notify purge --older-than 900 --status no-send')

    expect(counted.out).toMatch(/^\d+ notifications? with status "no-send" would be removed\.\n$/)
    expect(removed.out).toBe(`Removed ${counted.out.replace(' would be removed', '')}`)
    expect((await run('notify purge --older-than 900 --status no-send')).out).toMatch(/^Removed 0 notifications/)
  })

  test('report prints or mails what people should know of their animals', async () => {
    const before = server.mails.length

    const listed = await run('notify report --list')
    const printed = await run('notify report surgery todo --user tomas.reis ines.duarte --print')
    const mailed = await run('notify report')

    expect(listed.out.split('\n')).toContain('water_restriction')
    expect(printed.out).toMatch(/^(tomas\.reis|ines\.duarte)\n\n[A-Z].*:\n\* /)
    expect(mailed).toMatchObject({ code: 0, out: expect.stringMatching(/^Sent [1-9]\d* reports?; /) })
    expect(server.mails[before]?.head.subject).toMatch(/^\[alyx\] Report on \d{4}-\d\d-\d\d$/)
  })

  test('the doctor says whether mail can be sent', async () => {
    const [fine, none, away] = await Promise.all([
      run('doctor'),
      run('doctor', {}),
      run('doctor', { ALYX_SMTP_URL: 'smtp://127.0.0.1:1' }),
    ])

    expect(fine.out).toMatch(/ok +e-mail +sent as alyx@localhost through 127\.0\.0\.1:\d+/)
    expect(none.out).toMatch(/note +e-mail +none is sent: name a mail server with ALYX_SMTP_URL/)
    expect(away).toMatchObject({ code: 1, out: expect.stringMatching(/PROBLEM +e-mail +127\.0\.0\.1:1 does not/) })
  })

  test.each([
    { line: 'notify report tea', code: 1, says: 'No part of a report is called tea. There are: water_restriction,' },
    { line: 'notify report --user nobody', code: 1, says: 'No open account is called nobody.' },
    { line: 'notify check tea', code: 2, says: 'Give one of water, weighing, all.' },
    { line: 'notify purge --older-than soon', code: 2, says: 'Give a whole number of days.' },
  ])('$line', async ({ line, code, says }) => {
    const ended = await run(line)

    expect(ended).toMatchObject({ code, err: expect.stringContaining(says) })
  })
})

test('a running server mails what a request gives rise to, after it has answered', { timeout: 60_000 }, async () => {
  const [subject, address] = (
    await scratch.database.rows(sql`
      select s.nickname, u.email from subjects_subject s
        join misc_labmember u on u.id = s.responsible_user_id
        join actions_waterrestriction r on r.subject_id = s.id
       where s.death_date is null and r.reference_weight > 0 and r.end_time is null order by s.nickname limit 1`)
  )[0]!
  const env = { DATABASE_URL: scratch.url, ALYX_SMTP_URL: server.url }
  const { out: token } = await alyx(['token', 'tomas.reis'], { cwd: folder, env })
  const child = startAlyx(['serve', '--port', '0'], { cwd: folder, env })
  const site = await new Promise<string>((resolve) => {
    let said = ''
    child.stderr!.on('data', (part) => {
      said += part
      const found = /Alyx answers at (\S+?)\.? /.exec(said)
      if (found) resolve(found[1]!)
    })
  })
  const before = server.mails.length

  const answer = await fetch(`${site}/weighings`, {
    method: 'POST',
    headers: { authorization: `Token ${token.trim()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ subject, weight: 5, user: 'tomas.reis' }),
  })

  expect(answer.status).toBe(201)
  const warned = () =>
    server.mails
      .slice(before)
      .filter(({ head }) => head.subject?.startsWith(`[alyx] WARNING: ${subject} weight was `))
      .flatMap(({ to }) => to)
  await vi.waitFor(() => expect(warned()).toContain(address), { timeout: 10_000 })
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})
