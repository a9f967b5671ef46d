import { type Db, sql } from '../../../../database/index.ts'
import type { Moment } from '../../../../query/index.ts'
import { loadWaterInputs } from '../../water-control/load.ts'
import { WaterControl } from '../../water-control/water-control.ts'

/** Somebody whom a report is for. */
export interface Reader {
  readonly id: string
  readonly username: string
  readonly first_name: string
  readonly email: string
  readonly is_stock_manager: boolean
}

/** Whom to write a report for. Both absent: everybody. */
export interface Readers {
  readonly usernames?: readonly string[] | undefined
  /** Name of a lab: its present members. */
  readonly lab?: string | undefined
}

/** People with open accounts, public ones left out, by username. One statement. */
export async function findReaders(db: Db, { usernames, lab }: Readers, today: string): Promise<Reader[]> {
  return db.objects<Reader>(sql`
    select u.id, u.username, u.first_name, u.email, u.is_stock_manager
      from misc_labmember u
     where u.is_active and not u.is_public_user
       and (${usernames ?? null}::text[] is null or u.username = any(${usernames ?? null}::text[]))
       and (${lab ?? null}::text is null or exists (
         select from misc_labmembership m join misc_lab l on l.id = m.lab_id
          where m.user_id = u.id and l.name = ${lab ?? null}::text
            and m.start_date <= ${today}::date and (m.end_date is null or m.end_date >= ${today}::date)))
     order by u.username`)
}

/** Days that training is counted over, today left out. */
export const TRAINING_WEEK_DAYS = 7

/** An animal that a report may speak of. */
export interface ReportedAnimal {
  readonly id: string
  readonly nickname: string
  /** Key of who answers for it. */
  readonly reader: string
  readonly alive: boolean
  readonly to_be_genotyped: boolean
  readonly to_be_culled: boolean
  readonly reduced: boolean
  readonly operated: boolean
  readonly restricted: boolean
  readonly was_restricted: boolean
  /** Days of the week before today with a session. */
  readonly training_days: number
  /** For animals that are, or were, on restriction and live. */
  readonly water: WaterControl | undefined
}

/** Everything that reports for these people need to know of their animals. Three statements, however many. */
export async function reportedAnimals(db: Db, readers: readonly Reader[], moment: Moment): Promise<ReportedAnimal[]> {
  const { today, instant } = moment
  const animals = await db.objects<Omit<ReportedAnimal, 'water'>>(sql`
    select s.id, s.nickname, s.responsible_user_id as reader, life.alive, s.to_be_genotyped, s.to_be_culled,
           s.reduced_date is not null as reduced,
           exists (select from actions_surgery where subject_id = s.id) as operated,
           life.alive and exists (
             select from actions_waterrestriction where subject_id = s.id and end_time is null) as restricted,
           life.alive and exists (select from actions_waterrestriction where subject_id = s.id) as was_restricted,
           (select count(distinct start_time::date)::integer from actions_session
             where subject_id = s.id and start_time < ${today}::date
               and start_time >= ${today}::date - ${TRAINING_WEEK_DAYS}::integer) as training_days
      from subjects_subject s
     cross join lateral (select (s.death_date is null or s.death_date > ${today}::date)
                           and not exists (select from actions_cull where subject_id = s.id) as alive) life
     where s.responsible_user_id = any(${readers.map(({ id }) => id)}::uuid[])
       and (life.alive or s.reduced_date is null)
     order by s.nickname, s.id`)
  const watered = animals.filter(({ was_restricted }) => was_restricted).map(({ id }) => id)
  const now = instant.toISOString()
  const inputs = watered.length === 0 ? [] : await loadWaterInputs(db, { ids: watered }, { from: now, to: now })
  const controls = new Map(inputs.map((one) => [one.id, new WaterControl(one.inputs)]))
  return animals.map((animal) => ({ ...animal, water: controls.get(animal.id) }))
}
