/** Living animals as those who look after a colony count and choose them. */
import { type Db, join, type Sql, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

/** Ages at which a mouse is a pup, young, grown and old, in days. */
const [WEANED, GROWN, OLD] = [21, 56, 180] as const

export const AGE_GROUPS = ['not_weaned', 'young', 'grown', 'old', 'not_known'] as const

/**
 * The statement's tables `breeder` and `animal`: every living animal with its age group, its genotype in words, whether it
 * is in stock and whether it breeds. Counting and listing share it, so that a number and the list behind it agree.
 */
export const livingAnimals = (today: string): Sql => sql`
    breeder as (
      select unnest(array[father_id, mother1_id, mother2_id]) as id from subjects_breedingpair
       where start_date is not null and end_date is null
    ), animal as (
      select s.*, ${today}::date - s.birth_date as age,
             case when s.birth_date is null then 'not_known' when ${today}::date - s.birth_date < ${WEANED} then 'not_weaned'
                  when ${today}::date - s.birth_date < ${GROWN} then 'young'
                  when ${today}::date - s.birth_date < ${OLD} then 'grown' else 'old' end as age_group,
             case when s.sex in ('M', 'F') then s.sex else 'U' end as known_sex, u.username,
             u.id is null or u.is_stock_manager as in_stock, exists (select from breeder b where b.id = s.id) as breeding,
             coalesce((select string_agg(a.nickname || ' ' || (array['-/-', '+/-', '+/+', '+'])[z.zygosity + 1], '; ' order by a.nickname)
                         from subjects_zygosity z join subjects_allele a on a.id = z.allele_id
                         join subjects_line_alleles la on la.allele_id = a.id and la.line_id = s.line_id
                        where z.subject_id = s.id), 'not known') as genotype
        from subjects_subject s left join misc_labmember u on u.id = s.responsible_user_id
       where s.death_date is null
    )`

/** Which animals; every condition that is given must hold. */
export interface AnimalQuestion {
  readonly today: string
  readonly subjects?: readonly Key[] | undefined
  readonly line?: Key | undefined
  readonly litter?: Key | undefined
  readonly housing?: Key | undefined
  readonly sex?: string | undefined
  readonly age?: string | undefined
  readonly genotype?: string | undefined
  readonly in_stock?: boolean | undefined
  readonly breeding?: boolean | undefined
  readonly to_be_genotyped?: boolean | undefined
  readonly to_be_culled?: boolean | undefined
}

const MOST_LISTED = 1000

/** Animals with what one looks at before one chooses them. One statement; a thousand at most, by line and name. */
export function animalsOfColony(
  db: Db,
  { today, subjects, line, litter, housing, ...asked }: AnimalQuestion,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const is = (column: Sql, value: unknown): Sql[] =>
    value === undefined ? [] : [sql`${column} = ${value as string | boolean}`]
  const conditions = [
    sql`true`,
    ...(subjects ? [sql`a.id = any(${subjects}::uuid[])`] : []),
    ...is(sql`a.line_id`, line),
    ...is(sql`a.litter_id`, litter),
    ...is(sql`stay.housing_id`, housing),
    ...is(sql`a.known_sex`, asked.sex),
    ...is(sql`a.age_group`, asked.age),
    ...is(sql`a.genotype`, asked.genotype),
    ...is(sql`a.in_stock`, asked.in_stock),
    ...is(sql`a.breeding`, asked.breeding),
    ...is(sql`a.to_be_genotyped`, asked.to_be_genotyped),
    ...is(sql`a.to_be_culled`, asked.to_be_culled),
  ]
  return db.objects(sql`
    with ${livingAnimals(today)}
    select json_build_object('id', a.id, 'title', a.nickname) as subject, a.known_sex as sex, a.birth_date, a.age as age_days,
           a.ear_mark, coalesce(housing.cage_name, nullif(a.cage, '')) as cage, a.genotype, a.in_stock, a.breeding,
           a.to_be_genotyped, a.to_be_culled, a.wean_date, a.actual_severity, a.protocol_number,
           a.username as responsible_user, lab.name as lab,
           case when l.id is not null then json_build_object('id', l.id, 'title', l.nickname) end as line,
           case when li.id is not null then json_build_object('id', li.id, 'title', li.name) end as litter,
           case when housing.id is not null then json_build_object('id', housing.id, 'title', housing.cage_name) end as housing,
           a.request_id as request, exists (select from actions_waterrestriction r where r.subject_id = a.id
             and r.start_time is not null and r.end_time is null) as on_restriction
      from animal a join misc_lab lab on lab.id = a.lab_id
      left join subjects_line l on l.id = a.line_id left join subjects_litter li on li.id = a.litter_id
      left join lateral (select s.housing_id from misc_housingsubject s where s.subject_id = a.id and s.end_datetime is null
                          order by s.start_datetime desc, s.id limit 1) stay on true
      left join misc_housing housing on housing.id = stay.housing_id
     where ${join(conditions, ' and ')} order by l.nickname nulls last, a.nickname, a.id limit ${MOST_LISTED}`)
}
