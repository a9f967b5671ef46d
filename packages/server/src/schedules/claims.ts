import { type Database, type Db, sql } from '../database/index.ts'
import { nextTime } from './next-time.ts'

/** A run that this server has to do. */
export interface ClaimedRun {
  readonly id: number
  readonly name: string
  readonly command: readonly string[]
  readonly timeoutSeconds: number
}

interface Due {
  name: string
  command: string[]
  cron: string
  zone: string | null
  enabled: boolean
  overlap: 'skip' | 'wait'
  catch_up: 'once' | 'skip'
  timeout_seconds: number
  next_at: string | null
  wanted_by: string | null
}

const SECOND_MS = 1000
/** A run whose server has not said for so long that it lives is lost. */
export const ALIVE_SECONDS = 90
/** What is later than this was missed: no server ran at its time. */
const MISSED_MS = 5 * 60 * SECOND_MS

/** Notes what servers that died left behind. @returns names of the schedules */
export async function loseDeadRuns(db: Db, now: Date): Promise<string[]> {
  const lost = await db.rows(sql`
    update alyx.schedule_run set ended_at = ${now.toISOString()}::timestamptz, outcome = 'lost'
     where ended_at is null and alive_until < ${now.toISOString()}::timestamptz returning schedule`)
  return lost.map(([name]) => name!)
}

/** Schedules that may be due; whoever claims one looks again. */
export async function dueSchedules(db: Db, now: Date): Promise<string[]> {
  const rows = await db.rows(sql`
    select name from alyx.schedule
     where wanted_by is not null or (enabled and (next_at is null or next_at <= ${now.toISOString()}::timestamptz))
     order by next_at nulls first, name`)
  return rows.map(([name]) => name!)
}

/**
 * Takes the next run of a schedule, if it is due and nobody else has it: the row is locked while this is decided, and
 * the run is written before the lock is let go. What overlaps, or was missed, is dealt with as the schedule says.
 *
 * @param wantedBy who wants it now, whatever the time
 */
export async function claimRun(
  database: Database,
  name: string,
  now: Date,
  serverZone: string,
  wantedBy?: string,
): Promise<ClaimedRun | undefined> {
  return database.transaction(async (db) => {
    const [due] = await db.objects<Due>(sql`
      select name, to_jsonb(command) as command, cron, zone, enabled, overlap, catch_up, timeout_seconds,
             to_jsonb(next_at) #>> '{}' as next_at, wanted_by
        from alyx.schedule where name = ${name} for update skip locked`)
    if (!due) return undefined
    const wanted = wantedBy ?? due.wanted_by
    const at = due.next_at === null ? undefined : new Date(due.next_at)
    const isTime = due.enabled && at !== undefined && at <= now
    const next = due.enabled ? await nextTime(due.cron, due.zone ?? serverZone, now) : undefined
    if (wanted === null && !isTime) {
      // New, or enabled just now: from here on it has a next time.
      if (due.enabled && at === undefined) await setNext(db, name, next)
      return undefined
    }
    const running = await db.rows(sql`select from alyx.schedule_run where schedule = ${name} and ended_at is null`)
    if (running.length > 0) {
      if (due.overlap === 'skip' || wanted !== null) await leaveOut(db, due, now, next, 'The run before was not over.')
      return undefined
    }
    if (wanted === null && due.catch_up === 'skip' && now.getTime() - at!.getTime() > MISSED_MS) {
      await leaveOut(db, due, now, next, 'No server ran at its time.')
      return undefined
    }
    await setNext(db, name, next)
    const [[id] = []] = await db.rows(sql`
      insert into alyx.schedule_run (schedule, due_at, wanted_by, started_at, alive_until)
      values (${name}, ${(wanted === null ? at! : now).toISOString()}, ${wanted}, ${now.toISOString()},
              ${aliveUntil(now)}) returning id`)
    return { id: Number(id), name, command: due.command, timeoutSeconds: due.timeout_seconds }
  })
}

const aliveUntil = (now: Date): string => new Date(now.getTime() + ALIVE_SECONDS * SECOND_MS).toISOString()

const setNext = (db: Db, name: string, next: Date | undefined) =>
  db.execute(sql`
    update alyx.schedule set next_at = ${next?.toISOString() ?? null}, wanted_by = null where name = ${name}`)

async function leaveOut(db: Db, due: Due, now: Date, next: Date | undefined, why: string): Promise<void> {
  await setNext(db, due.name, next)
  const moment = now.toISOString()
  await db.execute(sql`
    insert into alyx.schedule_run (schedule, due_at, wanted_by, started_at, alive_until, ended_at, outcome, output)
    values (${due.name}, ${due.next_at ?? moment}, ${due.wanted_by}, ${moment}, ${moment}, ${moment}, 'skipped', ${why})`)
}

/** Says that the runs of this server live. */
export async function renewRuns(db: Db, ids: readonly number[], now: Date): Promise<void> {
  await db.execute(sql`
    update alyx.schedule_run set alive_until = ${aliveUntil(now)} where id = any(${ids}::bigint[]) and ended_at is null`)
}

export interface Ending {
  readonly outcome: 'succeeded' | 'failed' | 'timed out' | 'stopped'
  readonly exitCode: number | null
  readonly output: string
}

/** Runs that stay in the list of each schedule. */
const RUNS_KEPT = 200

/**
 * Writes down how a run ended.
 *
 * @returns the new state when it is another one than before: whether the schedule fails from now on, or works again
 */
export async function endRun(
  database: Database,
  { id, name }: ClaimedRun,
  { outcome, exitCode, output }: Ending,
  now: Date,
): Promise<'fails' | 'works' | undefined> {
  return database.transaction(async (db) => {
    await db.execute(sql`
      update alyx.schedule_run
         set ended_at = ${now.toISOString()}, outcome = ${outcome}, exit_code = ${exitCode}, output = ${output}
       where id = ${id}`)
    await db.execute(sql`
      delete from alyx.schedule_run where schedule = ${name} and id <= (
        select id from alyx.schedule_run where schedule = ${name} order by id desc offset ${RUNS_KEPT} limit 1)`)
    // A server that is stopped says nothing about the command.
    if (outcome === 'stopped') return undefined
    return changedState(db, name, outcome !== 'succeeded')
  })
}

/** @returns the new state when it is another one than before */
export async function changedState(db: Db, name: string, failing: boolean): Promise<'fails' | 'works' | undefined> {
  const changed = await db.execute(sql`
    update alyx.schedule set failing = ${failing} where name = ${name} and failing <> ${failing}`)
  return changed === 0 ? undefined : failing ? 'fails' : 'works'
}
