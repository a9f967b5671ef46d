import { nextTime } from './next-time.ts'

/** A schedule cannot be made or changed as asked. The message says why, for the person who asked. */
export class ScheduleRefused extends Error {
  override readonly name = 'ScheduleRefused'
}

/** What may be said of a schedule; what is absent stays. */
export interface ScheduleChange {
  readonly about?: string | undefined
  readonly command?: readonly string[] | undefined
  readonly cron?: string | undefined
  /** Null: the zone of the server. */
  readonly zone?: string | null | undefined
  readonly enabled?: boolean | undefined
  readonly overlap?: 'skip' | 'wait' | undefined
  readonly catchUp?: 'once' | 'skip' | undefined
  readonly timeoutSeconds?: number | undefined
}

/** Commands that may be run by themselves: none that asks, serves, restores, or hands out accounts. */
const ALLOWED: readonly (readonly string[])[] = [
  ['backup'],
  ['history', 'verify'],
  ['notify', 'check'],
  ['notify', 'send'],
  ['notify', 'purge'],
  ['notify', 'report'],
  ['one-cache'],
  ['tasks-clean-up'],
  ['dataset-type-check'],
  ['files', 'missing'],
  ['files', 'tidy'],
  ['subjects', 'zygosities'],
  ['subjects', 'check'],
  ['permissions'],
]
const MOST_WORDS = 30
const LONGEST_WORD = 300
const LONGEST_CRON = 100
const SHORTEST_TIMEOUT_SECONDS = 1
const LONGEST_TIMEOUT_SECONDS = 7 * 24 * 3600

/** @throws ScheduleRefused with the first thing that cannot be */
export async function assertPossible(change: ScheduleChange, serverZone: string): Promise<void> {
  const { command, cron, zone, timeoutSeconds } = change
  if (command) assertAllowed(command)
  if (zone !== undefined && zone !== null && !isZone(zone))
    throw new ScheduleRefused(`"${shown(zone)}" is no time zone: use a name such as Europe/London.`)
  if (cron !== undefined) await assertCron(cron, zone ?? serverZone)
  if (
    timeoutSeconds !== undefined &&
    !(timeoutSeconds >= SHORTEST_TIMEOUT_SECONDS && timeoutSeconds <= LONGEST_TIMEOUT_SECONDS)
  )
    throw new ScheduleRefused(`A time limit is ${SHORTEST_TIMEOUT_SECONDS} to ${LONGEST_TIMEOUT_SECONDS} seconds.`)
}

function assertAllowed(command: readonly string[]): void {
  const allowed = ALLOWED.some((words) => words.every((word, at) => command[at] === word))
  if (!allowed)
    throw new ScheduleRefused(
      `"alyx ${shown(command.join(' '))}" cannot be scheduled. Possible: ${ALLOWED.map((words) => words.join(' ')).join(', ')}.`,
    )
  if (command.length > MOST_WORDS || command.some((word) => word.length > LONGEST_WORD || /\p{Cc}/u.test(word)))
    throw new ScheduleRefused(`A command has at most ${MOST_WORDS} words of ${LONGEST_WORD} characters, on one line.`)
}

async function assertCron(cron: string, zone: string): Promise<void> {
  const fields = cron.trim().split(/\s+/).length
  const such = 'such as "15 3 * * *" for every day at 3:15'
  if (fields !== 5 || cron.length > LONGEST_CRON)
    throw new ScheduleRefused(
      `"${shown(cron)}" is no time: write minute, hour, day of the month, month and day of the week, ${such}.`,
    )
  let next: Date | undefined
  try {
    next = await nextTime(cron, zone, new Date())
  } catch {
    throw new ScheduleRefused(`"${shown(cron)}" cannot be read as a time: write one ${such}.`)
  }
  if (!next) throw new ScheduleRefused(`"${shown(cron)}" never comes.`)
}

const SHOWN_LENGTH = 80
const shown = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, SHOWN_LENGTH)

function isZone(name: string): boolean {
  if (!/^[A-Z][\w+-]*(\/[\w+-]+)*$/i.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
