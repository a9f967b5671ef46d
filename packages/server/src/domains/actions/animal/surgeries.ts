import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

/** An operation with all that was written about it; see the statement. `notes` have the path of their picture in the media folder. */
export type AnimalSurgery = Readonly<Record<string, unknown>> & {
  readonly id: Key
  readonly notes: readonly { readonly image: string | null }[]
}

/** The surgeries of an animal, the latest first, those without a time at the end. One statement. */
export function surgeriesOf(db: Db, subject: Key): Promise<AnimalSurgery[]> {
  return db.objects<AnimalSurgery>(sql`
    select g.id, to_json(g.start_time) as start_time, to_json(g.end_time) as end_time, g.narrative, g.implant_weight,
           nullif(g.outcome_type, '') as outcome_type,
           case when loc.id is not null then json_build_object('id', loc.id, 'title', loc.name) end as location,
           (select coalesce(json_agg(json_build_object('id', u.id, 'title', u.username) order by u.username), '[]')
              from actions_surgery_users j join misc_labmember u on u.id = j.labmember_id where j.surgery_id = g.id) as users,
           (select coalesce(json_agg(json_build_object('id', p.id, 'title', p.name) order by p.name), '[]')
              from actions_surgery_procedures j join actions_proceduretype p on p.id = j.proceduretype_id
             where j.surgery_id = g.id) as procedures,
           (select coalesce(json_agg(json_build_object('id', n.id, 'at', n.date_time, 'user', u.username, 'text', n.text,
                     'image', nullif(n.image, '')) order by n.date_time desc, n.id), '[]')
              from misc_note n left join misc_labmember u on u.id = n.user_id where n.object_id = g.id) as notes
      from actions_surgery g left join misc_lablocation loc on loc.id = g.location_id
     where g.subject_id = ${subject}
     order by g.start_time desc nulls last, g.id`)
}
