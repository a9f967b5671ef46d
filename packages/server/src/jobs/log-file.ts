import { type Db, sql } from '../database/index.ts'

/** The log of an attempt that its worker wrote beside the data of the session, and not to us. */
export interface LogFile {
  /** Where it may lie, by the paths of the network. */
  readonly paths: readonly string[]
  readonly ended: boolean
}

/** More places are not looked at. */
const MOST_REPOSITORIES = 20
/** One part of a path, with the ending of a log: workers also write sentences where its name should stand. */
const LOG_NAME = /^(?!\.)[^/\\\p{Cc}]{1,250}\.log$/u

interface Found {
  log: string
  ended: boolean
  lab: string | null
  subject: string
  date: string
  number: string
  /** Folders of repositories, as `//host/folder`, of the task first. */
  folders: string[]
}

/**
 * Where the log of an attempt lies if its worker wrote it to `<session>/logs/`. All attempts of a task write to the same
 * file, so it is that of the last one. One statement.
 *
 * @returns undefined when the record names no such file
 */
export async function logFileOf(db: Db, attempt: string): Promise<LogFile | undefined> {
  const [found] = await db.objects<Found>(sql`
    select t.log, a.ended_at is not null as ended, l.name as lab, u.nickname as subject, s.start_time::date::text as date,
           lpad(coalesce(s.number, 1)::text, 3, '0') as number,
           array(select case when r.hostname = '' then r.globus_path else '//' || r.hostname || '/' || r.globus_path end
                   from data_datarepository r
                  where r.globus_path <> ''
                    and (r.id = t.data_repository_id
                         or r.id in (select datarepository_id from misc_lab_repositories where lab_id = s.lab_id)
                         or r.id in (select f.data_repository_id from data_filerecord f join data_dataset d on d.id = f.dataset_id
                                      where d.session_id = s.id))
                  order by coalesce(r.id = t.data_repository_id, false) desc, r.name limit ${MOST_REPOSITORIES}::integer) as folders
      from alyx.job_attempt a
      join jobs_task t on t.id = a.task_id
      join actions_session s on s.id = t.session_id
      join subjects_subject u on u.id = s.subject_id
      left join misc_lab l on l.id = s.lab_id
     where a.id = ${attempt} and t.log like '%.log' and s.start_time is not null
       and not exists (select from alyx.job_attempt n where n.task_id = a.task_id and n.number > a.number)`)
  if (found === undefined || !LOG_NAME.test(found.log)) return undefined
  const { log, lab, subject, date, number, folders, ended } = found
  const session = [subject, date, number]
  // As local servers of a laboratory keep sessions, and as those that serve several laboratories do.
  const sessions = lab === null ? [session] : [session, [lab, 'Subjects', ...session]]
  const safe = sessions.filter((parts) => parts.every((part) => part !== '..' && !/[/\\]/.test(part)))
  const paths = folders.flatMap((folder) => safe.map((parts) => [folder, ...parts, 'logs', log].join('/')))
  return { paths, ended }
}
