import { FileRecord } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Recorder } from '../../../records/index.ts'
import { inBatches } from './batches.ts'
import { requireNamed } from './named.ts'

/** A record that says where a file should be although nobody has put it there yet. */
export interface MissingRecord {
  readonly dataset_id: string
  readonly data_repository_id: string
  /** Name of the repository. */
  readonly repository: string
  readonly relative_path: string
}

/**
 * Gives each dataset of a session a record in every repository of the session's lab that is open to others, so that
 * files which are only on a rig are known to be missing elsewhere. Datasets without any record are left alone: nobody
 * knows their path. So is a path that belongs to another dataset there.
 *
 * @param lab  name of the lab; all labs when absent
 * @param dry  only tells which records are missing
 * @returns the records, those of the earliest sessions first
 * @throws Refused `missing` for a lab that does not exist
 *
 * Source: Alyx 3.6.1, data/management/commands/files.py, bulksync.
 */
export async function addMissingRecords(
  recorder: Recorder,
  { lab, dry = false }: { readonly lab?: string; readonly dry?: boolean } = {},
): Promise<MissingRecord[]> {
  await requireNamed(recorder.db, { lab })
  const missing = await missingRecords(recorder, lab)
  if (!dry)
    await inBatches(missing, (some) =>
      recorder.create(
        FileRecord,
        some.map(({ dataset_id, data_repository_id, relative_path }) => ({
          dataset_id,
          data_repository_id,
          relative_path,
          exists: false,
        })),
      ),
    )
  return missing
}

async function missingRecords({ db }: Recorder, lab: string | undefined): Promise<MissingRecord[]> {
  const found = await db.objects<MissingRecord>(sql`
    select d.id as dataset_id, r.id as data_repository_id, r.name as repository, known.relative_path
    from misc_lab l
    join misc_lab_repositories lr on lr.lab_id = l.id
    join data_datarepository r on r.id = lr.datarepository_id and r.globus_is_personal = false
    join actions_session s on s.lab_id = l.id
    join data_dataset d on d.session_id = s.id
    cross join lateral (
      select f.relative_path from data_filerecord f where f.dataset_id = d.id order by f."exists" desc, f.id limit 1
    ) as known
    where not exists (
      select 1 from data_filerecord f where f.dataset_id = d.id and f.data_repository_id = r.id
    ) and not exists (
      select 1 from data_filerecord f where f.data_repository_id = r.id and f.relative_path = known.relative_path
    ) ${lab === undefined ? sql`` : sql`and l.name = ${lab}`}
    order by s.start_time, s.id, known.relative_path, r.name, d.id`)
  const taken = new Set<string>()
  return found.filter(({ data_repository_id, relative_path }) => {
    const place = `${data_repository_id}/${relative_path}`
    const isFree = !taken.has(place)
    taken.add(place)
    return isFree
  })
}
