/** A week of training: which animals were trained on which days, what they weighed and what they drank. */
import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import { loadWaterInputs } from '../water-control/load.ts'
import { waterRecord } from '../water-control/records.ts'
import { dateOf, dateOfDayNumber, dayNumber, noonOf } from '../water-control/wall-clock.ts'
import { WaterControl } from '../water-control/water-control.ts'

const WEEK_DAYS = 7
/** Fewer days of training in a week are too few. Source: Alyx 3.6.1, training view. */
const ENOUGH_DAYS = 5
/** 1970-01-01 was a Thursday. */
const mondayOf = (date: string): number =>
  dayNumber(date) - ((((dayNumber(date) + 3) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS)

interface Named {
  readonly id: Key
  readonly title: string
}

/** Grams, millilitres, per cent; null where nothing is known, or the day has not come. */
export interface TrainingDay {
  readonly date: string
  readonly to_come: boolean
  readonly restricted: boolean
  readonly sessions: readonly Key[]
  readonly weight: number | null
  readonly percentage: number | null
  readonly given: number | null
  readonly required: number | null
}

export interface TrainedAnimal {
  readonly subject: Named
  readonly responsible_user: Named | null
  readonly lab: Named
  readonly training_days: number
  /** Fewer than five, of a week that is over. */
  readonly too_few: boolean
  readonly days: readonly TrainingDay[]
}

export interface TrainingWeek {
  readonly monday: string
  readonly animals: readonly TrainedAnimal[]
}

export interface WeekQuestion {
  /** Any day of the week. */
  readonly date: string
  readonly lab?: Key | undefined
  readonly responsible_user?: Key | undefined
}

/**
 * Living animals that were on water restriction on a day of the week, by who answers for them and name. Three statements.
 */
export async function trainingWeek(
  db: Db,
  { date, lab, responsible_user }: WeekQuestion,
  now: Date,
): Promise<TrainingWeek> {
  const first = mondayOf(date)
  const [monday, after] = [dateOfDayNumber(first), dateOfDayNumber(first + WEEK_DAYS)]
  const animals = await db.objects<
    Omit<TrainedAnimal, 'training_days' | 'too_few' | 'days'> & { sessions: { id: Key; day: string }[] }
  >(sql`
    select json_build_object('id', s.id, 'title', s.nickname) as subject,
           case when u.id is not null then json_build_object('id', u.id, 'title', u.username) end as responsible_user,
           json_build_object('id', l.id, 'title', l.name) as lab,
           (select coalesce(json_agg(json_build_object('id', a.id, 'day', to_char(a.start_time, 'YYYY-MM-DD'))
                            order by a.start_time), '[]')
              from actions_session a where a.subject_id = s.id and a.start_time >= ${monday}::date
               and a.start_time < ${after}::date) as sessions
      from subjects_subject s join misc_lab l on l.id = s.lab_id left join misc_labmember u on u.id = s.responsible_user_id
     where s.id in (select r.subject_id from actions_waterrestriction r
                     where r.start_time < ${after}::date and (r.end_time is null or r.end_time >= ${monday}::date))
       and (s.death_date is null or s.death_date >= ${monday}::date)
       and (${lab ?? null}::uuid is null or s.lab_id = ${lab ?? null}::uuid)
       and (${responsible_user ?? null}::uuid is null or s.responsible_user_id = ${responsible_user ?? null}::uuid)
     order by u.username nulls last, s.nickname, s.id`)
  const ids = animals.map(({ subject }) => subject.id)
  const window = { from: monday, to: after }
  const controls = new Map(
    ids.length === 0
      ? []
      : (await loadWaterInputs(db, { ids }, window)).map(({ id, inputs }) => [id, new WaterControl(inputs)] as const),
  )
  return {
    monday,
    animals: animals.map(({ sessions, ...animal }) => {
      const control = controls.get(animal.subject.id)!
      const today = dateOf(control.today(now))
      const days = Array.from({ length: WEEK_DAYS }, (_, at): TrainingDay => {
        const day = dateOfDayNumber(first + at)
        const toCome = day > today
        const record = waterRecord(control, noonOf(day))
        return {
          date: day,
          to_come: toCome,
          restricted: !toCome && record.is_water_restricted,
          sessions: sessions.filter((one) => one.day === day).map(({ id }) => id),
          weight: record.weighing_at,
          percentage: toCome || record.percentage_weight === 0 ? null : record.percentage_weight,
          given: record.given_water_total,
          required: toCome || record.weight === null ? null : record.expected_water,
        }
      })
      const trainingDays = days.filter((one) => one.sessions.length > 0).length
      return {
        ...animal,
        training_days: trainingDays,
        too_few: days.at(-1)!.date < today && trainingDays < ENOUGH_DAYS,
        days,
      }
    }),
  }
}
