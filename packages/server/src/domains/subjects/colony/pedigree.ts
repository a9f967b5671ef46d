/** The family of an animal: ancestors and descendants over generations, by the pairs and litters that are recorded. */
import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import { inbreeding, type Parents } from './kinship.ts'

/** An animal of a pedigree. */
export interface Relative {
  readonly id: Key
  readonly nickname: string
  readonly sex: string
  readonly birth_date: string | null
  readonly death_date: string | null
  readonly line: string | null
  /** `Allele +/-` */
  readonly genotype: readonly string[]
  /** Up: 1 for parents. Down: -1 for offspring. 0 for the animal itself, its littermates and its mates. */
  readonly generation: number
  readonly father: Key | null
  /** Two for a trio, of which one is the mother. */
  readonly mothers: readonly Key[]
  readonly litter: Key | null
}

export interface Pedigree {
  readonly subject: Key
  readonly relatives: readonly Relative[]
  /** Null when the parents are not known for sure; see `inbreeding`. */
  readonly inbreeding: number | null
  /** There are more descendants than are shown. */
  readonly more: boolean
}

const MOST_DESCENDANTS = 500

/**
 * Ancestors so many generations up, littermates, descendants so many down and who they were had with. Two statements; undefined when the animal
 * does not exist.
 *
 * @param up    generations of ancestors, 0 to 8
 * @param down  generations of descendants, 0 to 4
 */
export async function pedigreeOf(
  db: Db,
  subject: Key,
  { up, down }: { readonly up: number; readonly down: number },
): Promise<Pedigree | undefined> {
  const found = await db.objects<{ id: Key; generation: number }>(sql`
    with recursive up as (
      select s.id, s.litter_id, 0 as generation from subjects_subject s where s.id = ${subject}
      union
      select parent.id, parent.litter_id, up.generation + 1
        from up join subjects_litter l on l.id = up.litter_id join subjects_breedingpair p on p.id = l.breeding_pair_id
        join subjects_subject parent on parent.id in (p.father_id, p.mother1_id, p.mother2_id)
       where up.generation < ${up}
    ), down as (
      select ${subject}::uuid as id, 0 as generation
      union
      select pup.id, down.generation - 1
        from down join subjects_breedingpair p on down.id in (p.father_id, p.mother1_id, p.mother2_id)
        join subjects_litter l on l.breeding_pair_id = p.id join subjects_subject pup on pup.litter_id = l.id
       where down.generation > ${-down}
    )
    select id, min(generation) as generation from up group by id
    union all select mate.id, 0 from subjects_subject s join subjects_subject mate on mate.litter_id = s.litter_id
     where s.id = ${subject} and mate.id <> s.id
    union all (select id, max(generation) from down where id <> ${subject}::uuid group by id order by 2 desc, 1
                limit ${MOST_DESCENDANTS + 1})
    union all select mate.id, max(down.generation) + 1
      from down join subjects_subject pup on pup.id = down.id and down.generation < 0
      join subjects_litter l on l.id = pup.litter_id join subjects_breedingpair p on p.id = l.breeding_pair_id
      join subjects_subject mate on mate.id in (p.father_id, p.mother1_id, p.mother2_id)
     where mate.id not in (select id from down) and mate.id not in (select id from up) group by mate.id`)
  if (!found.some(({ id }) => id === subject)) return undefined
  const descendants = found.filter(({ generation }) => generation < 0)
  const shown = found.filter((one) => one !== descendants[MOST_DESCENDANTS])
  const generations = new Map(shown.map(({ id, generation }) => [id, generation]))
  const rows = await db.objects<Omit<Relative, 'generation'>>(sql`
    select s.id, s.nickname, s.sex, s.birth_date, s.death_date, line.nickname as line, s.litter_id as litter,
           p.father_id as father, array_remove(array[p.mother1_id, p.mother2_id], null)::text[] as mothers,
           (select coalesce(json_agg(a.nickname || ' ' || (array['-/-', '+/-', '+/+', '+'])[z.zygosity + 1]
                            order by a.nickname), '[]')
              from subjects_zygosity z join subjects_allele a on a.id = z.allele_id where z.subject_id = s.id) as genotype
      from subjects_subject s left join subjects_line line on line.id = s.line_id
      left join subjects_litter l on l.id = s.litter_id left join subjects_breedingpair p on p.id = l.breeding_pair_id
     where s.id = any(${[...generations.keys()]}::uuid[])`)
  const relatives = rows
    .map((row) => ({ ...row, generation: generations.get(row.id)! }))
    .sort((a, b) => b.generation - a.generation || a.nickname.localeCompare(b.nickname, 'en', { numeric: true }))
  const parents = new Map<Key, Parents>(
    relatives.filter(({ generation }) => generation >= 0).map((one) => [one.id, one]),
  )
  return {
    subject,
    relatives,
    inbreeding: inbreeding(subject, parents) ?? null,
    more: descendants.length > MOST_DESCENDANTS,
  }
}
