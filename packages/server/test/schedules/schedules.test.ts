import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { program } from '../../src/command/program.ts'
import { raw, sql } from '../../src/database/index.ts'
import { DEFAULTS } from '../../src/schedules/defaults.ts'
import {
  addDefaultSchedules,
  changeSchedule,
  claimRun,
  listSchedules,
  removeSchedule,
  runsOf,
  ScheduleRunner,
  type Told,
  wantRun,
} from '../../src/schedules/index.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
})
afterAll(() => scratch.drop())
beforeEach(() => scratch.database.execute(raw('delete from alyx.schedule')))

const SCRIPT = [process.execPath, '-e']
/** A runner whose commands are JavaScript: the words after the first two are left to it. */
function runner(script: string) {
  const told: Told[] = []
  const one = new ScheduleRunner(scratch.database, {
    timeZone: 'UTC',
    told: (news) => told.push(news),
    program: [...SCRIPT, script, '--'],
  })
  return { one, told }
}

/** A schedule that is due every day at noon, UTC, and was looked at in the morning of the second of March. */
async function dueAtNoon(change: object = {}): Promise<void> {
  const wanted = { command: ['backup'], cron: '0 12 * * *', ...change }
  await changeSchedule(scratch.database, 'noon', wanted, 'UTC')
  await scratch.database.execute(sql`update alyx.schedule set next_at = '2026-03-02T12:00:00Z' where enabled`)
}
const NOON = new Date('2026-03-02T12:00:03Z')
const outcomes = async () => (await runsOf(scratch.database, 'noon', 50)).map(({ outcome }) => outcome).toReversed()
const ended = (count: number) =>
  vi.waitFor(async () => expect((await outcomes()).filter((outcome) => outcome !== null)).toHaveLength(count), 10_000)

describe('what becomes due', () => {
  test('is run once, with the end of what it printed, and has its next time', async () => {
    await dueAtNoon()
    const { one, told } = runner(`process.stdout.write('x'.repeat(20000) + 'the end')`)

    await one.tick(new Date('2026-03-02T11:59:59Z'))
    expect(await outcomes()).toEqual([])
    await one.tick(NOON)
    await ended(1)
    await one.tick(NOON)

    const [run] = await runsOf(scratch.database, 'noon', 5)
    expect(run).toMatchObject({ outcome: 'succeeded', exit_code: 0, wanted_by: null })
    expect(run!.output).toHaveLength(16 * 1024)
    expect(run!.output).toMatch(/the end$/)
    expect(new Date(run!.due_at).toISOString()).toBe('2026-03-02T12:00:00.000Z')
    const [after] = await listSchedules(scratch.database, 'noon')
    expect(new Date(after!.next_at!).toISOString()).toBe('2026-03-03T12:00:00.000Z')
    expect(told).toMatchObject([{ outcome: 'succeeded', change: undefined }])
  })

  test('is run by one of many servers', async () => {
    await dueAtNoon()
    const servers = Array.from({ length: 4 }, () => runner('0').one)

    await Promise.all(servers.map((server) => server.tick(NOON)))
    await ended(1)
    await Promise.all(servers.map((server) => server.tick(NOON)))

    expect(await outcomes()).toEqual(['succeeded'])
  })

  test('and was missed is caught up once, however often it was due', async () => {
    await dueAtNoon({ catchUp: 'once' })
    const { one } = runner('0')

    await one.tick(new Date('2026-03-06T09:00:00Z'))
    await ended(1)
    await one.tick(new Date('2026-03-06T09:00:05Z'))

    expect(await outcomes()).toEqual(['succeeded'])
    const [after] = await listSchedules(scratch.database, 'noon')
    expect(new Date(after!.next_at!).toISOString()).toBe('2026-03-06T12:00:00.000Z')
  })

  test('and was missed is left out where the schedule says so', async () => {
    await dueAtNoon({ catchUp: 'skip' })

    await runner('0').one.tick(new Date('2026-03-06T09:00:00Z'))

    expect(await runsOf(scratch.database, 'noon', 5)).toMatchObject([
      { outcome: 'skipped', output: 'No server ran at its time.' },
    ])
  })

  test.each([
    { overlap: 'skip', expected: ['stopped', 'skipped'] },
    { overlap: 'wait', expected: ['stopped', 'succeeded'] },
  ])('while the run before is not over: $overlap', async ({ overlap, expected }) => {
    await dueAtNoon({ overlap })
    const slow = runner('setTimeout(() => 0, 60000)').one
    await slow.tick(NOON)
    const tomorrow = new Date('2026-03-03T12:00:01Z')
    await scratch.database.execute(sql`update alyx.schedule_run set alive_until = '2026-03-04T00:00:00Z'`)
    const quick = runner('0').one

    await quick.tick(tomorrow)
    await slow.stop()
    await quick.tick(tomorrow)
    await ended(2)

    expect(await outcomes()).toEqual(expected)
  })

  test('is not run while it is off, unless somebody wants it', async () => {
    await dueAtNoon({ enabled: false })
    const { one } = runner('0')
    await one.tick(NOON)
    expect(await outcomes()).toEqual([])

    await wantRun(scratch.database, 'noon', 'marie')
    await one.tick(NOON)
    await ended(1)
    await one.tick(NOON)

    expect(await runsOf(scratch.database, 'noon', 5)).toMatchObject([{ outcome: 'succeeded', wanted_by: 'marie' }])
  })
})

