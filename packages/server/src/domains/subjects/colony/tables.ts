/** The colony in tables: lines with their stock, pairs with their litters, cards of cages. */
import { type Db, join, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import { AGE_GROUPS, livingAnimals } from './animals.ts'

type Table = readonly Readonly<Record<string, unknown>>[]

/** Lines with their living animals by sex, age and genotype, in stock or in somebody's care. One statement. */
export function stockByLine(
  db: Db,
  {
    today,
    active,
    lab,
    line,
  }: {
    readonly today: string
    readonly active: boolean
    readonly lab?: Key | undefined
    readonly line?: Key | undefined
  },
): Promise<Table> {
  const ages = AGE_GROUPS.map((group) => sql`${group}::text, count(*) filter (where age_group = ${group})`)
  return db.objects(sql`
    with ${livingAnimals(today)}, genotype as (
      select line_id, json_object_agg(genotype, animals order by animals desc, genotype) as genotypes
        from (select line_id, genotype, count(*) as animals from animal where line_id is not null group by 1, 2) g group by line_id
    ), stock as (
      select line_id, count(*) as living, count(*) filter (where in_stock) as in_stock,
             count(*) filter (where breeding) as breeding,
             count(*) filter (where to_be_genotyped) as to_be_genotyped, count(*) filter (where to_be_culled) as to_be_culled,
             json_build_object('M', count(*) filter (where known_sex = 'M'), 'F', count(*) filter (where known_sex = 'F'),
                               'U', count(*) filter (where known_sex = 'U')) as by_sex,
             json_build_object(${join(ages, ', ')}) as by_age
        from animal where line_id is not null group by line_id
    )
    select json_build_object('id', l.id, 'title', l.nickname) as line, l.name, l.target_phenotype, l.is_active,
           json_build_object('id', lab.id, 'title', lab.name) as lab,
           coalesce(stock.living, 0)::int as living, coalesce(stock.in_stock, 0)::int as in_stock,
           coalesce(stock.breeding, 0)::int as breeding, coalesce(stock.to_be_genotyped, 0)::int as to_be_genotyped,
           coalesce(stock.to_be_culled, 0)::int as to_be_culled, stock.by_sex, stock.by_age,
           coalesce(genotype.genotypes, '{}') as by_genotype,
           (select count(*)::int from subjects_breedingpair p where p.line_id = l.id and p.start_date is not null and p.end_date is null) as pairs,
           (select max(birth_date) from subjects_litter li where li.line_id = l.id) as last_litter
      from subjects_line l join misc_lab lab on lab.id = l.lab_id
      left join stock on stock.line_id = l.id left join genotype on genotype.line_id = l.id
     where (not ${active} or l.is_active) and (${line ?? null}::uuid is null or l.id = ${line ?? null}::uuid)
       and (${lab ?? null}::uuid is null or l.lab_id = ${lab ?? null}::uuid)
     order by l.nickname, l.id`)
}

/** Pairs with their parents and litters, the latest first. One statement. */
export function pairsWithLitters(
  db: Db,
  { current, line }: { readonly current: boolean; readonly line?: Key | undefined },
): Promise<Table> {
  return db.objects(sql`
    select json_build_object('id', p.id, 'title', p.name) as pair, p.start_date, p.end_date, p.description,
           case when l.id is not null then json_build_object('id', l.id, 'title', l.nickname) end as line,
           (select coalesce(json_agg(json_build_object('id', s.id, 'title', s.nickname, 'sex', s.sex, 'cage', s.cage,
                     'birth_date', s.birth_date, 'alive', s.death_date is null,
                     'role', case when s.id = p.father_id then 'father' else 'mother' end, 'genotype', (
                       select coalesce(string_agg(a.nickname || ' ' || (array['-/-', '+/-', '+/+', '+'])[z.zygosity + 1], '; ' order by a.nickname), '')
                         from subjects_zygosity z join subjects_allele a on a.id = z.allele_id where z.subject_id = s.id))
                     order by s.id <> p.father_id, s.nickname), '[]')
              from subjects_subject s where s.id in (p.father_id, p.mother1_id, p.mother2_id)) as parents,
           (select coalesce(json_agg(json_build_object('id', li.id, 'title', li.name, 'birth_date', li.birth_date,
                     'pups', pups.born, 'alive', pups.alive, 'to_wean', pups.to_wean, 'to_genotype', pups.to_genotype)
                     order by li.birth_date desc nulls last, li.name), '[]')
              from subjects_litter li cross join lateral (
                select count(*) as born, count(*) filter (where s.death_date is null) as alive,
                       count(*) filter (where s.death_date is null and s.wean_date is null) as to_wean,
                       count(*) filter (where s.death_date is null and s.to_be_genotyped) as to_genotype
                  from subjects_subject s where s.litter_id = li.id) pups
             where li.breeding_pair_id = p.id) as litters
      from subjects_breedingpair p left join subjects_line l on l.id = p.line_id
     where (not ${current} or (p.start_date is not null and p.end_date is null))
       and (${line ?? null}::uuid is null or p.line_id = ${line ?? null}::uuid)
     order by p.start_date desc nulls last, p.name, p.id limit 500`)
}

/** Litters with their living pups, the latest first; `due` are those with pups to be weaned or genotyped. One statement. */
export function littersWithPups(
  db: Db,
  {
    due,
    line,
    pair,
    litters,
  }: {
    readonly due?: boolean | undefined
    readonly line?: Key | undefined
    readonly pair?: Key | undefined
    readonly litters?: readonly Key[] | undefined
  },
): Promise<Table> {
  return db.objects(sql`
    select json_build_object('id', li.id, 'title', li.name) as litter, li.birth_date, li.description,
           case when l.id is not null then json_build_object('id', l.id, 'title', l.nickname) end as line,
           case when p.id is not null then json_build_object('id', p.id, 'title', p.name) end as pair,
           pups.born, pups.alive, pups.to_wean, pups.to_genotype, pups.pups
      from subjects_litter li left join subjects_line l on l.id = li.line_id
      left join subjects_breedingpair p on p.id = li.breeding_pair_id
      cross join lateral (
        select count(*)::int as born, count(*) filter (where s.death_date is null)::int as alive,
               count(*) filter (where s.death_date is null and s.wean_date is null)::int as to_wean,
               count(*) filter (where s.death_date is null and s.to_be_genotyped)::int as to_genotype,
               coalesce(json_agg(json_build_object('id', s.id, 'title', s.nickname, 'sex', case when s.sex in ('M', 'F') then s.sex else 'U' end,
                 'ear_mark', s.ear_mark, 'cage', s.cage, 'wean_date', s.wean_date, 'to_be_genotyped', s.to_be_genotyped)
                 order by s.nickname) filter (where s.death_date is null), '[]') as pups
          from subjects_subject s where s.litter_id = li.id) pups
     where (not ${due ?? false} or pups.to_wean > 0 or pups.to_genotype > 0)
       and (${line ?? null}::uuid is null or li.line_id = ${line ?? null}::uuid)
       and (${pair ?? null}::uuid is null or li.breeding_pair_id = ${pair ?? null}::uuid)
       and (${litters ?? null}::uuid[] is null or li.id = any(${litters ?? null}::uuid[]))
     order by li.birth_date desc nulls last, li.name, li.id limit 500`)
}

/**
 * What stands on the cards of cages: their animals, of the housings or the cages that are named. Animals that are named have
 * a card even when nobody knows their cage. One statement.
 */
export function cageCards(
  db: Db,
  {
    housings,
    cages,
    subjects,
    lab,
  }: {
    readonly housings?: readonly Key[] | undefined
    readonly cages?: readonly string[] | undefined
    readonly subjects?: readonly Key[] | undefined
    readonly lab?: Key | undefined
  },
): Promise<Table> {
  return db.objects(sql`
    with placed as (
      select s.*, h.id as housing_id, coalesce(h.cage_name, nullif(s.cage, '')) as cage_name, h.cage_type_id, h.light_cycle,
             h.json->>'room' as room, h.cage_cleaning_frequency_days, h.food_id, h.enrichment_id
        from subjects_subject s left join lateral (
          select housing.* from misc_housingsubject stay join misc_housing housing on housing.id = stay.housing_id
           where stay.subject_id = s.id and stay.end_datetime is null order by stay.start_datetime desc, stay.id limit 1) h on true
       where s.death_date is null and (${lab ?? null}::uuid is null or s.lab_id = ${lab ?? null}::uuid)
    )
    select p.cage_name as cage, p.housing_id as housing, max(ct.name) as cage_type, max(f.name) as food,
           max(e.name) as enrichment, max(p.light_cycle) as light_cycle, max(p.cage_cleaning_frequency_days) as cleaning_days,
           max(p.room) as room, string_agg(distinct lab.name, ', ') as lab,
           json_agg(json_build_object('id', p.id, 'nickname', p.nickname, 'sex', p.sex, 'birth_date', p.birth_date,
             'ear_mark', p.ear_mark, 'protocol_number', p.protocol_number, 'line', l.nickname,
             'responsible_user', u.username, 'litter', li.name, 'genotype', (
               select coalesce(json_agg(a.nickname || ' ' || (array['-/-', '+/-', '+/+', '+'])[z.zygosity + 1] order by a.nickname), '[]')
                 from subjects_zygosity z join subjects_allele a on a.id = z.allele_id where z.subject_id = p.id),
             'on_restriction', exists (select from actions_waterrestriction r
                                        where r.subject_id = p.id and r.start_time is not null and r.end_time is null))
             order by p.nickname) as animals
      from placed p join misc_lab lab on lab.id = p.lab_id left join misc_cagetype ct on ct.id = p.cage_type_id left join misc_food f on f.id = p.food_id
      left join misc_enrichment e on e.id = p.enrichment_id left join subjects_line l on l.id = p.line_id
      left join misc_labmember u on u.id = p.responsible_user_id left join subjects_litter li on li.id = p.litter_id
     where (p.cage_name is not null or ${subjects ?? null}::uuid[] is not null)
       and (${subjects ?? null}::uuid[] is null or p.id = any(${subjects ?? null}::uuid[]))
       and (${housings ?? null}::uuid[] is null or p.housing_id = any(${housings ?? null}::uuid[]))
       and (${cages ?? null}::text[] is null or p.cage_name = any(${cages ?? null}::text[]))
     group by p.cage_name, p.housing_id order by p.cage_name, p.housing_id limit 1000`)
}
