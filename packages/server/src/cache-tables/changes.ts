import { type Db, sql } from '../database/index.ts'

/** Tables of which something can be seen in the cache tables. */
const SEEN_TABLES = [
  'actions_session',
  'actions_session_projects',
  'data_dataset',
  'data_dataset_tags',
  'data_datarepository',
  'data_filerecord',
  'data_revision',
  'data_tag',
  'experiments_probeinsertion',
  'misc_lab',
  'subjects_project',
  'subjects_subject',
] as const

/** How far the history had come when tables were written. Of use in the same cluster of databases only. */
export interface Seen {
  /** The cluster, as it names itself. */
  readonly cluster: string
  /** PostgreSQL's own text: which transactions had ended. */
  readonly snapshot: string
  /** Every change up to this number had been committed, or never will be. */
  readonly settled: string
  /** The change with the highest number, and when it was made: another one there means another history. */
  readonly last: readonly [id: string, at: string]
}

/** What the snapshot of the transaction `db` sees. */
export async function seenNow(db: Db): Promise<Seen> {
  const [row] = await db.rows(sql`
    select (select system_identifier from pg_control_system()), pg_current_snapshot(),
      (select coalesce(max(to_id), 0) from alyx.seal), last.id, last.at::text
    from (select coalesce(max(id), 0) as id from alyx.change) newest
    left join alyx.change last on last.id = newest.id`)
  const [cluster, snapshot, settled, id, at] = row as readonly string[]
  return { cluster: cluster!, snapshot: snapshot!, settled: settled!, last: [id ?? '', at ?? ''] }
}

/**
 * Whether anything that the tables show may have changed since. Numbers are drawn before transactions are committed, so
 * a smaller one may appear after a larger one: what is new is what was not visible in the snapshot of then.
 *
 * A history that does not go on from the one that was seen, as after a restore, counts as changed.
 */
export async function changedSince(db: Db, { cluster, snapshot, settled, last: [id, at] }: Seen): Promise<boolean> {
  const [row] = await db.rows(sql`
    select (select system_identifier::text from pg_control_system()) <> ${cluster}
      or not exists (select from alyx.change where id = ${id}::bigint and at::text = ${at})
      or exists (
        select from alyx.change
        where id > ${settled}::bigint and table_name = any(${SEEN_TABLES})
          and transaction >= pg_snapshot_xmin(${snapshot}::pg_snapshot)
          and not pg_visible_in_snapshot(transaction, ${snapshot}::pg_snapshot))`)
  return row![0] !== 'f'
}
