/** Notes about an animal, and about what was done with it. */
import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

/** A note with the record that it is about. */
export interface AnimalNote {
  readonly id: Key
  readonly date_time: string
  readonly user: string | null
  readonly text: string
  /** Path in the media folder. */
  readonly image: string | null
  /** Key of the model, key and title of the record. */
  readonly about: { readonly model: string; readonly id: Key; readonly title: string }
}

export interface NotesQuestion {
  /** Notes with a picture only. */
  readonly pictures: boolean
  readonly limit: number
  readonly offset: number
}

/**
 * Newest first: of the animal, and of its sessions, surgeries and other actions. One statement.
 *
 * @returns one more than the limit when there are more
 */
export function notesOf(db: Db, subject: Key, { pictures, limit, offset }: NotesQuestion): Promise<AnimalNote[]> {
  return db.objects<AnimalNote>(sql`
    with about as (
      select s.id, 'subjects.subject' as model, s.nickname as title from subjects_subject s where s.id = ${subject}
      union all select a.id, 'actions.session', 'session of ' || to_char(a.start_time, 'YYYY-MM-DD')
        from actions_session a where a.subject_id = ${subject}
      union all select a.id, 'actions.surgery', 'surgery of ' || to_char(a.start_time, 'YYYY-MM-DD')
        from actions_surgery a where a.subject_id = ${subject}
      union all select a.id, 'actions.waterrestriction', 'restriction of ' || to_char(a.start_time, 'YYYY-MM-DD')
        from actions_waterrestriction a where a.subject_id = ${subject}
      union all select a.id, 'actions.otheraction', 'action of ' || to_char(a.start_time, 'YYYY-MM-DD')
        from actions_otheraction a where a.subject_id = ${subject}
    )
    select n.id, to_json(n.date_time) as date_time, u.username as "user", n.text, nullif(n.image, '') as image,
           json_build_object('model', about.model, 'id', about.id, 'title', coalesce(about.title, '')) as about
      from about join misc_note n on n.object_id = about.id left join misc_labmember u on u.id = n.user_id
     where not ${pictures}::boolean or coalesce(n.image, '') <> ''
     order by n.date_time desc, n.id limit ${limit + 1} offset ${offset}`)
}
