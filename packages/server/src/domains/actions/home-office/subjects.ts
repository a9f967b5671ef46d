import { type Db, sql } from '../../../database/index.ts'

/** What the yearly returns ask of an animal. Days are `YYYY-MM-DD`. */
export interface ReturnedSubject {
  readonly nickname: string
  /** Username of who answers for it; null when nobody does. */
  readonly responsible_user: string | null
  readonly line: string | null
  readonly sex: string
  readonly ear_mark: string
  readonly protocol_number: string
  readonly actual_severity: number | null
  readonly birth_date: string | null
  readonly genotype_date: string | null
  readonly death_date: string | null
  readonly operated: boolean
  readonly restricted: boolean
  /** No zygosity, or all of them absent. */
  readonly negative: boolean
}

/** All animals by nickname. One statement. */
export async function returnedSubjects(db: Db): Promise<ReturnedSubject[]> {
  return db.objects<ReturnedSubject>(sql`
    select s.nickname, u.username as responsible_user, l.nickname as line, s.sex, s.ear_mark, s.protocol_number,
           s.actual_severity, s.birth_date, s.genotype_date, s.death_date,
           exists (select from actions_surgery a where a.subject_id = s.id) as operated,
           exists (select from actions_waterrestriction r where r.subject_id = s.id) as restricted,
           not exists (select from subjects_zygosity z where z.subject_id = s.id and z.zygosity <> 0) as negative
      from subjects_subject s
      left join misc_labmember u on u.id = s.responsible_user_id
      left join subjects_line l on l.id = s.line_id
     order by s.nickname, s.id`)
}
