import { sql } from '../../../database/index.ts'
import { invalid, type Key, type Recorder } from '../../../records/index.ts'
import { type Effect, lockDatasets } from './deed.ts'

/** What becomes of the tags of datasets. At least one of the three. */
interface Tagging {
  readonly add?: Key | undefined
  readonly remove?: Key | undefined
  /** Take every tag away that protects. */
  readonly unprotect?: boolean | undefined
}

interface TagFacts {
  readonly id: Key
  readonly name: string
  readonly protected: boolean
}

/**
 * Gives datasets a tag and takes others away. Their other fields stay as they are, the moment of the last change too: a tag
 * says something about a file, and changes nothing of it.
 *
 * Five statements, however many datasets; three for a trial. Not by the recorder, which would carry every row of a hundred
 * thousand here and back: no rule asks about tags, and the history is written by the database.
 *
 * @param trial  say what would happen, and change nothing
 * @throws Refused `invalid` for tags that are not there or contradict each other, `missing`
 */
export async function tagDatasets(
  { db }: Recorder,
  datasets: readonly Key[],
  { add, remove, unprotect = false }: Tagging,
  trial: boolean,
): Promise<Effect> {
  const keys = [...new Set(datasets)]
  const named = [add, remove].filter((key): key is Key => key !== undefined)
  if (named.length === 0 && !unprotect)
    throw invalid({ '': ['Say what to do: "add" a tag, "remove" one, or "unprotect".'] })
  const tags = new Map(
    (
      await db.objects<TagFacts>(
        sql`select id, name, protected from data_tag where id = any(${named}::uuid[]) order by id for key share`,
      )
    ).map((tag) => [tag.id, tag]),
  )
  judge(tags, { add, remove, unprotect })
  if (!trial) await lockDatasets(db, keys)
  const goes = sql`(t.id = ${remove ?? null}::uuid or (${unprotect} and t.protected))`
  const [effect] = await db.objects<Effect>(sql`
    with chosen as (
      select d.id, d.session_id, d.file_size,
             coalesce(bool_or(t.protected), false) as was_protected,
             coalesce(bool_or(t.protected and ${goes} is not true), false) or ${tags.get(add ?? '')?.protected ?? false} as is_protected,
             coalesce(bool_or(${goes}), false)
               or (${add !== undefined} and not coalesce(bool_or(t.id = ${add ?? null}::uuid), false)) as changes
        from data_dataset d
        left join data_dataset_tags l on l.dataset_id = d.id left join data_tag t on t.id = l.tag_id
       where d.id = any(${keys}::uuid[]) group by d.id)
    select count(*)::integer as datasets, count(*) filter (where changes)::integer as changed,
           count(*) filter (where not changes)::integer as already,
           count(*) filter (where was_protected)::integer as protected,
           count(*) filter (where is_protected)::integer as protected_after,
           count(distinct session_id) filter (where changes)::integer as sessions,
           coalesce(sum(file_size) filter (where changes), 0)::bigint as bytes
      from chosen`)
  if (trial) return effect!
  if (remove !== undefined || unprotect)
    await db.execute(sql`
      delete from data_dataset_tags l using data_tag t
       where t.id = l.tag_id and l.dataset_id = any(${keys}::uuid[]) and ${goes}`)
  if (add !== undefined)
    await db.execute(sql`
      insert into data_dataset_tags (dataset_id, tag_id)
      select id, ${add}::uuid from unnest(${keys}::uuid[]) as chosen(id)
      -- Links that are there would use up a number each time.
       where not exists (select from data_dataset_tags l where l.dataset_id = chosen.id and l.tag_id = ${add}::uuid)
      on conflict (dataset_id, tag_id) do nothing`)
  return effect!
}

/** @throws Refused `invalid` with all that is wrong */
function judge(tags: ReadonlyMap<Key, TagFacts>, { add, remove, unprotect }: Tagging): void {
  const faults: Record<string, string[]> = {}
  for (const [field, key] of Object.entries({ add, remove }))
    if (key !== undefined && !tags.has(key)) faults[field] = [`There is no tag with the key ${key}.`]
  if (add !== undefined && add === remove) faults.remove = ['The same tag cannot be added and removed.']
  const adding = tags.get(add ?? '')
  if (unprotect && adding?.protected)
    faults.unprotect = [`"${adding.name}" protects: it cannot be added while protection is taken away.`]
  if (Object.keys(faults).length > 0) throw invalid(faults)
}
