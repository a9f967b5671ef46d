/** The animals of a daily round, cage by cage: those on water restriction, and those that had surgery lately. */
import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import { loadWaterInputs } from '../water-control/load.ts'
import { type WaterToday, waterToday, waterTodayIfWeighed } from './water-today.ts'

/** Days after a surgery in which an animal is weighed every day. */
const AFTER_SURGERY_DAYS = 7
const DAY_MS = 24 * 60 * 60 * 1000

interface Named {
  readonly id: Key
  readonly title: string
}

/** An animal of the round, and why it is in it. */
export interface RoundAnimal {
  readonly subject: Named
  readonly lab: Named
  readonly responsible_user: Named | null
  readonly sex: string
  /** Where it lives: the cage of its housing, else what is written on the animal. */
  readonly cage: string | null
  /** The room of the housing, where its JSON says one. */
  readonly room: string | null
  readonly housing: Key | null
  readonly reasons: readonly ('water restriction' | 'after surgery')[]
  readonly water_type: Named | null
  readonly water: WaterToday
}

/** Which animals; all when nothing is said. */
export interface RoundQuestion {
  readonly lab?: Key | undefined
  readonly responsible_user?: Key | undefined
  /** Animals that this person answers for or is allowed to act for. */
  readonly acting?: Key | undefined
  readonly cage?: string | undefined
}

type AnimalRow = Omit<RoundAnimal, 'water' | 'reasons'> & { restricted: boolean; operated: boolean }

/**
 * By room, cage and name. Three statements, however many animals.
 *
 * @param now  the instant of asking: each lab has its own today
 */
export async function roundAnimals(
  db: Db,
  { lab, responsible_user, acting, cage }: RoundQuestion,
  now: Date,
): Promise<RoundAnimal[]> {
  const rows = await db.objects<AnimalRow>(sql`
    with due as (
      select subject_id, true as restricted, false as operated from actions_waterrestriction
       where start_time is not null and start_time <= now() and end_time is null
      union all
      select subject_id, false, true from actions_surgery
       where start_time > now() - make_interval(days => ${AFTER_SURGERY_DAYS}) and start_time <= now()
    ), animal as (
      select subject_id, bool_or(restricted) as restricted, bool_or(operated) as operated from due group by subject_id
    )
    select json_build_object('id', s.id, 'title', s.nickname) as subject,
           json_build_object('id', l.id, 'title', l.name) as lab,
           case when u.id is not null then json_build_object('id', u.id, 'title', u.username) end as responsible_user,
           s.sex, nullif(coalesce(h.cage_name, s.cage), '') as cage, h.room, h.id as housing,
           animal.restricted, animal.operated,
           (select json_build_object('id', t.id, 'title', t.name)
              from actions_waterrestriction r join actions_watertype t on t.id = r.water_type_id
             where r.subject_id = s.id and r.end_time is null order by r.start_time desc limit 1) as water_type
      from animal join subjects_subject s on s.id = animal.subject_id and s.death_date is null
      join misc_lab l on l.id = s.lab_id
      left join misc_labmember u on u.id = s.responsible_user_id
      left join lateral (
        select housing.id, housing.cage_name, housing.json->>'room' as room
          from misc_housingsubject stay join misc_housing housing on housing.id = stay.housing_id
         where stay.subject_id = s.id and stay.end_datetime is null order by stay.start_datetime desc, stay.id limit 1
      ) h on true
     where (${lab ?? null}::uuid is null or s.lab_id = ${lab ?? null}::uuid)
       and (${responsible_user ?? null}::uuid is null or s.responsible_user_id = ${responsible_user ?? null}::uuid)
       and (${acting ?? null}::uuid is null or s.responsible_user_id = ${acting ?? null}::uuid or s.responsible_user_id in (
         select from_labmember_id from misc_labmember_allowed_users where to_labmember_id = ${acting ?? null}::uuid))
       and (${cage ?? null}::text is null or coalesce(h.cage_name, s.cage) = ${cage ?? null})
     order by h.room nulls last, 5 nulls last, s.nickname, s.id`)
  const water = await watersToday(
    db,
    rows.map(({ subject }) => subject.id),
    now,
  )
  return rows.map(({ restricted, operated, ...row }) => ({
    ...row,
    reasons: [
      ...(restricted ? (['water restriction'] as const) : []),
      ...(operated ? (['after surgery'] as const) : []),
    ],
    water: water.get(row.subject.id)!,
  }))
}

/** Days back in which the last weighing and water are looked for; the last weighing before them is read, too. */
const WINDOW_DAYS = 2
const windowOf = (now: Date) => ({
  from: new Date(now.getTime() - WINDOW_DAYS * DAY_MS).toISOString(),
  to: now.toISOString(),
})

/** Where things stand for animals, by key; those that do not exist are left out. Two statements. */
export async function watersToday(db: Db, subjects: readonly Key[], now: Date): Promise<Map<Key, WaterToday>> {
  if (subjects.length === 0) return new Map()
  const loaded = await loadWaterInputs(db, { ids: subjects }, windowOf(now))
  return new Map(loaded.map(({ id, inputs }) => [id, waterToday(inputs, now)]))
}

/** Where things would stand for an animal that is weighed now; undefined when it does not exist. Two statements. */
export async function waterIfWeighed(db: Db, subject: Key, weight: number, now: Date): Promise<WaterToday | undefined> {
  const [loaded] = await loadWaterInputs(db, { ids: [subject] }, windowOf(now))
  return loaded && waterTodayIfWeighed(loaded.inputs, now, weight)
}
