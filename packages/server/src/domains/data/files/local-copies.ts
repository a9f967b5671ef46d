import { type Db, sql } from '../../../database/index.ts'
import { Refused } from '../../../records/index.ts'
import { requireNamed } from './named.ts'

/** A copy on the machine of a rig or a person. */
export interface LocalCopy {
  readonly dataset_id: string
  /** Name of the repository. */
  readonly repository: string
  readonly relative_path: string
  /** Bytes; null when nobody wrote it down. */
  readonly file_size: number | bigint | null
  /** Whether a repository that others can read from has the file as well: only then may the copy go. */
  readonly is_on_server: boolean
}

/** Which copies are meant. At least one of `lab` and `repository` has to be named. */
export interface LocalCopies {
  readonly lab?: string
  readonly repository?: string
  /** YYYY-MM-DD: copies of sessions that began on this day or earlier. */
  readonly before: string
  /** At most so many datasets, those of the oldest sessions. */
  readonly limit?: number
}

/** Raw recordings: large, and of no use on a rig once they are elsewhere. */
const LARGE_TYPES = [
  'ephysData.raw.ap',
  'ephysData.raw.lf',
  'ephysData.raw.nidq',
  '_iblrig_Camera.raw',
  '_kilosort_raw.output',
  'imaging.frames',
]
const MOST_DATASETS = 1000

/**
 * Local copies of old raw recordings, which fill the disks of rigs. Nothing is written: the files have to go first.
 *
 * @returns those of the oldest sessions first
 * @throws Refused `invalid` when neither a lab nor a repository is named, `missing` when it does not exist
 *
 * Source: Alyx 3.6.1, data/management/commands/files.py, removelocal, up to where Globus takes over.
 */
export async function listLocalCopies(
  db: Db,
  { lab, repository, before, limit = MOST_DATASETS }: LocalCopies,
): Promise<LocalCopy[]> {
  if (lab === undefined && repository === undefined)
    throw new Refused('invalid', 'Name a lab or a data repository: copies of all labs at once are never meant.')
  await requireNamed(db, { lab, repository })
  return db.objects<LocalCopy>(sql`
    with meant as (
      select r.id, r.name from data_datarepository r where r.globus_is_personal
        ${repository === undefined ? sql`` : sql`and r.name = ${repository}`}
        ${
          lab === undefined
            ? sql``
            : sql`and exists (
          select 1 from misc_lab_repositories lr join misc_lab l on l.id = lr.lab_id
          where lr.datarepository_id = r.id and l.name = ${lab}
        )`
        }
    ), old as (
      select d.id, d.file_size, s.start_time from data_dataset d
      join data_datasettype t on t.id = d.dataset_type_id and t.name = any(${LARGE_TYPES}::text[])
      join actions_session s on s.id = d.session_id
      where s.start_time < (${before}::date + 1)::timestamptz and exists (
        select 1 from data_filerecord f join meant m on m.id = f.data_repository_id
        where f.dataset_id = d.id and f."exists"
      )
      order by s.start_time, d.id limit ${limit}::bigint
    )
    select old.id as dataset_id, m.name as repository, f.relative_path, old.file_size, exists (
      select 1 from data_filerecord o join data_datarepository r on r.id = o.data_repository_id
      where o.dataset_id = old.id and o."exists" and r.globus_is_personal = false
    ) as is_on_server
    from old
    join data_filerecord f on f.dataset_id = old.id and f."exists"
    join meant m on m.id = f.data_repository_id
    order by old.start_time, old.id, m.name`)
}
