import { Dataset } from '@alyx/models'
import { sql } from 'kysely'
import { FilterError, type Fragment, type Scope } from '../../query/index.ts'

const QC: Readonly<Record<string, number>> = Object.fromEntries(
  Dataset.fields.qc.choices.map(([level, name]) => [name, level]),
)

/**
 * The number of a quality level written as its name in any case, or as its number.
 * @throws FilterError for anything else
 */
export function qcLevel(text: string): number {
  const level = QC[text.toUpperCase()] ?? (/^\d+$/.test(text) ? Number(text) : Number.NaN)
  if (!Object.values(QC).includes(level)) {
    throw new FilterError(`${text} is not a valid QC; expected one of ${Object.keys(QC).join(', ')} or its number`)
  }
  return level
}

/** More names than this are asked for at once: one question each would make PostgreSQL plan for hours. */
const MOST_QUESTIONS = 8

/**
 * The condition that rows have something of every name. A few names are asked for one by one, which indexes answer
 * best; more are counted together, once for all rows: for each row, a long list would be gone through again.
 *
 * @param exists  the condition for one name
 * @param together  the condition for `total` different names, given a subquery of them
 */
export function everyName(
  names: readonly string[],
  exists: (name: string) => Fragment,
  together: (names: Fragment, total: number) => Fragment,
): Fragment<boolean> {
  const distinct = [...new Set(names)]
  if (distinct.length > MOST_QUESTIONS) return sql<boolean>`${together(namesOf(distinct), distinct.length)}`
  return sql<boolean>`(${sql.join(distinct.map(exists), sql` and `)})`
}

/** Names as a subquery, which PostgreSQL joins as it does a table. */
export const namesOf = (names: readonly string[]): Fragment => sql`(select unnest(${names}::text[]))`

/** A list in which a name is repeated asks for more types than it names, and nothing has them. */
export const hasRepeats = (names: readonly string[]): boolean => new Set(names).size < names.length

const onServerRecord = sql`exists (select 1 from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = d.id and f."exists" and r.globus_is_personal = false)`

/** Sessions that have datasets of every type named; the files need not exist. A name given twice matches nothing. */
export function sessionsWithDatasetTypes(session: Scope, list: string): Fragment<boolean> {
  const names = list.split(',')
  if (hasRepeats(names)) return sql<boolean>`false`
  return everyName(
    names,
    (name) =>
      sql`exists (select 1 from data_dataset d where d.session_id = ${session.key} and d.dataset_type_id = (select id from data_datasettype where name = ${name}))`,
    (all, total) =>
      sql`${session.key} in (select d.session_id from data_dataset d join data_datasettype t on t.id = d.dataset_type_id where t.name in ${all} group by d.session_id having count(distinct d.dataset_type_id) = ${total})`,
  )
}

/** Sessions that have every dataset named, good enough and with a copy that everybody reaches. */
export function sessionsWithDatasets(session: Scope, list: string, worstQc: number): Fragment<boolean> {
  return everyName(
    list.split(','),
    (name) =>
      sql`exists (select 1 from data_dataset d where d.session_id = ${session.key} and d.name = ${name} and d.qc <= ${worstQc} and ${onServerRecord})`,
    (all, total) =>
      sql`${session.key} in (select d.session_id from data_dataset d where d.name in ${all} and d.qc <= ${worstQc} and ${onServerRecord} group by d.session_id having count(distinct d.name) = ${total})`,
  )
}

/** Sessions with any dataset of at most this level. */
export const sessionsWithQc = (session: Scope, worstQc: number): Fragment<boolean> =>
  sql<boolean>`exists (select 1 from data_dataset d where d.session_id = ${session.key} and d.qc <= ${worstQc})`

/** Sessions with a dataset whose tag contains the text. */
export const sessionsWithTag = (session: Scope, text: string): Fragment<boolean> =>
  sql<boolean>`exists (select 1 from data_dataset d join data_dataset_tags dt on dt.dataset_id = d.id join data_tag tag on tag.id = dt.tag_id where d.session_id = ${session.key} and tag.name ilike ${containing(text)})`

/** Pattern of LIKE for texts that contain this one, its own wildcards escaped. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Notices about a dataset with this tag. */
export const noticesWithTag = (notice: Scope, name: string): Fragment<boolean> =>
  sql<boolean>`exists (select 1 from data_datanotice_datasets nd join data_dataset_tags dt on dt.dataset_id = nd.dataset_id join data_tag tag on tag.id = dt.tag_id where nd.datanotice_id = ${notice.key} and tag.name = ${name})`

/** Datasets with a copy, on a repository open to everybody, that does or does not exist; all when no repository is open. */
export const datasetsExisting = (dataset: Scope, exists: boolean): Fragment<boolean> =>
  sql<boolean>`(not exists (select 1 from data_datarepository where globus_is_personal = false) or exists (select 1 from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = ${dataset.key} and f."exists" = ${exists} and r.globus_is_personal = false))`

/** Datasets of the session of an insertion, in a collection that carries the insertion's name. */
export const datasetsOfInsertion = (dataset: Scope, insertion: string): Fragment<boolean> => {
  const session = sql`(select session_id from experiments_probeinsertion where id = ${insertion})`
  const name = sql`(select name from experiments_probeinsertion where id = ${insertion})`
  return sql<boolean>`((${dataset.own('session_id')} = ${session} or (${dataset.own('session_id')} is null and ${session} is null)) and strpos(upper(${dataset.own('collection')}), upper(${name})) > 0)`
}

/** Datasets with or without a tag that makes them public (or that protects them). */
export const datasetsTagged = (
  dataset: Scope,
  property: 'public' | 'protected',
  wanted: boolean,
): Fragment<boolean> => {
  const tagged = sql`exists (select 1 from data_dataset_tags dt join data_tag tag on tag.id = dt.tag_id where dt.dataset_id = ${dataset.key} and tag.${sql.ref(property)})`
  return wanted ? sql<boolean>`${tagged}` : sql<boolean>`not ${tagged}`
}

/** Paths that a synchronisation of files with the main server would look at. Source: Alyx 3.6.1, sync-file-status. */
export const pathsToSynchronise: Fragment = sql`select distinct f.relative_path from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.dataset_id in (select g.dataset_id from data_filerecord g join data_datarepository s on s.id = g.data_repository_id where not g."exists" and s.globus_is_personal = false and s.name ilike '%flatiron%') and (r.globus_is_personal = true or f.json ? 'transfer_pending') order by f.relative_path`
