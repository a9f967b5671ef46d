import { Tag } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Key, type Recorder, Refused } from '../../../records/index.ts'
import { lockDatasets, readDeed } from './deed.ts'
import { placeIn } from './revising.ts'

/** What a change of many datasets did, as the history has it. */
export interface Done {
  readonly datasets: readonly Key[]
  /** Tags that were made for it. */
  readonly tags: readonly Key[]
}

interface Facts {
  readonly datasets: readonly Key[] | null
  readonly tags: readonly Key[] | null
  /** Changes by anybody else than who asks. */
  readonly of_others: number
  /** Changes that are neither tags nor revisions of datasets: the deed was another one. */
  readonly of_others_kind: number
}

/** Links and revisions that the change with these numbers wrote: `links`, `revisions`. */
const written = (transaction: string, request: string) => sql`
  deed as materialized (
    select at, table_name, key, operation, old, new, user_id from alyx.change
     where request = ${request} and transaction = ${transaction}::xid8
  ), links as (
    select operation, (doc ->> 'id')::bigint as id, (doc ->> 'dataset_id')::uuid as dataset_id, (doc ->> 'tag_id')::uuid as tag_id
      from (select operation, coalesce(new, old) as doc from deed where table_name = 'data_dataset_tags') l
  ), revisions as (
    select key::uuid as dataset_id, (old ->> 'revision_id')::uuid as former, (new ->> 'revision_id')::uuid as given
      from deed where table_name = 'data_dataset' and operation = 'update' and new ? 'revision_id'
  )`

/**
 * What a change did that is to be taken back, for who did it and for superusers. One statement.
 *
 * @param deed  as `deedOf` names it
 * @throws Refused `missing` when the history knows no such change, `forbidden` when somebody else did it
 */
export async function requireDeed(
  { db }: Recorder,
  deed: string,
  who: { readonly id: Key; readonly isSuperuser: boolean },
): Promise<Done> {
  const { transaction, request } = readDeed(deed)
  const [facts] = await db.objects<Facts>(sql`
    with ${written(transaction, request)}
    select (select json_agg(distinct dataset_id) from (
             select dataset_id from links union select dataset_id from revisions) d) as datasets,
           (select json_agg(key) from deed where table_name = 'data_tag' and operation = 'insert') as tags,
           (select count(*)::integer from deed where user_id is distinct from ${who.id}::uuid) as of_others,
           (select count(*)::integer from deed
             where not (table_name = 'data_dataset_tags' or (table_name = 'data_tag' and operation = 'insert')
               or (table_name = 'data_dataset' and operation = 'update'
                   and new - '{revision_id,auto_datetime}'::text[] = '{}'))) as of_others_kind`)
  const { datasets, tags, of_others, of_others_kind } = facts!
  if (datasets === null || of_others_kind > 0)
    throw new Refused('missing', 'The history knows of no such change of the tags or revisions of datasets.')
  if (of_others > 0 && !who.isSuperuser)
    throw new Refused('forbidden', 'Only who changed these datasets, and superusers, may take it back.')
  return { datasets, tags: tags ?? [] }
}

interface Since {
  readonly links: number
  readonly revisions: number
  readonly protected: number
  /** Datasets whose former place somebody else has got since. */
  readonly taken: number
  readonly tags: number
}

/**
 * Takes a change of many datasets back: the tags that were added go, those that were taken away return, revisions are what
 * they were, a tag that was made for it is removed. All or nothing, and nothing when any of it was changed since.
 *
 * Five statements, however many datasets, and those of removing a tag.
 *
 * @throws Refused `conflict` when something was changed since, `protected` when datasets are protected by now
 */
export async function takeBack(recorder: Recorder, deed: string, { datasets, tags }: Done): Promise<void> {
  const { db, now } = recorder
  const { transaction, request } = readDeed(deed)
  await lockDatasets(db, datasets)
  const [since] = await db.objects<Since>(sql`
    with ${written(transaction, request)}
    select (select count(*)::integer from links w left join data_tag t on t.id = w.tag_id
             left join data_dataset_tags l on l.dataset_id = w.dataset_id and l.tag_id = w.tag_id
             where case w.operation when 'insert' then l.id is distinct from w.id else l.id is not null or t.id is null end
           ) as links,
           (select count(*)::integer from revisions r join data_dataset d on d.id = r.dataset_id
             left join data_revision v on v.id = r.former
             where d.revision_id is distinct from r.given or (r.former is not null and v.id is null)) as revisions,
           (select count(distinct r.dataset_id)::integer from revisions r
             join data_dataset_tags l on l.dataset_id = r.dataset_id
             join data_tag t on t.id = l.tag_id and t.protected) as protected,
           (select count(distinct r.dataset_id)::integer from revisions r join data_dataset d on d.id = r.dataset_id
             join data_dataset o on ${placeIn('o')} = ${placeIn('d')} and o.revision_id is not distinct from r.former
             -- Whoever had it before has it still.
             where o.auto_datetime > (select max(at) from deed)) as taken,
           (select count(*)::integer from data_dataset_tags l where l.tag_id = any(${tags}::uuid[])
               and not exists (select from links w where w.id = l.id)) +
           (select count(*)::integer from alyx.change c where c.key = any(${tags}::text[]) and c.table_name = 'data_tag'
               and c.operation <> 'insert') as tags`)
  const { links, revisions, taken, tags: changedTags } = since!
  if (since!.protected > 0)
    throw new Refused('protected', `${since!.protected} of the datasets are protected by now. Nothing was taken back.`)
  const reasons = [
    links > 0 && `${links} tags of datasets are not as this change left them`,
    revisions > 0 && `${revisions} datasets have another revision by now`,
    taken > 0 && `${taken} datasets would take the place of another`,
    changedTags > 0 && 'the tag that was made was changed, or given to more datasets',
  ].filter(Boolean)
  if (reasons.length > 0)
    throw new Refused('conflict', `It was changed since: ${reasons.join(', ')}. Nothing was taken back.`)
  await db.execute(sql`
    with ${written(transaction, request)}, gone as (
      delete from data_dataset_tags l using links w where w.operation = 'insert' and l.id = w.id)
    insert into data_dataset_tags (dataset_id, tag_id) select dataset_id, tag_id from links where operation = 'delete'`)
  await db.execute(sql`
    with ${written(transaction, request)}
    update data_dataset d set revision_id = r.former, auto_datetime = ${now} from revisions r where d.id = r.dataset_id`)
  await recorder.remove(Tag, tags)
}
