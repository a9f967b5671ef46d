/** What has to be done today for animals on water restriction. Whom to tell of it is the business of notifications. */
import { type Db, sql } from '../../database/index.ts'
import { loadWaterInputs } from './water-control/load.ts'
import { type CalendarDate, dateOf, type WallClock } from './water-control/wall-clock.ts'
import { WaterControl } from './water-control/water-control.ts'

/** Water is due when the last was so long ago: 23 hours, and ten seconds for clocks that differ. */
const DUE_SECONDS = 23 * 60 * 60 - 10
const HOUR_SECONDS = 60 * 60

/** A living animal on restriction, at one moment. Times are the wall clock of its lab. */
export interface WaterCheck {
  readonly subject: string
  readonly nickname: string
  /** Key and name of who answers for it. */
  readonly responsible_user: string | null
  readonly username: string | null
  readonly restricted_since: WallClock
  /** Millilitres that it should still get today; negative when it had more. */
  readonly remaining_water: number
  /** When it last got water, and how many millilitres; null when it never did, or not for a month. */
  readonly last_water: { readonly date_time: WallClock; readonly millilitres: number | null } | null
  /** Since its last water or, without any, since its restriction began. */
  readonly hours_without_water: number
  /** Something remains, and it waited long enough. Never on the first day of a restriction. */
  readonly water_due: boolean
  /** Not weighed today. On the first day of a restriction a written reference weight counts as a weighing. */
  readonly weighing_missing: boolean
  readonly day: CalendarDate
}

interface Restricted {
  id: string
  nickname: string
  responsible_user: string | null
  username: string | null
}

/**
 * Checks every living animal with an open restriction, by the name of who answers for it, then by nickname. Three
 * statements, however many animals. An animal that never got water is checked like the others.
 *
 * Source: Alyx 3.6.1, command `check_water_admin`.
 */
export async function waterChecks(db: Db, now: Date): Promise<WaterCheck[]> {
  const restricted = await db.objects<Restricted>(sql`
    select s.id, s.nickname, u.id as responsible_user, u.username
      from subjects_subject s left join misc_labmember u on u.id = s.responsible_user_id
     where s.death_date is null
       and exists (select from actions_waterrestriction r where r.subject_id = s.id and r.start_time is not null and r.end_time is null)
     order by u.username, s.nickname, s.id`)
  if (restricted.length === 0) return []
  const ids = restricted.map(({ id }) => id)
  // A lab may not have watered for days; a month back finds the last water of every animal that is looked after.
  const window = { from: daysBefore(now, LOOK_BACK_DAYS).toISOString(), to: now.toISOString() }
  const loaded = new Map((await loadWaterInputs(db, { ids }, window)).map(({ id, inputs }) => [id, inputs]))
  return restricted.flatMap((subject) => {
    const inputs = loaded.get(subject.id)
    const check = inputs && waterCheck(new WaterControl(inputs), now)
    return check ? [{ subject: subject.id, ...subjectNames(subject), ...check }] : []
  })
}

const LOOK_BACK_DAYS = 31
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
const daysBefore = (instant: Date, days: number): Date => new Date(instant.getTime() - days * DAY_MILLISECONDS)

const subjectNames = ({ nickname, responsible_user, username }: Restricted) => ({
  nickname,
  responsible_user,
  username,
})

/** What there is to do for one animal; undefined while it is not restricted. */
function waterCheck(
  control: WaterControl,
  now: Date,
): Omit<WaterCheck, 'subject' | 'nickname' | 'responsible_user' | 'username'> | undefined {
  const at = control.today(now)
  const state = control.at(at)
  if (state.restricted_since === null) return undefined
  const day = dateOf(at)
  const firstDay = dateOf(state.restricted_since) === day
  const last = control.lastAdministration(at)
  const seconds = secondsBetween(last?.date_time ?? state.restricted_since, at)
  return {
    restricted_since: state.restricted_since,
    remaining_water: state.remaining_water,
    last_water: last ? { date_time: last.date_time, millilitres: last.water_administered } : null,
    hours_without_water: seconds / HOUR_SECONDS,
    water_due: !firstDay && state.remaining_water > 0 && seconds >= DUE_SECONDS,
    weighing_missing: state.weighing_at === null && !(firstDay && state.reference_weight !== 0),
    day,
  }
}

/** By the clock on the wall: the two hours of a year in which clocks change do not matter to a mouse. */
const secondsBetween = (from: WallClock, to: WallClock): number =>
  (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 1000
