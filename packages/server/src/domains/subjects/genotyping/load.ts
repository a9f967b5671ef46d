import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import type { Child, ReadingRule } from './inference.ts'

/** An animal whose zygosities are worked out. */
export interface Animal extends Child {
  readonly nickname: string
  readonly line_id: Key | null
}

/** One zygosity as it is recorded. */
export interface RecordedZygosity {
  readonly id: Key
  readonly subject_id: Key
  readonly allele_id: Key
  readonly zygosity: number
}

/** Everything that zygosities of some animals are worked out from. */
export interface Genotyping {
  readonly animals: readonly Animal[]
  readonly rules: ReadonlyMap<Key, readonly ReadingRule[]>
  /** Results by animal and sequence. */
  readonly results: ReadonlyMap<Key, ReadonlyMap<Key, number>>
  /** Of the animals and of their parents. */
  readonly zygosities: readonly RecordedZygosity[]
}

/**
 * Reads in four statements. The animals are locked until the transaction ends: two tests of one animal that come at the
 * same time would each work out a zygosity without knowing of the other, and there is no constraint against two.
 */
export async function loadGenotyping(db: Db, subjects: readonly Key[]): Promise<Genotyping> {
  const animals = await db.objects<Animal>(sql`
    select s.id, s.nickname, s.line_id, p.mother1_id as mother, p.father_id as father
      from subjects_subject s
      left join subjects_litter l on l.id = s.litter_id
      left join subjects_breedingpair p on p.id = l.breeding_pair_id
     where s.id = any(${subjects}::uuid[]) order by s.id for no key update of s`)
  const lines = [...new Set(animals.flatMap(({ line_id }) => line_id ?? []))]
  const rules = await db.objects<ReadingRule & { line_id: Key }>(sql`
    select id, line_id, allele_id, sequence0_id, sequence0_result, sequence1_id, sequence1_result, zygosity
      from subjects_zygosityrule where line_id = any(${lines}::uuid[]) and allele_id is not null`)
  // A sequence may have been tested twice: the result that was written last counts.
  const tests = await db.objects<{ subject_id: Key; sequence_id: Key; test_result: number }>(sql`
    select subject_id, sequence_id, test_result from subjects_genotypetest
     where subject_id = any(${subjects}::uuid[]) order by age(xmin) desc, id`)
  const family = [...new Set(animals.flatMap(({ id, mother, father }) => [id, mother ?? id, father ?? id]))]
  const zygosities = await db.objects<RecordedZygosity>(sql`
    select id, subject_id, allele_id, zygosity from subjects_zygosity
     where subject_id = any(${family}::uuid[]) order by id`)
  return {
    animals,
    rules: Map.groupBy(rules, ({ line_id }) => line_id),
    results: new Map(
      [...Map.groupBy(tests, ({ subject_id }) => subject_id)].map(([subject, ones]) => [
        subject,
        new Map(ones.map(({ sequence_id, test_result }) => [sequence_id, test_result])),
      ]),
    ),
    zygosities,
  }
}
