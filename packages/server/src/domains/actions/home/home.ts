/** The first page of a person: what waits today, their animals with a month of weights, what they did last. */
import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

interface Named {
  readonly id: Key
  readonly title: string
}

/** A list that is cut, and how long it is. */
interface Some<T> {
  readonly count: number
  readonly first: readonly T[]
}

export interface HomeAnimal {
  readonly subject: Named
  readonly sex: string
  readonly birth_date: string | null
  readonly line: string | null
  readonly cage: string | null
  readonly on_restriction: boolean
  readonly sessions: number
  readonly last_session: string | null
  /** Weights of the last thirty days, one a day, oldest first. */
  readonly weights: readonly { readonly day: string; readonly weight: number }[]
}

export interface HomeSums {
  readonly wean: Some<Named & { readonly birth_date: string; readonly pups: number }>
  readonly genotype: Some<Named>
  readonly cull: Some<Named>
  readonly requests: Some<Named & { readonly due_date: string | null; readonly remaining: number }>
  readonly messages_unread: number
  readonly animals: Some<HomeAnimal>
  readonly recent: readonly {
    readonly table: string
    readonly key: string
    readonly operation: string
    readonly at: string
  }[]
}

const SHOWN = 20
const SHOWN_ANIMALS = 60
const SPARK_DAYS = 30
/** Pups leave their mother at about this age. Days. */
const WEANING_DAYS = 21
const RECENT = 15
/** Changes that are looked through for these: one record may have been changed many times. */
const LOOKED_AT = 400

/**
 * Everything that rests on tables alone, of animals that a person answers for or is allowed to act for; of all when they
 * look after the stock. One statement.
 */
export async function homeSums(
  db: Db,
  person: Key,
  { today, looksAfterStock }: { readonly today: string; readonly looksAfterStock: boolean },
): Promise<HomeSums> {
  const [row] = await db.objects<HomeSums>(sql`
    with person as (
      select ${person}::uuid as id union select from_labmember_id from misc_labmember_allowed_users where to_labmember_id = ${person}
    ), mine as (
      select s.* from subjects_subject s where s.death_date is null and s.responsible_user_id in (select id from person)
    ), charge as (
      select s.* from subjects_subject s
       where s.death_date is null and (${looksAfterStock} or s.responsible_user_id in (select id from person))
    ), to_wean as (
      select l.id, l.name as title, l.birth_date, count(*) as pups from subjects_litter l join charge s on s.litter_id = l.id
       where s.wean_date is null and l.birth_date <= ${today}::date - ${WEANING_DAYS}::int and l.birth_date > ${today}::date - 90
       group by l.id
    ), asked as (
      select r.id, coalesce(l.nickname, '') as line, r.due_date, r.count - (
               select count(*) from subjects_subject s where s.request_id = r.id and s.death_date is null
                  and s.responsible_user_id is not distinct from r.user_id and s.line_id is not distinct from r.line_id) as remaining
        from subjects_subjectrequest r left join subjects_line l on l.id = r.line_id
       where ${looksAfterStock} or r.user_id = ${person}
    ), shown as (
      select m.*, exists (select from actions_waterrestriction r where r.subject_id = m.id and r.start_time is not null
                             and r.end_time is null) as restricted
        from mine m order by restricted desc, m.nickname, m.id limit ${SHOWN_ANIMALS}
    )
    select
      (select json_build_object('count', count(*), 'first', coalesce(json_agg(w order by w.birth_date, w.title) filter (where nth <= ${SHOWN}), '[]'))
         from (select *, row_number() over (order by birth_date, title) as nth from to_wean) w) as wean,
      (select json_build_object('count', count(*), 'first', coalesce(json_agg(json_build_object('id', id, 'title', nickname) order by nth) filter (where nth <= ${SHOWN}), '[]'))
         from (select id, nickname, row_number() over (order by nickname, id) as nth from charge where to_be_genotyped) x) as genotype,
      (select json_build_object('count', count(*), 'first', coalesce(json_agg(json_build_object('id', id, 'title', nickname) order by nth) filter (where nth <= ${SHOWN}), '[]'))
         from (select id, nickname, row_number() over (order by nickname, id) as nth from charge where to_be_culled) x) as cull,
      (select json_build_object('count', count(*), 'first', coalesce(json_agg(json_build_object('id', id, 'title', line, 'due_date', due_date, 'remaining', remaining) order by nth) filter (where nth <= ${SHOWN}), '[]'))
         from (select *, row_number() over (order by due_date nulls last, id) as nth from asked where remaining > 0) x) as requests,
      (select count(*)::int from actions_notification_users m join actions_notification n on n.id = m.notification_id
        where m.labmember_id = ${person} and n.send_at <= now() and not exists (
          select from alyx.notification_read r where r.user_id = m.labmember_id and r.notification_id = n.id)) as messages_unread,
      (select json_build_object('count', (select count(*) from mine), 'first', coalesce(json_agg(json_build_object(
                'subject', json_build_object('id', s.id, 'title', s.nickname), 'sex', s.sex, 'birth_date', s.birth_date,
                'line', l.nickname, 'cage', nullif(s.cage, ''), 'on_restriction', s.restricted,
                'sessions', (select count(*) from actions_session a where a.subject_id = s.id),
                'last_session', (select max(a.start_time) from actions_session a where a.subject_id = s.id),
                'weights', (
                  select coalesce(json_agg(json_build_object('day', day, 'weight', weight) order by day), '[]') from (
                    select distinct on (w.date_time::date) w.date_time::date as day, w.weight from actions_weighing w
                     where w.subject_id = s.id and w.date_time >= ${today}::date - ${SPARK_DAYS - 1}::int
                     order by w.date_time::date, w.date_time desc, w.id) spark))
                order by s.restricted desc, s.nickname, s.id), '[]'))
         from shown s left join subjects_line l on l.id = s.line_id) as animals,
      (select coalesce(json_agg(json_build_object('table', table_name, 'key', key, 'operation', operation, 'at', at) order by id desc), '[]')
         from (select * from (
                 select distinct on (table_name, key) id, table_name, key, operation, at from (
                   select id, table_name, key, operation, at from alyx.change
                    where user_id = ${person} and key is not null and operation in ('insert', 'update', 'delete')
                    order by at desc, id desc limit ${LOOKED_AT}) lately
                  order by table_name, key, id desc) last
                order by id desc limit ${RECENT}) recent) as recent`)
  return row!
}
