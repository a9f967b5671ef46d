/** Results of genotype tests as a grid: animals down, sequences across. */
import { type Db, join, type Sql, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import type { TestResult } from '../colony/litters.ts'

interface Named {
  readonly id: Key
  readonly title: string
}

export interface GridRow {
  readonly subject: Named
  readonly sex: string
  readonly ear_mark: string
  readonly birth_date: string | null
  readonly line: Named | null
  readonly litter: Named | null
  readonly to_be_genotyped: boolean
  readonly genotype_date: string | null
  /** 0 absent, 1 present, by sequence; sequences that were not tested are absent. */
  readonly results: Readonly<Record<Key, 0 | 1>>
  /** Zygosity by allele: 0 -/-, 1 +/-, 2 +/+, 3 +. */
  readonly zygosities: Readonly<Record<Key, number>>
}

export interface GenotypeGrid {
  /** Of the lines of the animals, and all that were tested in them. */
  readonly sequences: readonly (Named & { readonly alleles: readonly string[] })[]
  readonly alleles: readonly Named[]
  readonly rows: readonly GridRow[]
}

/** Which animals; at least one of them must be said. */
export interface GridQuestion {
  readonly litter?: Key | undefined
  readonly line?: Key | undefined
  readonly subjects?: readonly Key[] | undefined
  /** Only those that wait for it. */
  readonly waiting?: boolean | undefined
}

const MOST_ANIMALS = 500

/** Living animals by litter and name. Two statements. */
export async function genotypeGrid(db: Db, { litter, line, subjects, waiting }: GridQuestion): Promise<GenotypeGrid> {
  const conditions: Sql[] = [sql`s.death_date is null`]
  if (litter) conditions.push(sql`s.litter_id = ${litter}`)
  if (line) conditions.push(sql`s.line_id = ${line}`)
  if (subjects) conditions.push(sql`s.id = any(${subjects}::uuid[])`)
  if (waiting) conditions.push(sql`s.to_be_genotyped`)
  const rows = await db.objects<GridRow & { line_id: Key | null }>(sql`
    select json_build_object('id', s.id, 'title', s.nickname) as subject, s.sex, s.ear_mark, s.birth_date, s.line_id,
           case when l.id is not null then json_build_object('id', l.id, 'title', l.nickname) end as line,
           case when li.id is not null then json_build_object('id', li.id, 'title', li.name) end as litter,
           s.to_be_genotyped, s.genotype_date,
           (select coalesce(json_object_agg(t.sequence_id, t.test_result), '{}') from subjects_genotypetest t
             where t.subject_id = s.id) as results,
           (select coalesce(json_object_agg(z.allele_id, z.zygosity), '{}') from subjects_zygosity z
             where z.subject_id = s.id) as zygosities
      from subjects_subject s left join subjects_line l on l.id = s.line_id left join subjects_litter li on li.id = s.litter_id
     where ${join(conditions, ' and ')} order by li.birth_date desc nulls last, li.name, s.nickname, s.id limit ${MOST_ANIMALS}`)
  const tested = [...new Set(rows.flatMap(({ results }) => Object.keys(results)))]
  const lines = [...new Set(rows.flatMap(({ line_id }) => line_id ?? []))]
  const [columns] = await db.objects<Pick<GenotypeGrid, 'sequences' | 'alleles'>>(sql`
    with allele as (
      select a.id, a.nickname from subjects_allele a
       where a.id in (select allele_id from subjects_line_alleles where line_id = any(${lines}::uuid[]))
    ), sequence as (
      select q.id, q.name, coalesce(json_agg(allele.nickname order by allele.nickname) filter (where allele.id is not null), '[]') as alleles
        from subjects_sequence q
        left join subjects_allele_sequences j on j.sequence_id = q.id left join allele on allele.id = j.allele_id
       group by q.id having count(allele.id) > 0 or q.id = any(${tested}::uuid[])
    )
    select (select coalesce(json_agg(json_build_object('id', id, 'title', name, 'alleles', alleles) order by name), '[]')
              from sequence) as sequences,
           (select coalesce(json_agg(json_build_object('id', id, 'title', nickname) order by nickname), '[]')
              from allele) as alleles`)
  return { ...columns!, rows: rows.map(({ line_id: _, ...row }) => row) }
}

interface ResultFault {
  readonly field: 'subject' | 'sequence'
  readonly message: string
}

/** What is wrong with results before they are written, by place of the row: animals and sequences that are not there. */
export async function faultsOfResults(db: Db, results: readonly TestResult[]): Promise<Map<number, ResultFault>> {
  const there = await db.rows(sql`
    select id from subjects_subject where id = any(${results.map(({ subject }) => subject)}::uuid[])
    union all select id from subjects_sequence where id = any(${results.map(({ sequence }) => sequence)}::uuid[])`)
  const known = new Set(there.map(([id]) => id))
  return new Map(
    results.flatMap(({ subject, sequence }, at): [number, ResultFault][] => {
      if (!known.has(subject)) return [[at, { field: 'subject', message: 'There is no such animal.' }]]
      if (!known.has(sequence)) return [[at, { field: 'sequence', message: 'There is no such sequence.' }]]
      return []
    }),
  )
}
