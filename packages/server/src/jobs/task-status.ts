import { Task } from '@alyx/models'
import { Refused } from '../records/index.ts'

const choices: readonly (readonly [number, string])[] = Task.fields.status.choices

/** Names of all statuses. */
export const STATUS_NAMES: readonly string[] = choices.map(([, name]) => name)

/** The number of a status. @param name  one of `STATUS_NAMES` */
export const statusNumber = (name: string): number => choices.find(([, label]) => label === name)![0]

/** What a task has that nobody has begun. */
export const WAITING = statusNumber('Waiting')
/** What a task has whose parents are not done. */
export const HELD = statusNumber('Held')
export const STARTED = statusNumber('Started')
/** Statuses of tasks that are not over. */
export const UNFINISHED = [WAITING, HELD, STARTED] as const
export const ABANDONED = statusNumber('Abandoned')

/** The name of a status; its number for one that has none. */
export const statusName = (status: number): string =>
  choices.find(([number]) => number === status)?.[1] ?? String(status)

/** Which status of tasks a word stands for. */
export interface StatusChoice {
  readonly status: number
  /** Every other status is meant instead. */
  readonly inverted: boolean
}

/**
 * Reads a status as people write it on a command line: its number or its label in any case; `~` in front means every
 * other one.
 *
 * @throws Refused `invalid` for a status that does not exist
 */
export function readStatus(text: string): StatusChoice {
  const inverted = text.startsWith('~')
  const word = (inverted ? text.slice(1) : text).trim().toLowerCase()
  const found = choices.find(([number, label]) => String(number) === word || label.toLowerCase() === word)
  if (!found) {
    const known = choices.map(([number, label]) => `${label} (${number})`).join(', ')
    throw new Refused('invalid', `There is no task status "${text}". Known: ${known}; ~ in front means all others.`)
  }
  return { status: found[0], inverted }
}
