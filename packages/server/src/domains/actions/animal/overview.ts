/** One animal on one page: who it is, where it lives, whose it is, what was done. */
import { type Db, raw, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

/** What is known of an animal; see the statement. Lists are complete, but for `counts`. */
export type AnimalOverview = Readonly<Record<string, unknown>> & { readonly id: Key }

const named = (id: string, title: string, name: string) =>
  `case when ${id} is not null then json_build_object('id', ${id}, 'title', ${title}) end as ${name}`

/** One statement; undefined when there is no such animal. */
export async function animalOverview(db: Db, subject: Key, today: string): Promise<AnimalOverview | undefined> {
  const [row] = await db.objects<AnimalOverview>(sql`
    select s.id, s.nickname, s.sex, s.birth_date, s.death_date, s.wean_date, s.genotype_date, s.ear_mark, s.cage,
           s.protocol_number, s.description, s.adverse_effects, s.actual_severity, s.to_be_genotyped, s.to_be_culled,
           s.reduced_date, least(s.death_date, ${today}::date) - s.birth_date as age_days,
           ${raw(named('lab.id', 'lab.name', 'lab'))}, ${raw(named('u.id', 'u.username', 'responsible_user'))},
           ${raw(named('line.id', 'line.nickname', 'line'))}, ${raw(named('st.id', 'st.name', 'strain'))},
           ${raw(named('sp.id', 'sp.name', 'species'))}, ${raw(named('src.id', 'src.name', 'source'))},
           ${raw(named('l.id', 'l.name', 'litter'))}, ${raw(named('p.id', 'p.name', 'breeding_pair'))},
           ${raw(named('f.id', 'f.nickname', 'father'))},
           (select coalesce(json_agg(json_build_object('id', m.id, 'title', m.nickname) order by m.nickname), '[]')
              from subjects_subject m where m.id in (p.mother1_id, p.mother2_id)) as mothers,
           (select coalesce(json_agg(json_build_object('id', o.id, 'title', o.nickname, 'sex', o.sex, 'alive',
                            o.death_date is null) order by o.nickname), '[]')
              from subjects_subject o where o.litter_id = s.litter_id and o.id <> s.id) as littermates,
           (select coalesce(json_agg(json_build_object('pair', json_build_object('id', bp.id, 'title', bp.name),
                            'start_date', bp.start_date, 'end_date', bp.end_date,
                            'litters', (select count(*) from subjects_litter x where x.breeding_pair_id = bp.id),
                            'pups', (select count(*) from subjects_litter x join subjects_subject c on c.litter_id = x.id
                                      where x.breeding_pair_id = bp.id)) order by bp.start_date, bp.name), '[]')
              from subjects_breedingpair bp where s.id in (bp.father_id, bp.mother1_id, bp.mother2_id)) as breeding,
           (select coalesce(json_agg(json_build_object('id', pr.id, 'title', pr.name) order by pr.name), '[]')
              from subjects_subject_projects sp2 join subjects_project pr on pr.id = sp2.project_id
             where sp2.subject_id = s.id) as projects,
           (select coalesce(json_agg(json_build_object('allele', json_build_object('id', a.id, 'title', a.nickname),
                            'zygosity', z.zygosity) order by a.nickname), '[]')
              from subjects_zygosity z join subjects_allele a on a.id = z.allele_id where z.subject_id = s.id) as genotype,
           (select coalesce(json_agg(json_build_object('sequence', json_build_object('id', q.id, 'title', q.name),
                            'result', t.test_result) order by q.name), '[]')
              from subjects_genotypetest t join subjects_sequence q on q.id = t.sequence_id where t.subject_id = s.id) as tests,
           (select json_build_object('id', h.id, 'cage_name', h.cage_name, 'light_cycle', h.light_cycle,
                     'cage_type', ct.name, 'enrichment', e.name, 'food', fd.name, 'since', stay.start_datetime, 'mates', (
                       select coalesce(json_agg(json_build_object('id', m.id, 'title', m.nickname) order by m.nickname), '[]')
                         from misc_housingsubject other join subjects_subject m on m.id = other.subject_id
                        where other.housing_id = h.id and other.end_datetime is null and m.id <> s.id))
              from misc_housingsubject stay join misc_housing h on h.id = stay.housing_id
              left join misc_cagetype ct on ct.id = h.cage_type_id left join misc_enrichment e on e.id = h.enrichment_id
              left join misc_food fd on fd.id = h.food_id
             where stay.subject_id = s.id and stay.end_datetime is null order by stay.start_datetime desc limit 1) as housing,
           (select coalesce(json_agg(json_build_object('id', r.id, 'start_time', r.start_time, 'end_time', r.end_time,
                            'reference_weight', r.reference_weight, 'water_type', wt.name) order by r.start_time), '[]')
              from actions_waterrestriction r left join actions_watertype wt on wt.id = r.water_type_id
             where r.subject_id = s.id) as restrictions,
           (select coalesce(json_agg(json_build_object('id', g.id, 'start_time', g.start_time,
                            'implant_weight', g.implant_weight) order by g.start_time), '[]')
              from actions_surgery g where g.subject_id = s.id and g.implant_weight > 0) as implants,
           (select json_build_object('id', c.id, 'date', c.date, 'user', cu.username, 'reason', cr.name, 'method', cm.name,
                     'description', c.description)
              from actions_cull c left join misc_labmember cu on cu.id = c.user_id
              left join actions_cullreason cr on cr.id = c.cull_reason_id
              left join actions_cullmethod cm on cm.id = c.cull_method_id where c.subject_id = s.id) as cull,
           case when jsonb_typeof(s.json->'history') = 'object' then s.json->'history' end as past_values,
           json_build_object(
             'sessions', (select count(*) from actions_session x where x.subject_id = s.id),
             'surgeries', (select count(*) from actions_surgery x where x.subject_id = s.id),
             'weighings', (select count(*) from actions_weighing x where x.subject_id = s.id),
             'water_administrations', (select count(*) from actions_wateradministration x where x.subject_id = s.id),
             'notes', (select count(*) from misc_note x where x.object_id = s.id),
             'insertions', (select count(*) from experiments_probeinsertion x join actions_session y on y.id = x.session_id
                             where y.subject_id = s.id)) as counts
      from subjects_subject s
      left join misc_lab lab on lab.id = s.lab_id
      left join misc_labmember u on u.id = s.responsible_user_id
      left join subjects_line line on line.id = s.line_id
      left join subjects_strain st on st.id = s.strain_id
      left join subjects_species sp on sp.id = s.species_id
      left join subjects_source src on src.id = s.source_id
      left join subjects_litter l on l.id = s.litter_id
      left join subjects_breedingpair p on p.id = l.breeding_pair_id
      left join subjects_subject f on f.id = p.father_id
     where s.id = ${subject}`)
  return row
}

/** One statement. */
export async function animalExists(db: Db, subject: Key): Promise<boolean> {
  return (await db.rows(sql`select from subjects_subject where id = ${subject}`)).length > 0
}
