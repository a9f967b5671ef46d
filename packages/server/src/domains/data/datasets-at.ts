import { type Db, sql } from '../../database/index.ts'
import { type DatasetOwner, ownedBy } from './protection-owner.ts'

/** A dataset that a place holds already. */
export interface DatasetAt {
  readonly id: string
  readonly collection: string
  readonly name: string
  /** Name of its revision; '' for the original. */
  readonly revision: string
  readonly dataset_type_id: string
  readonly data_format_id: string
  readonly hash: string
  readonly default_dataset: boolean
  /** Whether a tag protects it. */
  readonly is_protected: boolean
}

/** Collection and name of a file of one owner. */
export interface Place {
  readonly collection: string
  readonly name: string
}

/** The same text for the same place: a name of a file has no slash. */
export const placeKey = ({ collection, name }: Place): string => `${collection}/${name}`

/**
 * The datasets of each place, whichever their revision: one statement, none for no places.
 *
 * @returns by `placeKey`; newest revision first, the original last
 */
export async function datasetsAt(
  db: Db,
  owner: DatasetOwner,
  places: readonly Place[],
): Promise<ReadonlyMap<string, readonly DatasetAt[]>> {
  if (places.length === 0) return new Map()
  const rows = await db.objects<DatasetAt>(sql`
    select d.id, d.collection, d.name, coalesce(r.name, '') as revision, d.dataset_type_id, d.data_format_id, d.hash,
      d.default_dataset,
      exists (
        select 1 from data_dataset_tags dt join data_tag t on t.id = dt.tag_id
        where dt.dataset_id = d.id and t.protected
      ) as is_protected
    from data_dataset d
    left join data_revision r on r.id = d.revision_id
    where ${ownedBy(owner)}
      and (d.collection, d.name) in (
        select * from unnest(${places.map(({ collection }) => collection)}::text[], ${places.map(({ name }) => name)}::text[])
      )
    order by d.revision_id is null, r.created_datetime desc nulls last, r.name desc, d.id`)
  return Map.groupBy(rows, placeKey)
}
