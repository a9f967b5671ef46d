import { type Database, type Db, sql } from '../database/index.ts'
import { DEFAULTS } from './defaults.ts'
import { assertPossible, type ScheduleChange, ScheduleRefused } from './judged.ts'
import { nextTime } from './next-time.ts'

/** A schedule with what came of it; moments are ISO 8601 as PostgreSQL writes them. */
export interface Schedule {
  readonly name: string
  readonly about: string
  readonly command: readonly string[]
  readonly cron: string
  readonly zone: string | null
  readonly enabled: boolean
  readonly overlap: 'skip' | 'wait'
  readonly catch_up: 'once' | 'skip'
  readonly timeout_seconds: number
  readonly next_at: string | null
  readonly wanted_by: string | null
  readonly failing: boolean
  /** The newest one, if there was any. */
  readonly last_run: ScheduleRun | null
}

export interface ScheduleRun {
  readonly id: number
  readonly due_at: string
  readonly wanted_by: string | null
  readonly started_at: string
  /** Null while it runs. */
  readonly ended_at: string | null
  readonly outcome: string | null
  readonly exit_code: number | null
  readonly output: string
}

/** Adds what every laboratory has and this one has not; what somebody changed stays as it is. */
export async function addDefaultSchedules(db: Db): Promise<void> {
  for (const { name, about, command, cron, enabled, catchUp, timeoutSeconds } of DEFAULTS)
    await db.execute(sql`
      insert into alyx.schedule (name, about, command, cron, enabled, overlap, catch_up, timeout_seconds)
      values (${name}, ${about}, ${command}::text[], ${cron}, ${enabled}, 'skip', ${catchUp}, ${timeoutSeconds})
      on conflict (name) do nothing`)
}

/** All schedules by name, or the one of a name. */
export async function listSchedules(db: Db, name?: string): Promise<Schedule[]> {
  return db.objects<Schedule>(sql`
    select s.name, s.about, to_jsonb(s.command) as command, s.cron, s.zone, s.enabled, s.overlap, s.catch_up,
           s.timeout_seconds, to_jsonb(s.next_at) #>> '{}' as next_at, s.wanted_by, s.failing,
           (select to_jsonb(r) - 'schedule' - 'alive_until' from alyx.schedule_run r
             where r.schedule = s.name order by r.id desc limit 1) as last_run
      from alyx.schedule s where ${name ?? null}::text is null or s.name = ${name ?? null} order by s.name`)
}

/** The newest runs of a schedule. */
export async function runsOf(db: Db, name: string, most: number): Promise<ScheduleRun[]> {
  const found = await db.objects<{ run: ScheduleRun }>(sql`
    select to_jsonb(r) - 'schedule' - 'alive_until' as run from alyx.schedule_run r
     where r.schedule = ${name} order by r.id desc limit ${most}`)
  return found.map(({ run }) => run)
}

const NAME = /^[a-z][a-z\d-]{0,62}$/

/**
 * Changes a schedule, or makes one where there is none and enough is said.
 *
 * @param serverZone of schedules that name none
 * @throws ScheduleRefused
 */
export async function changeSchedule(
  database: Database,
  name: string,
  change: ScheduleChange,
  serverZone: string,
): Promise<Schedule> {
  return database.transaction(async (db) => {
    await db.execute(sql`select from alyx.schedule where name = ${name} for update`)
    const [before] = await listSchedules(db, name)
    if (!before) await make(db, name, change)
    const [known = before] = before ? [before] : await listSchedules(db, name)
    const zone = change.zone === undefined ? known!.zone : change.zone
    // A zone may make a time impossible to read, and the other way round: they are judged as they will be.
    await assertPossible({ ...change, cron: change.cron ?? known!.cron, zone }, serverZone)
    const enabled = change.enabled ?? known!.enabled
    const next = enabled ? await nextTime(change.cron ?? known!.cron, zone ?? serverZone, new Date()) : undefined
    await db.execute(sql`
      update alyx.schedule
         set about = ${change.about ?? known!.about}, command = ${change.command ?? known!.command}::text[],
             cron = ${change.cron ?? known!.cron}, zone = ${zone}, enabled = ${enabled},
             overlap = ${change.overlap ?? known!.overlap}, catch_up = ${change.catchUp ?? known!.catch_up},
             timeout_seconds = ${change.timeoutSeconds ?? known!.timeout_seconds}, next_at = ${next?.toISOString() ?? null}
       where name = ${name}`)
    const [after] = await listSchedules(db, name)
    return after!
  })
}

const USUAL_TIMEOUT_SECONDS = 3600

async function make(db: Db, name: string, { command, cron, ...rest }: ScheduleChange): Promise<void> {
  if (!command || cron === undefined) throw noSchedule(name)
  if (!NAME.test(name)) throw new ScheduleRefused('A name has small letters, digits and "-", and begins with a letter.')
  await db.execute(sql`
    insert into alyx.schedule (name, about, command, cron, enabled, overlap, catch_up, timeout_seconds)
    values (${name}, ${rest.about ?? ''}, ${command}::text[], ${cron}, true, 'skip', 'once', ${USUAL_TIMEOUT_SECONDS})`)
}

/** @throws ScheduleRefused when there is none, or it is one that every laboratory has */
export async function removeSchedule(db: Db, name: string): Promise<void> {
  if (DEFAULTS.some((one) => one.name === name))
    throw new ScheduleRefused(`Every laboratory has the schedule "${name}": disable it instead.`)
  if ((await db.execute(sql`delete from alyx.schedule where name = ${name}`)) === 0) throw noSchedule(name)
}

/** Has a server run it within seconds, whatever the time, also when it is disabled. @throws ScheduleRefused */
export async function wantRun(db: Db, name: string, by: string): Promise<void> {
  if ((await db.execute(sql`update alyx.schedule set wanted_by = ${by} where name = ${name}`)) === 0)
    throw noSchedule(name)
}

const noSchedule = (name: string) =>
  new ScheduleRefused(`There is no schedule "${name.slice(0, 60)}". To make one, give a command and a time.`)
