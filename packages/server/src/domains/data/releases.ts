import { type Db, sql } from '../../database/index.ts'
import type { Key } from '../../records/index.ts'

/** A tag that makes its datasets public or protects them: what a laboratory hands out or has written about. */
export interface Release {
  readonly id: Key
  readonly name: string
  readonly description: string
  readonly protected: boolean
  readonly public: boolean
  readonly datasets: number
  readonly bytes: number
  readonly sessions: number
  /** Names of the labs of its sessions, in the order of the alphabet. */
  readonly labs: readonly string[]
  /**
   * When a dataset was given the tag, one of its datasets was changed, or the tag itself; null when nobody knows. That a
   * dataset lost the tag is not among it: the history finds changes by dataset.
   */
  readonly changed_at: string | null
}

/** Every release, the last changed first. One statement, over all datasets that have such a tag. */
export function listReleases(db: Db): Promise<Release[]> {
  return db.objects(sql`
    with released as (
      select * from data_tag where public or protected
    ), sums as (
      select l.tag_id, count(*) as datasets, sum(d.file_size) as bytes, count(distinct d.session_id) as sessions,
             max(d.auto_datetime) as touched_at, max(l.id) as last_link
        from data_dataset_tags l join data_dataset d on d.id = l.dataset_id
       where l.tag_id in (select id from released) group by l.tag_id
    ), labs as (
      select tag_id, json_agg(name order by name) as names from (
        select distinct l.tag_id, lab.name from data_dataset_tags l join data_dataset d on d.id = l.dataset_id
          join actions_session a on a.id = d.session_id join misc_lab lab on lab.id = a.lab_id
         where l.tag_id in (select id from released)) of_tag group by tag_id
    )
    select t.id, t.name, t.description, t.protected, t.public, coalesce(s.datasets, 0)::bigint as datasets,
           coalesce(s.bytes, 0)::bigint as bytes, coalesce(s.sessions, 0)::bigint as sessions,
           coalesce(labs.names, '[]') as labs,
           to_json(greatest(s.touched_at, tag_changed.at, tagged.at)) as changed_at
      from released t left join sums s on s.tag_id = t.id left join labs on labs.tag_id = t.id
      left join lateral (
        select max(c.at) as at from alyx.change c where c.key = t.id::text and c.table_name = 'data_tag') tag_changed on true
      left join lateral (
        select max(c.at) as at from data_dataset_tags l
          join alyx.change c on c.key = l.dataset_id::text and c.table_name = 'data_dataset_tags' and c.operation = 'insert'
         where l.id = s.last_link and c.new ->> 'id' = l.id::text) tagged on true
     order by greatest(s.touched_at, tag_changed.at, tagged.at) desc nulls last, t.name`)
}

/** Names of all releases. */
export async function releaseNames(db: Db): Promise<{ readonly id: Key; readonly name: string }[]> {
  return db.objects(sql`select id, name from data_tag where public or protected order by name`)
}
