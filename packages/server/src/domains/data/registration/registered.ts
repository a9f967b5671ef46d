import { type Db, sql } from '../../../database/index.ts'

/** A record of a registered file. */
export interface RegisteredRecord {
  readonly id: string
  /** Name of the repository. */
  readonly data_repository: string
  readonly relative_path: string
  readonly exists: boolean
}

/** A registered file: its dataset, in words. */
export interface RegisteredFile {
  readonly id: string
  readonly name: string
  /** Bytes. */
  readonly file_size: number | bigint | null
  /** Nickname of the animal of the session, or of the animal that owns it; null for another owner. */
  readonly subject: string | null
  readonly created_by: string | null
  /** As PostgreSQL writes it. */
  readonly created_datetime: string | null
  readonly dataset_type: string
  readonly data_format: string
  /** The session that owns it; null when another record does. */
  readonly session: {
    readonly id: string
    readonly number: number | null
    /** Names in the order of the alphabet, with commas between. */
    readonly users: string
    readonly start_time: string | null
  } | null
  /** `app.model` of another owner. */
  readonly content_type: string | null
  readonly object_id: string | null
  readonly collection: string
  /** Name; '' for the original. */
  readonly revision: string
  readonly default: boolean
  /** Number of the level. */
  readonly qc: number
  /** All records of the dataset, by repository. */
  readonly file_records: readonly RegisteredRecord[]
}

type Row = Omit<RegisteredFile, 'session' | 'file_records'> & {
  session_id: string | null
  session_number: number | null
  session_users: string
  session_start_time: string | null
  file_records: readonly (readonly [id: string, repository: string, path: string, exists: boolean])[]
}

/**
 * Datasets of one owner as they are now: one statement, none for no keys.
 *
 * @returns in the order of the keys, one for each, also for a key that comes twice
 */
export async function registeredFiles(db: Db, keys: readonly string[]): Promise<RegisteredFile[]> {
  if (keys.length === 0) return []
  const asked = sql`any(${[...new Set(keys)]}::uuid[])`
  const rows = await db.objects<Row>(sql`
    with asked as materialized (
      select d.* from data_dataset d where d.id = ${asked}
    ), sessions as materialized (
      select s.id, s.number, s.start_time, a.nickname, coalesce((
          select string_agg(u.username, ',' order by u.username collate "C")
          from actions_session_users su join misc_labmember u on u.id = su.labmember_id where su.session_id = s.id
        ), '') as users
      from actions_session s join subjects_subject a on a.id = s.subject_id
      where s.id in (select session_id from asked)
    ), records as materialized (
      select f.dataset_id,
        json_agg(json_build_array(f.id, r.name, f.relative_path, f."exists") order by r.name, f.relative_path) as all
      from data_filerecord f join data_datarepository r on r.id = f.data_repository_id
      where f.dataset_id = ${asked}
      group by f.dataset_id
    )
    select d.id, d.name, d.file_size, coalesce(s.nickname, a.nickname) as subject, u.username as created_by,
      d.created_datetime, t.name as dataset_type, m.name as data_format, s.id as session_id, s.number as session_number,
      coalesce(s.users, '') as session_users, s.start_time as session_start_time,
      c.app_label || '.' || c.model as content_type, d.object_id, d.collection, coalesce(v.name, '') as revision,
      d.default_dataset as default, d.qc, coalesce(records.all, '[]'::json) as file_records
    from asked d
    join data_datasettype t on t.id = d.dataset_type_id
    join data_dataformat m on m.id = d.data_format_id
    left join misc_labmember u on u.id = d.created_by_id
    left join data_revision v on v.id = d.revision_id
    left join django_content_type c on c.id = d.content_type_id
    left join sessions s on s.id = d.session_id
    left join subjects_subject a on a.id = d.object_id and c.app_label = 'subjects' and c.model = 'subject'
    left join records on records.dataset_id = d.id`)
  const byKey = new Map(rows.map((row) => [row.id, fileOf(row)]))
  return keys.map((key) => byKey.get(key)!)
}

function fileOf({ session_id, session_number, session_users, session_start_time, file_records, ...dataset }: Row) {
  return {
    ...dataset,
    session:
      session_id === null
        ? null
        : { id: session_id, number: session_number, users: session_users, start_time: session_start_time },
    file_records: file_records.map(([id, data_repository, relative_path, exists]) => ({
      id,
      data_repository,
      relative_path,
      exists,
    })),
  }
}
