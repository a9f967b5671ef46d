import { sql } from '../../../database/index.ts'
import { type Key, type Recorder, Refused } from '../../../records/index.ts'
import { type Finding, settleZygosities } from './settle.ts'

/** What became of the zygosities of a colony. */
export interface SettledColony {
  readonly animals: number
  readonly findings: readonly Finding[]
}

/**
 * Works the zygosities of the whole colony out again: parents say what nobody recorded, tests say what is right.
 *
 * @param nicknames  only of these animals
 * @throws Refused `missing` naming those that do not exist
 *
 * Source: Alyx 3.6.1, the command `update_zygosities`.
 */
export async function setZygositiesOfAll(recorder: Recorder, nicknames?: readonly string[]): Promise<SettledColony> {
  const rows = await recorder.db.rows(
    nicknames === undefined
      ? sql`select id, nickname from subjects_subject order by nickname`
      : sql`select id, nickname from subjects_subject where nickname = any(${nicknames}::text[]) order by nickname`,
  )
  const known = new Set(rows.map(([, nickname]) => nickname))
  const missing = (nicknames ?? []).filter((nickname) => !known.has(nickname))
  if (missing.length > 0) throw new Refused('missing', `No subject is called ${missing.join(', ')}.`)
  const subjects: Key[] = rows.map(([key]) => key!)
  return {
    animals: subjects.length,
    findings: await settleZygosities(recorder, subjects, { parents: 'fill', tests: true }),
  }
}

/** Adds to each line the alleles that its animals have a zygosity of. One statement. @returns how many were added */
export function addAllelesOfAnimals({ db }: Recorder): Promise<number> {
  return db.execute(sql`
    insert into subjects_line_alleles (line_id, allele_id)
    select distinct s.line_id, z.allele_id from subjects_zygosity z join subjects_subject s on s.id = z.subject_id
     where s.line_id is not null
    on conflict (line_id, allele_id) do nothing`)
}
