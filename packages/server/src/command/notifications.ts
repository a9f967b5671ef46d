import { type Command, InvalidArgumentError, Option } from 'commander'
import { readSettings, type Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { type Post, postOf } from './post.ts'
import { recorded } from './recorded.ts'
import { remark, say } from './say.ts'

interface PurgeFlags {
  readonly olderThan: number
  readonly status?: string
  readonly dryRun?: true
}

interface ReportFlags {
  readonly user?: readonly string[]
  readonly lab?: string
  readonly print?: true
  readonly list?: true
}

const CHECKS = { water: ['water'], weighing: ['weighing'], all: ['water', 'weighing'] } as const

export function addNotifications(program: Command): void {
  const notify = program
    .command('notify')
    .description('Tell people what they should know about animals: to be run by a timer of the machine')

  notify
    .command('check')
    .argument('<what>', Object.keys(CHECKS).join(', '), asCheck)
    .description('Look at the animals on water restriction, and tell who cares for them what is missing today')
    .addHelpText(
      'after',
      examples(
        ['alyx notify check water', 'water remains, and the last was given 23 hours ago or more'],
        ['alyx notify check weighing', 'not weighed today'],
        ['alyx notify check all', 'both, as check_water_admin of Alyx'],
      ),
    )
    .action((what: keyof typeof CHECKS) => check(what))

  notify
    .command('send')
    .description('Send what waits; a message that failed three times is given up. A running server does so by itself')
    .addHelpText('after', examples(['alyx notify send', 'any number may run at once: each message is sent once']))
    .action(() => send())

  notify
    .command('purge')
    .description('Remove old notifications')
    .option('--older-than <days>', 'days since they were to be sent', asDays, 30)
    .addOption(new Option('--status <status>', 'only these').choices(['to-send', 'sent', 'no-send']))
    .option('--dry-run', 'only count them')
    .addHelpText(
      'after',
      examples(
        ['alyx notify purge --dry-run', 'how many are older than 30 days'],
        ['alyx notify purge --older-than 365 --status sent', 'of those that were sent'],
      ),
    )
    .action((flags: PurgeFlags) => purge(flags))

  notify
    .command('report')
    .argument('[parts...]', 'what to report on (default: everything)')
    .description('Mail each person what they should know of their own animals today; nothing when there is nothing')
    .option('-u, --user <name...>', 'only to these people')
    .option('--lab <name>', 'only to the members of this lab')
    .option('--print', 'print the reports and send nothing')
    .option('--list', 'print the names of the parts')
    .addHelpText(
      'after',
      examples(
        ['alyx notify report --lab mylab', 'every morning, to the members of a lab'],
        ['alyx notify report water_restriction training --user marie --print', 'look at it first'],
      ),
    )
    .action((parts: string[], flags: ReportFlags) => report(parts, flags))
}

async function check(what: keyof typeof CHECKS): Promise<void> {
  const settings = readSettings()
  const { checkRestricted } = await import('../domains/actions/index.ts')
  await withDatabase(settings, async (database) => {
    const made = await recorded(database, settings, (recorder) => checkRestricted(recorder, CHECKS[what]))
    for (const { after } of made) say(after.title)
    remark(`${made.length} ${made.length === 1 ? 'notification' : 'notifications'} made.`)
    const post = await postOf(settings)
    if (post === undefined) remark('No e-mail is sent: ALYX_SMTP_URL names no mail server, or mail is switched off.')
    else await sendAll(database, post)
  })
}

async function send(): Promise<void> {
  const settings = readSettings()
  const post = await requirePost(settings)
  await withDatabase(settings, (database) => sendAll(database, post))
}

async function sendAll(database: Database, post: Post): Promise<void> {
  const { sendDue } = await import('../domains/actions/index.ts')
  const report = await sendDue(database, {
    ...post,
    pauseSeconds: 0,
    failed: (title, error) => remark(`Not sent: ${title}. ${error.message}`),
  })
  remark(`${report.sent} sent, ${report.failed} failed, ${report.abandoned} given up.`)
  if (report.unreachable) throw new Refusal('The mail server could not be reached; what is left waits.')
}

async function purge({ olderThan, status, dryRun: counting }: PurgeFlags): Promise<void> {
  const settings = readSettings()
  const dryRun = counting ?? false
  const { purgeNotifications } = await import('../domains/actions/index.ts')
  const count = await withDatabase(settings, (database) =>
    recorded(database, settings, (recorder) =>
      purgeNotifications(recorder, { olderThanDays: olderThan, status, dryRun }),
    ),
  )
  const found = `${count} ${count === 1 ? 'notification' : 'notifications'}${status === undefined ? '' : ` with status "${status}"`}`
  say(dryRun ? `${found} would be removed.` : `Removed ${found}.`)
}

async function report(names: readonly string[], { user, lab, print, list }: ReportFlags): Promise<void> {
  const [{ findReaders, REPORT_PARTS, reportText, sendReports, writeReports }, { clockOf }] = await Promise.all([
    import('../domains/actions/index.ts'),
    import('../rest/moment.ts'),
  ])
  if (list) {
    for (const part of REPORT_PARTS) say(part)
    return
  }
  const parts = names.length === 0 ? REPORT_PARTS : REPORT_PARTS.filter((part) => names.includes(part))
  const unknown = names.filter((name) => !REPORT_PARTS.some((part) => part === name))
  if (unknown.length > 0)
    throw new Refusal(`No part of a report is called ${unknown.join(', ')}. There are: ${REPORT_PARTS.join(', ')}.`)
  const settings = readSettings()
  const post = print ? undefined : await requirePost(settings)
  const moment = clockOf(settings.timeZone)()
  await withDatabase(settings, async (database) => {
    const readers = await findReaders(database, { usernames: user, lab }, moment.today)
    const missing = (user ?? []).filter((name) => !readers.some(({ username }) => username === name))
    if (missing.length > 0)
      throw new Refusal(`No open account${lab === undefined ? '' : ` in ${lab}`} is called ${missing.join(', ')}.`)
    const reports = await writeReports(database, readers, parts, moment)
    if (post === undefined) {
      for (const one of reports) {
        const text = reportText(one)
        if (text !== '') say(`${one.reader.username}\n\n${text}\n`)
      }
      return
    }
    const { sent, left_out, failures } = await sendReports(reports, post)
    for (const { username, error } of failures) remark(`Not sent to ${username}: ${error}`)
    say(`Sent ${sent} ${sent === 1 ? 'report' : 'reports'}; ${left_out} had nothing to tell or nobody to write to.`)
    if (failures.length > 0) throw new Refusal('Some reports were not sent.')
  })
}

async function requirePost(settings: Settings): Promise<Post> {
  if (settings.mailDisabled) throw new Refusal('E-mail is switched off by ALYX_DISABLE_MAIL or DISABLE_MAIL.')
  const post = await postOf(settings)
  if (post === undefined) throw new Refusal('No mail server is known: set ALYX_SMTP_URL, see docs/settings.md.')
  return post
}

function asCheck(text: string): string {
  if (!(text in CHECKS)) throw new InvalidArgumentError(`Give one of ${Object.keys(CHECKS).join(', ')}.`)
  return text
}

function asDays(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Give a whole number of days.')
  return Number(text)
}
