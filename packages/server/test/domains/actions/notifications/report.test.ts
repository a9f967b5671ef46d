import { Session, Surgery, WaterAdministration, Weighing } from '@alyx/models'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import {
  findReaders,
  letterhead,
  REPORT_PARTS,
  type Report,
  type ReportPart,
  reportText,
  sendReports,
  writeReports,
} from '../../../../src/domains/actions/notifications/index.ts'
import { openMailer } from '../../../../src/mail/index.ts'
import { record } from '../../../../src/recording/index.ts'
import { captureServer } from '../../../mail/capture.ts'
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

const { moment } = telling()
const usernameOf = async (id: string) =>
  (await scratch.database.rows(sql`select username from misc_labmember where id = ${id}::uuid`))[0]![0]!
/** Titles of sections and their lines, for one person. */
const reportOf = async (user: string, ...parts: ReportPart[]): Promise<Record<string, readonly string[]>> => {
  const readers = await findReaders(scratch.database, { usernames: [await usernameOf(user)] }, moment.today)
  const [report] = await writeReports(scratch.database, readers, parts, moment)
  return Object.fromEntries(report!.sections.map(({ title, lines }) => [title, lines]))
}
/** Noon of a day before today. */
const noon = (days: number) => `${daysAgo(days).slice(0, 10)}T12:00:00Z`

describe('a report', () => {
  test('tells what animals on restriction weighed and drank yesterday, and what they need today', async () => {
    const marie = await lab.person('marie')
    const animal = await lab.animal({ responsible_user_id: marie }, 20)
    await lab.recording(async (recorder) => {
      await recorder.create(Weighing, [{ subject_id: animal.id, weight: 18, date_time: noon(1) }])
      await recorder.create(WaterAdministration, [
        { subject_id: animal.id, water_administered: 0.5, date_time: noon(1) },
      ])
    })

    expect(await reportOf(marie, 'water_restriction')).toEqual({
      'On water restriction': [
        `${animal.nickname}, since ${daysAgo(10).slice(0, 10)}. Yesterday: 18.0 g, 90.0% of what is expected; 0.50 mL, 0.22 mL too little. Today: 0.72 mL.`,
      ],
    })
  })

  test('tells of animals that are too light', async () => {
    const marie = await lab.person('marie')
    const [light, well] = [
      await lab.animal({ responsible_user_id: marie }, 20),
      await lab.animal({ responsible_user_id: marie }, 20),
    ]
    await lab.recording((recorder) =>
      recorder.create(Weighing, [
        { subject_id: light.id, weight: 15, date_time: noon(1) },
        { subject_id: well.id, weight: 19, date_time: noon(1) },
      ]),
    )

    expect(await reportOf(marie, 'mouse_weight')).toEqual({
      'Too light, or nearly': [
        `${light.nickname}: 15.0 g on ${daysAgo(1).slice(0, 10)}, 75.0% of what is expected: too light.`,
      ],
    })
  })

  test('tells of living animals without surgery, to everybody but stock managers', async () => {
    const [marie, manager] = [await lab.person('marie'), await lab.person('manager', { is_stock_manager: true })]
    const waiting = await lab.animal({ responsible_user_id: marie })
    const operated = await lab.animal({ responsible_user_id: marie })
    await lab.animal({ responsible_user_id: marie, death_date: '2026-01-01' })
    await lab.animal({ responsible_user_id: manager })
    await lab.recording((recorder) =>
      recorder.create(Surgery, [{ subject_id: operated.id, outcome_type: 'r', implant_weight: 0 }]),
    )

    expect(await reportOf(marie, 'surgery')).toEqual({ 'Without surgery yet': [`${waiting.nickname}.`] })
    expect(await reportOf(manager, 'surgery')).toEqual({})
  })

  test('tells of restricted animals with fewer than five days of training in the last seven', async () => {
    const marie = await lab.person('marie')
    const [lazy, busy] = [
      await lab.animal({ responsible_user_id: marie }, 20),
      await lab.animal({ responsible_user_id: marie }, 20),
    ]
    const sessions = (subject_id: string, ...days: number[]) =>
      lab.recording((recorder) =>
        recorder.create(
          Session,
          days.map((day) => ({ subject_id, start_time: noon(day) })),
        ),
      )
    await sessions(lazy.id, 1, 1, 2, 8, 0)
    await sessions(busy.id, 1, 2, 3, 4, 7)

    expect(await reportOf(marie, 'training')).toEqual({
      'Trained on fewer than 5 of the last 7 days': [`${lazy.nickname}: 2 days.`],
    })
  })

  test('tells what waits to be done', async () => {
    const marie = await lab.person('marie')
    const about = (values: object) => lab.animal({ responsible_user_id: marie, ...values })
    const genotype = await about({ to_be_genotyped: true })
    const cull = await about({ to_be_culled: true })
    const reduce = await about({ death_date: '2026-01-01', to_be_culled: true })
    await about({ death_date: '2026-01-01', reduced_date: '2026-01-02' })

    expect(await reportOf(marie, 'todo')).toEqual({
      'To be genotyped': [`${genotype.nickname}.`],
      'To be culled': [`${cull.nickname}.`],
      'To be reduced': [`${reduce.nickname}.`],
    })
  })

  test('tells what the person changed yesterday', async () => {
    const marie = await lab.person('marie')
    const username = await usernameOf(marie)
    const [one, other] = [await lab.animal(), await lab.animal()]
    await record(scratch.database, { ...telling(), actor: { id: marie, username } }, (recorder) =>
      recorder.create(Weighing, [
        { subject_id: one.id, weight: 20 },
        { subject_id: other.id, weight: 20 },
      ]),
    )
    const tomorrow = daysAgo(-1)
    const readers = await findReaders(scratch.database, { usernames: [username] }, moment.today)

    const [report] = await writeReports(scratch.database, readers, ['past_changes'], {
      instant: new Date(tomorrow),
      now: tomorrow,
      today: tomorrow.slice(0, 10),
    })

    expect(report?.sections).toEqual([{ title: 'Your changes of yesterday', lines: ['2 weighings made.'] }])
    expect(await reportOf(marie, 'past_changes')).toEqual({})
  })
})

