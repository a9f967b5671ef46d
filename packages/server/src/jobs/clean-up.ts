import { Task } from '@alyx/models'
import { type Sql, sql } from '../database/index.ts'
import type { Key, Recorder } from '../records/index.ts'
import { readStatus } from './task-status.ts'

/** Which tasks nobody needs any more. */
export interface CleanUp {
  /** YYYY-MM-DD: those that were last changed on this day or earlier, by the calendar of the server. */
  readonly before: string
  /** Number or label of a status, `~` in front for all others; any status when absent. */
  readonly status?: string
  /** At most so many, the oldest; all when absent. */
  readonly limit?: number
  /** Only tasks of sessions whose checklist was signed off. */
  readonly signedOff?: boolean
  /** Only count them. */
  readonly dry?: boolean
}

/** Tasks carry logs of many kilobytes, and those that go are read once more. */
const BATCH = 500

/**
 * Removes old tasks.
 *
 * @returns how many there are; they are gone unless it was a dry run
 * @throws Refused `invalid` for a status that does not exist
 *
 * Source: Alyx 3.6.1, jobs/management/commands/tasks.py, cleanup.
 */
export async function cleanUpTasks(recorder: Recorder, options: CleanUp): Promise<number> {
  const keys = await oldTasks(recorder, options)
  if (options.dry === true) return keys.length
  for (let at = 0; at < keys.length; at += BATCH) await recorder.remove(Task, keys.slice(at, at + BATCH))
  return keys.length
}

async function oldTasks({ db }: Recorder, options: CleanUp): Promise<Key[]> {
  const { before, status, limit, signedOff } = options
  const found = await db.rows(sql`
    select t.id from jobs_task t
    where t.datetime < (${before}::date + 1)::timestamptz
      ${status === undefined ? sql`` : sql`and ${hasStatus(status)}`}
      ${signedOff === true ? sql`and ${isSignedOff}` : sql``}
    order by t.datetime, t.id limit ${limit ?? null}::bigint`)
  return found.map(([key]) => key!)
}

function hasStatus(text: string): Sql {
  const { status, inverted } = readStatus(text)
  return inverted ? sql`t.status <> ${status}::integer` : sql`t.status = ${status}::integer`
}

const isSignedOff = sql`exists (
        select from actions_session s where s.id = t.session_id
          and s.json #>> '{sign_off_checklist,sign_off_date}' is not null
      )`
