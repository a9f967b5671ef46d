import { type Db, identifier, join, type Sql, sql } from '../../../database/index.ts'
import { invalid, type Key, type Recorder, Refused } from '../../../records/index.ts'
import { type Effect, lockDatasets } from './deed.ts'

/** Why datasets cannot be given a revision, and how many each reason is about. */
export interface Standing {
  /** A tag keeps them from being changed. */
  readonly protected: number
  /** A copy lies in the folder of another revision: clients would look for it where it is not. */
  readonly elsewhere: number
  /** Another dataset has the same place in that revision, or would get it. */
  readonly taken: number
}

/** Datasets by what stands in the way of the revision. */
type Judged = Effect & { readonly standing: Standing; readonly possible: readonly Key[] | null }

/**
 * Says which revision datasets belong to. Possible where it only says what is true of the files already: all copies lie in
 * the folder `#name#`, or in none for the original; nobody else has that place; no tag protects the dataset.
 *
 * Four statements, however many datasets; two for a trial. The default of a place stays whose it was, as in Alyx.
 *
 * @param revision  null for the original
 * @param how.partial  change those that can be changed, and leave the others
 * @throws Refused `protected` or `conflict` when some cannot be changed, `invalid`, `missing`
 */
export async function reviseDatasets(
  { db, now }: Recorder,
  datasets: readonly Key[],
  revision: Key | null,
  { trial, partial }: { readonly trial: boolean; readonly partial: boolean },
): Promise<Effect & { readonly standing: Standing }> {
  const keys = [...new Set(datasets)]
  const [found] =
    revision === null ? [['']] : await db.rows(sql`select name from data_revision where id = ${revision} for key share`)
  if (!found) throw invalid({ revision: [`There is no revision with the key ${revision}.`] })
  if (!trial) await lockDatasets(db, keys)
  const { possible, ...judged } = await judge(db, keys, revision, found[0]!)
  const left = Object.values(judged.standing).reduce((sum, count) => sum + count, 0)
  if (trial) return judged
  if (left > 0 && !partial)
    throw new Refused(
      judged.standing.protected > 0 ? 'protected' : 'conflict',
      `${left} of ${judged.datasets} datasets cannot be given this revision: ${inWords(judged.standing)}. Nothing was changed.`,
      { details: judged.standing },
    )
  if (possible)
    await db.execute(sql`
      update data_dataset set revision_id = ${revision}::uuid, auto_datetime = ${now} where id = any(${possible}::uuid[])`)
  return judged
}

const inWords = (standing: Standing): string =>
  [
    standing.protected > 0 && `${standing.protected} are protected by a tag`,
    standing.elsewhere > 0 && `${standing.elsewhere} have copies in the folder of another revision`,
    standing.taken > 0 && `${standing.taken} would take the place of another dataset`,
  ]
    .filter(Boolean)
    .join(', ')

const NOBODY = '00000000-0000-0000-0000-000000000000'
/**
 * What makes a dataset one and the same to who registers files, but for its revision. Without nulls, so that PostgreSQL
 * compares a hundred thousand of them by hashes.
 */
export const placeIn = (alias: string): Sql =>
  sql`(${join(['name', 'collection', 'dataset_type_id', 'data_format_id'].map((name) => identifier(alias, name)))},
    coalesce(${identifier(alias, 'session_id')}, ${NOBODY}::uuid), coalesce(${identifier(alias, 'content_type_id')}, 0),
    coalesce(${identifier(alias, 'object_id')}, ${NOBODY}::uuid))`

async function judge(db: Db, keys: readonly Key[], revision: Key | null, name: string): Promise<Judged> {
  // Whether a place is taken is found out apart: asked for each dataset, PostgreSQL would go through all of them each time.
  const question = sql`
    with chosen as materialized (
      select d.*, d.revision_id is not distinct from ${revision}::uuid as has_it,
             exists (select from data_dataset_tags l join data_tag t on t.id = l.tag_id
                      where l.dataset_id = d.id and t.protected) as is_protected,
             exists (select from data_filerecord f where f.dataset_id = d.id
                        and coalesce(substring(f.relative_path from '(?:^|/)#([^/]+)#/[^/]+$'), '') <> ${name}) as lies_elsewhere
        from data_dataset d where d.id = any(${keys}::uuid[])
    ), moving as materialized (
      select *, row_number() over (partition by ${placeIn('chosen')} order by id) as nth
        from chosen where not has_it and not is_protected and not lies_elsewhere
    ), there as materialized (
      select * from data_dataset o where o.session_id in (select session_id from moving)
         and o.revision_id is not distinct from ${revision}::uuid
      union all
      select * from data_dataset o where o.session_id is null and o.name in (select name from moving where session_id is null)
         and o.revision_id is not distinct from ${revision}::uuid
    ), taken as materialized (
      select id from moving where nth > 1
      union select moving.id from moving join there on ${placeIn('there')} = ${placeIn('moving')}
    ), told as (
      select *, id in (select id from taken) as is_taken,
             not has_it and not is_protected and not lies_elsewhere and id not in (select id from taken) as changes
        from chosen)
    select count(*)::integer as datasets, count(*) filter (where changes)::integer as changed,
           count(*) filter (where has_it)::integer as already,
           count(*) filter (where is_protected)::integer as protected,
           count(*) filter (where is_protected)::integer as protected_after,
           count(distinct session_id) filter (where changes)::integer as sessions,
           coalesce(sum(file_size) filter (where changes), 0)::bigint as bytes,
           json_build_object('protected', count(*) filter (where not has_it and is_protected),
             'elsewhere', count(*) filter (where not has_it and not is_protected and lies_elsewhere),
             'taken', count(*) filter (where is_taken)) as standing,
           json_agg(id) filter (where changes) as possible
      from told`
  const [judged] = await db.objects<Judged>({ text: question.text, values: question.values, planEachTime: true })
  return judged!
}
