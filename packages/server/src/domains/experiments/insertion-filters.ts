import { sql } from 'kysely'
import type { Fragment, Scope } from '../../query/index.ts'
import { containing, everyName, hasRepeats, namesOf } from '../data/index.ts'

/** The two models whose datasets are linked to them one by one. */
type Linked = 'probeinsertion' | 'fov'

const links = (linked: Linked) => ({
  table: sql.table(`experiments_${linked}_datasets`),
  column: sql.ref(`ld.${linked}_id`),
})

/** Rows linked to datasets of every type named. A name given twice matches nothing. */
export function linkedToDatasetTypes(scope: Scope, linked: Linked, list: string): Fragment<boolean> {
  const names = list.split(',')
  if (hasRepeats(names)) return sql<boolean>`false`
  const { table, column } = links(linked)
  const types = sql`from ${table} as ld join data_dataset d on d.id = ld.dataset_id join data_datasettype dt on dt.id = d.dataset_type_id`
  return everyName(
    names,
    (name) => sql`exists (select 1 ${types} where ${column} = ${scope.key} and dt.name = ${name})`,
    (all, total) =>
      sql`${scope.key} in (select ${column} ${types} where dt.name in ${all} group by ${column} having count(distinct dt.id) = ${total})`,
  )
}

/** Rows linked to at least as many datasets of these names as names were given. */
export function linkedToDatasets(scope: Scope, linked: Linked, list: string, worstQc?: number): Fragment<boolean> {
  const names = list.split(',')
  const { table, column } = links(linked)
  const qc = worstQc === undefined ? sql`` : sql` and d.qc <= ${worstQc}`
  return sql<boolean>`${scope.key} in (select ${column} from ${table} as ld join data_dataset d on d.id = ld.dataset_id where d.name in ${namesOf(names)}${qc} group by ${column} having count(distinct d.id) >= ${names.length})`
}

export const insertionsWithQc = (insertion: Scope, worstQc: number): Fragment<boolean> =>
  sql<boolean>`exists (select 1 from experiments_probeinsertion_datasets ld join data_dataset d on d.id = ld.dataset_id where ld.probeinsertion_id = ${insertion.key} and d.qc <= ${worstQc})`

export const insertionsWithTag = (insertion: Scope, text: string): Fragment<boolean> =>
  sql<boolean>`exists (select 1 from experiments_probeinsertion_datasets ld join data_dataset_tags dt on dt.dataset_id = ld.dataset_id join data_tag tag on tag.id = dt.tag_id where ld.probeinsertion_id = ${insertion.key} and tag.name ilike ${containing(text)})`

/** True for datasets of the insertion's session that lie in a collection with the insertion's name. */
export const inCollectionOf = (dataset: Scope, insertion: Scope): Fragment<boolean> =>
  sql<boolean>`(${dataset.own('session_id')} = ${insertion.own('session_id')} and strpos(upper(${dataset.own('collection')}), upper(${insertion.own('name')})) > 0)`
