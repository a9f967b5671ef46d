import { Subject } from '@alyx/models'
import { type Db, join, raw, type Sql, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

/** Something about one animal that cannot be right, or that somebody forgot. */
export interface Doubt {
  readonly id: Key
  readonly nickname: string
  /** Username of who answers for the animal; null when nobody does. */
  readonly responsible_user: string | null
  readonly what: string
}

const { pattern } = Subject.fields.nickname
const NICKNAME = new RegExp(`^(?:${pattern})$`, 'u')

/** What is looked for: in words, and as a condition on subject `s`. */
const DOUBTS: readonly (readonly [what: string, when: Sql])[] = [
  ['has no name yet', sql`s.nickname in ('', '-')`],
  ['was not born', sql`s.birth_date is null`],
  ['will be born one day', sql`s.birth_date > current_date`],
  ['died before it was born', sql`s.death_date < s.birth_date`],
  ['was weaned before it was born', sql`s.wean_date < s.birth_date`],
  ['was weaned after it died', sql`s.wean_date > s.death_date`],
  ['was genotyped before it was born', sql`s.genotype_date < s.birth_date`],
  ['was disposed of before it was born', sql`s.reduced_date < s.birth_date`],
  ['was disposed of before it died', sql`s.reduced_date < s.death_date`],
  ['was disposed of alive', sql`s.reduced_date is not null and s.death_date is null`],
  ['is dead and to be culled', sql`s.to_be_culled and s.death_date <= current_date`],
  ['is genotyped and to be genotyped', sql`s.to_be_genotyped and s.genotype_date is not null`],
  ['is dead without severity', sql`s.death_date <= current_date and s.actual_severity is null`],
  ['lives with nobody answering for it', sql`s.death_date is null and s.responsible_user_id is null`],
  [
    'lives in the care of a closed account',
    sql`s.death_date is null and exists (
      select from misc_labmember u where u.id = s.responsible_user_id and not u.is_active)`,
  ],
  [
    'is dead and still lives in a housing',
    sql`s.death_date <= current_date and exists (
      select from misc_housingsubject h where h.subject_id = s.id and h.end_datetime is null)`,
  ],
  [
    'lives in several housings',
    sql`(select count(*) from misc_housingsubject h where h.subject_id = s.id and h.end_datetime is null) > 1`,
  ],
  [
    'is dead and on water restriction',
    sql`s.death_date <= current_date and exists (
      select from actions_waterrestriction w where w.subject_id = s.id and w.end_time is null)`,
  ],
  [
    'was culled on another day than it died',
    sql`exists (select from actions_cull c where c.subject_id = s.id and c.date is distinct from s.death_date)`,
  ],
  [
    'was born on another day than its litter',
    sql`exists (select from subjects_litter l where l.id = s.litter_id and l.birth_date <> s.birth_date)`,
  ],
  [
    'is a father and no male',
    sql`s.sex = 'F' and exists (select from subjects_breedingpair p where p.father_id = s.id)`,
  ],
  [
    'is a mother and no female',
    sql`s.sex = 'M' and exists (select from subjects_breedingpair p where s.id in (p.mother1_id, p.mother2_id))`,
  ],
  [
    'has several zygosities of one allele',
    sql`exists (select from subjects_zygosity z where z.subject_id = s.id group by z.allele_id having count(*) > 1)`,
  ],
  [
    'has tests that contradict each other',
    sql`exists (select from subjects_genotypetest t where t.subject_id = s.id
                 group by t.sequence_id having count(distinct t.test_result) > 1)`,
  ],
  [
    'shares its name with another animal',
    sql`s.nickname not in ('', '-') and exists (
      select from subjects_subject o where o.nickname = s.nickname and o.id <> s.id)`,
  ],
]

/** Said of names that folders and addresses cannot carry. */
const ODD_NAME = 'has a name that files cannot have'

/**
 * Looks all animals over for what cannot be right. Changes nothing. One statement.
 *
 * @returns by nickname, an animal as often as something is wrong with it
 */
export async function validateSubjects(db: Db): Promise<Doubt[]> {
  const doubts = DOUBTS.map(([, when], at) => sql`case when (${when}) then ${raw(String(at))} end`)
  const animals = await db.objects<Omit<Doubt, 'what'> & { doubts: string }>(sql`
    select s.id, s.nickname, u.username as responsible_user,
           array_to_string(array[${join(doubts)}]::integer[], ' ') as doubts
      from subjects_subject s left join misc_labmember u on u.id = s.responsible_user_id
     order by s.nickname, s.id`)
  return animals.flatMap(({ doubts: found, ...animal }) => {
    const words = found === '' ? [] : found.split(' ').map((at) => DOUBTS[Number(at)]![0])
    const odd = animal.nickname === '' || NICKNAME.test(animal.nickname) ? [] : [ODD_NAME]
    return [...words, ...odd].map((what) => ({ ...animal, what }))
  })
}
