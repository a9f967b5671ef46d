import { type Db, join, raw, type Sql, sql } from '../database/index.ts'
import { QUALITIES, type TableName } from './tables.ts'

/** Which rows of the laboratory the tables are to hold. */
export interface Chosen {
  /** Only datasets with one of these tags, and sessions that have such; undefined for all. */
  readonly tags: readonly string[] | undefined
  /** Beginnings of the names of repositories; a dataset counts when a file of it exists on one of them. */
  readonly repositories: readonly string[]
}

/** The largest that 16 bits hold without a sign. */
const LARGEST_NUMBER = 65_535
/** Rows that travel at a time. */
const PIECE_ROWS = 10_000

const tagged = (tags: readonly string[]): Sql => sql`
  select m.dataset_id from data_dataset_tags m join data_tag t on t.id = m.tag_id where t.name = any(${tags})`

/** Sessions that have datasets with one of the tags. */
const sessionsTagged = (tags: readonly string[]): Sql => sql`
  select d.session_id from data_dataset d where d.id in (${tagged(tags)})`

/** Latest day first; names in the order of their code points, as Python sorts. */
const sessions = ({ tags }: Chosen): Sql => sql`
  select l.name, u.nickname, s.start_time::date - date '1970-01-01', s.number, s.task_protocol,
    coalesce(p.names, ''), s.id
  from actions_session s
  join subjects_subject u on u.id = s.subject_id
  join misc_lab l on l.id = s.lab_id
  left join (
    select m.session_id, string_agg(p.name, ',' order by p.name collate "C") as names
    from actions_session_projects m join subjects_project p on p.id = m.project_id
    where p.name <> '' group by m.session_id
  ) p on p.session_id = s.id
  where s.number between 0 and ${LARGEST_NUMBER} and isfinite(s.start_time)
    ${tags === undefined ? raw('') : sql`and s.id in (${sessionsTagged(tags)})`}
  order by s.start_time::date desc, u.nickname collate "C" desc, s.number desc, s.id`

/** By session, then by dataset: the order of the index, in which ONE finds things without sorting first. */
const datasets = ({ tags }: Chosen, repositories: readonly string[]): Sql => sql`
  select case when d.file_size >= 0 then d.file_size end, d.hash, d.default_dataset, ${quality(sql`d.qc`)}, true,
    concat_ws('/', nullif(d.collection, ''), '#' || nullif(r.name, '') || '#', nullif(d.name, '')), d.session_id, d.id
  from data_dataset d
  left join data_revision r on r.id = d.revision_id
  where d.session_id is not null
    and d.id in (
      select f.dataset_id from data_filerecord f where f.exists and f.data_repository_id = any(${repositories}::uuid[]))
    ${tags === undefined ? raw('') : sql`and d.id in (${tagged(tags)})`}
  order by d.session_id, d.id`

const quality = (column: Sql): Sql =>
  sql`case ${column} ${join(
    [...QUALITIES].map(([value, name]) => sql`when ${Number(value)} then ${name}::text`),
    ' ',
  )} end`

async function repositoriesOf(db: Db, beginnings: readonly string[]): Promise<readonly string[]> {
  const rows = await db.rows(sql`select id from data_datarepository where name::text ^@ any(${beginnings}::text[])`)
  return rows.map(([id]) => id as string)
}

/**
 * Rows of a table as PostgreSQL's texts, in its columns and its order, piece by piece. To be read to the end or broken
 * off inside the transaction of `db`, one table at a time.
 */
export async function* tableRows(db: Db, table: TableName, chosen: Chosen): AsyncGenerator<(string | null)[][]> {
  const statement =
    table === 'sessions' ? sessions(chosen) : datasets(chosen, await repositoriesOf(db, chosen.repositories))
  yield* fetched(db, statement)
}

/** Results of the checks of each session and of its insertions, as JSON texts, piece by piece. */
export async function* qualityRows(db: Db, { tags }: Chosen): AsyncGenerator<(string | null)[][]> {
  yield* fetched(
    db,
    sql`
    select s.id, ${quality(sql`s.qc`)}, s.extended_qc, i.checks
    from actions_session s
    left join (
      select i.session_id, json_agg(json_build_object('pid', i.id, 'probe_name', i.name,
        'qc_outcome', coalesce(i.json -> 'qc', '"NOT_SET"'), 'extended_qc', i.json -> 'extended_qc')
        order by i.name, i.id) as checks
      from experiments_probeinsertion i where i.json ? 'extended_qc' group by i.session_id
    ) i on i.session_id = s.id
    ${tags === undefined ? raw('') : sql`where s.id in (${sessionsTagged(tags)})`}
    order by s.id`,
  )
}

/** The next piece is on its way while the last one is looked at. */
async function* fetched(db: Db, statement: Sql): AsyncGenerator<(string | null)[][]> {
  // Everything will be read, so the plan that is fastest to the end is wanted, not the one with the fastest start.
  for (const setting of [`cursor_tuple_fraction = 1`, `work_mem = '64MB'`, `jit = off`])
    await db.execute(raw(`set local ${setting}`))
  await db.execute(sql`declare cache_table no scroll cursor for ${statement}`)
  const next = () => db.rows({ text: `fetch ${PIECE_ROWS} from cache_table`, values: [], planEachTime: true })
  let coming = next()
  for (;;) {
    const rows = await coming
    if (rows.length === 0) break
    coming = next()
    yield rows
  }
  await db.execute(raw('close cache_table'))
}