describe('a run', () => {
  test('that fails is told once, and once more when it works again', async () => {
    await dueAtNoon()
    const broken = runner(`console.error('no room'); process.exit(3)`)
    const works = runner('0')
    const days = ['02', '03', '04', '05'].map((day) => new Date(`2026-03-${day}T12:00:01Z`))

    for (const [at, { one }] of [broken, broken, works, works].entries()) {
      await one.tick(days[at])
      await ended(at + 1)
    }

    expect(broken.told.map(({ change, output }) => [change, output])).toEqual([
      ['fails', 'no room\n'],
      [undefined, 'no room\n'],
    ])
    expect(works.told.map(({ change }) => change)).toEqual(['works', undefined])
  })

  test('that takes too long is ended with what it has started', { timeout: 30_000 }, async () => {
    await dueAtNoon({ timeoutSeconds: 1 })
    const grandchild = `const {spawn} = require('child_process');
      const c = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 60000)']); console.log(c.pid); setTimeout(() => 0, 60000)`
    await runner(grandchild).one.tick(NOON)
    await ended(1)

    const [run] = await runsOf(scratch.database, 'noon', 1)
    expect(run).toMatchObject({ outcome: 'timed out' })
    await vi.waitFor(() => expect(() => process.kill(Number(run!.output), 0)).toThrow(), 10_000)
  })

  test('whose server was killed is lost, and the next one is run', async () => {
    await dueAtNoon()
    expect(await claimRun(scratch.database, 'noon', NOON, 'UTC')).toBeDefined()
    const { one, told } = runner('0')

    await one.tick(new Date('2026-03-02T12:05:00Z'))
    await one.tick(new Date('2026-03-03T12:00:01Z'))
    await ended(2)

    expect(await outcomes()).toEqual(['lost', 'succeeded'])
    expect(told.map(({ change }) => change)).toEqual(['fails', 'works'])
  })

  test('of a program that is not there fails in words', async () => {
    await dueAtNoon()
    const one = new ScheduleRunner(scratch.database, { timeZone: 'UTC', told: () => 0, program: ['/no/such/program'] })

    await one.tick(NOON)
    await ended(1)

    expect(await runsOf(scratch.database, 'noon', 1)).toMatchObject([
      { outcome: 'failed', output: expect.stringContaining('ENOENT') },
    ])
  })
})

describe('a schedule that cannot be', () => {
  const change = (wanted: object, name = 'noon') =>
    changeSchedule(scratch.database, name, { command: ['backup'], cron: '0 12 * * *', ...wanted }, 'UTC')

  test.each<{ why: string; wanted: object; says: RegExp }>([
    { why: 'a command that asks', wanted: { command: ['restore', 'x', '--yes'] }, says: /cannot be scheduled/ },
    { why: 'a command that hands out accounts', wanted: { command: ['token', 'admin'] }, says: /cannot be scheduled/ },
    { why: 'half a command', wanted: { command: ['history'] }, says: /cannot be scheduled/ },
    { why: 'no command', wanted: { command: [] }, says: /cannot be scheduled/ },
    { why: 'a line of its own', wanted: { command: ['backup', 'a\nb'] }, says: /one line/ },
    { why: 'a word for a time', wanted: { cron: 'noon' }, says: /is no time/ },
    { why: 'seconds', wanted: { cron: '* * * * * *' }, says: /is no time/ },
    { why: 'an hour that no clock has', wanted: { cron: '0 25 * * *' }, says: /cannot be read/ },
    { why: 'a day that no calendar has', wanted: { cron: '0 0 30 2 *' }, says: /never comes|cannot be read/ },
    { why: 'a zone that nobody lives in', wanted: { zone: 'Mars/Olympus' }, says: /no time zone/ },
    { why: 'no time to work', wanted: { timeoutSeconds: 0 }, says: /time limit/ },
  ])('$why', async ({ wanted, says }) => {
    await expect(change(wanted)).rejects.toThrow(says)
    expect(await listSchedules(scratch.database)).toEqual([])
  })

  test('a name that is none', async () => {
    await expect(change({}, '../backup')).rejects.toThrow(/small letters/)
  })
})

describe('what every laboratory has', () => {
  test('can be changed and stays so, and cannot be removed', async () => {
    await addDefaultSchedules(scratch.database)
    await changeSchedule(scratch.database, 'backup', { enabled: false, cron: '0 1 * * *', zone: 'Europe/Paris' }, 'UTC')
    await addDefaultSchedules(scratch.database)

    expect(await listSchedules(scratch.database, 'backup')).toMatchObject([
      { enabled: false, cron: '0 1 * * *', zone: 'Europe/Paris', next_at: null },
    ])
    await expect(removeSchedule(scratch.database, 'backup')).rejects.toThrow(/disable it/)
  })

  test('is on only where nothing is taken away and nobody is written to', () => {
    expect(DEFAULTS.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual(['backup', 'history-check'])
  })

  test.each(DEFAULTS)('$name runs a command that there is, at a time that comes', async ({ name, command, cron }) => {
    await changeSchedule(scratch.database, name, { command, cron }, 'UTC')
    let at = program()
    for (const word of command) at = at.commands.find((one) => one.name() === word) ?? at
    const words = command.filter((word) => !/^\d+$/.test(word))

    expect(at.commands).toHaveLength(0)
    for (const option of words.filter((word) => word.startsWith('--')))
      expect(at.options.map(({ long }) => long)).toContain(option)
  })
})