test('the number of statements does not depend on the number of people and animals', async () => {
  const statements = async (usernames: string[]) => {
    const count = { statements: 0, milliseconds: 0 }
    const readers = await findReaders(scratch.database, { usernames }, moment.today)
    await writeReports(scratch.database.counted(count), readers, REPORT_PARTS, moment)
    return count.statements
  }
  const people = [await lab.person('marie'), await lab.person('paul'), await lab.person('anna')]
  for (const responsible_user_id of people) await lab.animal({ responsible_user_id }, 20)
  const usernames = await Promise.all(people.map(usernameOf))

  expect(await statements(usernames.slice(0, 1))).toBe(4)
  expect(await statements(usernames)).toBe(4)
})

test('readers are people with open accounts, of a lab when it is named', async () => {
  const [marie, paul, gone] = [
    await lab.person('marie'),
    await lab.person('paul'),
    await lab.person('gone', { is_active: false }),
  ]
  await lab.person('outside', { is_public_user: true })
  await lab.membership({ user_id: marie, start_date: '2026-01-01' })
  await lab.membership({ user_id: paul, start_date: '2026-01-01', end_date: '2026-02-01' })
  await lab.membership({ user_id: gone, start_date: '2026-01-01' })
  const [name] = (await scratch.database.rows(sql`select name from misc_lab where id = ${lab.lab}::uuid`))[0]!

  const members = await findReaders(scratch.database, { lab: name! }, moment.today)
  const everybody = await findReaders(scratch.database, {}, moment.today)

  expect(members.map(({ first_name }) => first_name)).toEqual(['marie'])
  expect(everybody.map(({ first_name }) => first_name)).toEqual(expect.arrayContaining(['marie', 'paul']))
  expect(everybody.filter(({ first_name }) => ['gone', 'outside'].includes(first_name))).toEqual([])
})

test('reports are mailed to those who have something to read and somewhere to read it', async () => {
  const server = await captureServer()
  const mailer = openMailer({
    smtpUrl: server.url,
    mailFrom: 'alyx@example.org',
    mailDisabled: false,
    serverName: 'alyx',
  })!
  const head = letterhead({ serverName: 'alyx.example.org', publicUrl: 'https://alyx.example.org' })
  const reader = {
    id: 'a',
    username: 'marie',
    first_name: 'Marie',
    email: 'marie@example.org',
    is_stock_manager: false,
  }
  const sections = [{ title: 'To be culled', lines: Array.from({ length: 45 }, (_, number) => `M${number}.`) }]
  const report: Report = { reader, day: '2026-03-02', sections }

  const sent = await sendReports(
    [report, { ...report, sections: [] }, { ...report, reader: { ...reader, email: '' } }],
    { mailer, head },
  )
  await server.close()

  expect(sent).toEqual({ sent: 1, left_out: 2, failures: [] })
  expect(server.mails).toMatchObject([{ to: ['marie@example.org'], head: { subject: '[alyx] Report on 2026-03-02' } }])
  expect(server.mails[0]?.text).toMatch(/^Hello Marie,\n\nTo be culled:\n\* M0\.\n/)
  expect(reportText(report)).toMatch(/\* M39\.\n\* … and 5 more\.$/)
})

test('a mail server that is away ends the sending of reports with its reason', async () => {
  const mailer = openMailer({
    smtpUrl: 'smtp://127.0.0.1:1',
    mailFrom: 'a@b.org',
    mailDisabled: false,
    serverName: 'x',
  })!
  const reader = { id: 'a', username: 'marie', first_name: '', email: 'marie@example.org', is_stock_manager: false }
  const report: Report = { reader, day: '2026-03-02', sections: [{ title: 'To be culled', lines: ['M1.'] }] }

  const sent = await sendReports([report, report], { mailer, head: { site: 'http://x', serverName: 'x' } })

  expect(sent).toEqual({
    sent: 0,
    left_out: 0,
    failures: [{ username: 'marie', error: expect.stringContaining('127.0.0.1:1') }],
  })
})
