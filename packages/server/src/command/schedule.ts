import { type Command, InvalidArgumentError, Option } from 'commander'
import { readSettings } from '../config.ts'
import type { Schedule, ScheduleChange } from '../schedules/index.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { remark, say } from './say.ts'

interface SetFlags {
  readonly cron?: string
  readonly zone?: string
  readonly about?: string
  readonly overlap?: 'skip' | 'wait'
  readonly catchUp?: 'once' | 'skip'
  readonly timeout?: number
}

export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('What a running server does by itself, and when')
    .addHelpText('after', examples(['alyx schedule list', 'what there is, and what came of it']))
  schedule
    .command('list')
    .argument('[name]', 'only this one, with its last runs')
    .description('The schedules, when each is due next, and how its last run ended')
    .addHelpText('after', examples(['alyx schedule list', 'one line each'], ['alyx schedule list backup', 'its runs']))
    .action(list)
  for (const [word, enabled, what] of [
    ['enable', true, 'Switch a schedule on'],
    ['disable', false, 'Switch a schedule off; it can still be run by hand'],
  ] as const)
    schedule
      .command(word)
      .argument('<name>', 'name of the schedule')
      .description(what)
      .addHelpText('after', examples([`alyx schedule ${word} backup-check`, 'servers notice within seconds']))
      .action((name: string) => change(name, { enabled }))
  schedule
    .command('set')
    .argument('<name>', 'name of the schedule; a new one needs --cron and a command')
    .argument('[command...]', 'what "alyx" is to do, after "--"')
    .option('--cron <time>', 'minute, hour, day of the month, month, day of the week')
    .option('--zone <name>', 'whose clock, as Europe/London; "server" for that of ALYX_TIME_ZONE')
    .option('--about <text>', 'what it is for')
    .addOption(new Option('--overlap <policy>', 'while the run before is not over').choices(['skip', 'wait']))
    .addOption(new Option('--catch-up <policy>', 'what became due while no server ran').choices(['once', 'skip']))
    .option('--timeout <seconds>', 'a run that takes longer is ended', asSeconds)
    .description('Change a schedule, or make one')
    .addHelpText(
      'after',
      examples(
        ['alyx schedule set backup --cron "0 1 * * *" --zone Europe/London', 'another time'],
        ['alyx schedule set mice --cron "0 8 * * 1-5" -- notify report --lab mylab', 'one of your own'],
      ),
    )
    .action(set)
  schedule
    .command('remove')
    .argument('<name>', 'name of the schedule')
    .description('Remove a schedule that somebody made')
    .addHelpText('after', examples(['alyx schedule remove mice', 'its runs are forgotten, too']))
    .action(remove)
  schedule
    .command('run')
    .argument('<name>', 'name of the schedule')
    .description('Run it here and now, as a server would; exit code 1 when it fails')
    .addHelpText('after', examples(['alyx schedule run backup', 'also when it is disabled']))
    .action(run)
}

function asSeconds(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Give a whole number of seconds.')
  return Number(text)
}

async function list(name: string | undefined): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database, progress) => {
    const { addDefaultSchedules, listSchedules, runsOf } = await import('../schedules/index.ts')
    await addDefaultSchedules(database)
    const found = await listSchedules(database, name)
    progress.done()
    if (name === undefined) {
      for (const one of found) say(lineOf(one, settings.timeZone))
      return
    }
    const [one] = found
    if (!one) throw new Refusal(`There is no schedule "${name}": see "alyx schedule list".`)
    say(`${lineOf(one, settings.timeZone)}\n${one.about}`)
    const LISTED = 20
    for (const { started_at, outcome, output, wanted_by } of await runsOf(database, name, LISTED)) {
      const [last = ''] = output.trim().split('\n').slice(-1)
      say(`  ${minute(started_at)}  ${(outcome ?? 'running').padEnd(9)} ${wanted_by ? `(${wanted_by}) ` : ''}${last}`)
    }
  })
}

const minute = (moment: string): string => `${new Date(moment).toISOString().slice(0, 16).replace('T', ' ')} UTC`

function lineOf({ name, enabled, cron, zone, command, next_at, last_run, wanted_by }: Schedule, serverZone: string) {
  const next = wanted_by ? 'wanted now' : !enabled ? 'off' : next_at ? `next ${minute(next_at)}` : 'on'
  const last = last_run ? `${last_run.outcome ?? 'running'} ${minute(last_run.started_at)}` : 'never ran'
  return `${name.padEnd(20)} ${next.padEnd(27)} ${`${cron} ${zone ?? serverZone}`.padEnd(22)} ${last.padEnd(32)} alyx ${command.join(' ')}`
}

async function change(name: string, wanted: ScheduleChange): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database, progress) => {
    const { addDefaultSchedules, changeSchedule } = await import('../schedules/index.ts')
    await addDefaultSchedules(database)
    const after = await changeSchedule(database, name, wanted, settings.timeZone)
    progress.done()
    say(lineOf(after, settings.timeZone))
  })
}

async function set(name: string, command: readonly string[], flags: SetFlags): Promise<void> {
  const { zone, timeout, ...rest } = flags
  const wanted = {
    ...rest,
    command: command.length > 0 ? command : undefined,
    zone: zone === 'server' ? null : zone,
    timeoutSeconds: timeout,
  }
  if (Object.values(wanted).every((value) => value === undefined))
    throw new Refusal(
      'Say what is to be another way: --cron, --zone, --about, --overlap, --catch-up, --timeout, a command.',
    )
  await change(name, wanted)
}

async function remove(name: string): Promise<void> {
  await withDatabase(readSettings(), async (database) => {
    const { removeSchedule } = await import('../schedules/index.ts')
    await removeSchedule(database, name)
    say(`Removed ${name}.`)
  })
}

async function run(name: string): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database, progress) => {
    const { addDefaultSchedules, claimRun, listSchedules, ScheduleRunner } = await import('../schedules/index.ts')
    await addDefaultSchedules(database)
    if ((await listSchedules(database, name)).length === 0)
      throw new Refusal(`There is no schedule "${name}": see "alyx schedule list".`)
    const claimed = await claimRun(database, name, new Date(), settings.timeZone, 'command')
    if (!claimed) throw new Refusal(`"${name}" is running already: see "alyx schedule list ${name}".`)
    progress.say(`Running alyx ${claimed.command.join(' ')}`)
    const runner = new ScheduleRunner(database, { timeZone: settings.timeZone, told: () => undefined })
    const KEEP_ALIVE_MS = 20_000
    const alive = setInterval(() => void runner.keepAlive().catch(() => undefined), KEEP_ALIVE_MS)
    try {
      const { outcome, output } = await runner.run(claimed)
      progress.done()
      process.stdout.write(output)
      remark(`${name}: ${outcome}.`)
      if (outcome !== 'succeeded') process.exitCode = 1
    } finally {
      clearInterval(alive)
    }
  })
}
