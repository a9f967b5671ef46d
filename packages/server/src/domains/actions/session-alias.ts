/** What people paste to name a session: `SW_001/2026-03-02/001`, with underscores, as a folder, as a file in it. */
import { type Db, sql } from '../../database/index.ts'

/** A session as its folder names it. */
export interface SessionAlias {
  /** Nickname. */
  readonly subject: string
  readonly date: string
  /** Absent when only the day was given. */
  readonly number?: number
  /** What follows the folder of the session: `alf/probe00/spikes.times.npy`. */
  readonly file?: string
}

const ALIAS = /([\w.~+*-]+?)[/_\s]+(\d{4}-\d\d-\d\d)(?:[/_\s]+(\d{1,3})(?![\d-]))?(?:\/([^\s].*))?$/

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) && text > '0001'
}

/**
 * The session that a text names; undefined when it names none. Backslashes are slashes; whatever stands before the
 * nickname, such as `/mnt/data/lab/Subjects/`, does not matter.
 */
export function readSessionAlias(text: string): SessionAlias | undefined {
  const [, subject, date, number, file] = ALIAS.exec(text.trim().replaceAll('\\', '/').replace(/\/+$/, '')) ?? []
  if (subject === undefined || date === undefined || !isDay(date)) return undefined
  return { subject, date, ...(number !== undefined && { number: Number(number) }), ...(file && { file }) }
}

/** A session, or a dataset of it, that an alias names. */
export interface AliasedRow {
  /** Key of the session. */
  readonly session: string
  /** `SW_001/2026-03-02/001` */
  readonly alias: string
  readonly lab: string | null
  readonly task_protocol: string
  /** Dataset of the file that the alias names; null when it names none, or nobody registered it. */
  readonly dataset: string | null
  readonly dataset_name: string | null
  readonly collection: string | null
}

const MOST = 50

/** Sessions that an alias names, and the dataset of its file; nicknames in any case. One statement. */
export async function sessionsOfAlias(db: Db, { subject, date, number, file }: SessionAlias): Promise<AliasedRow[]> {
  const path = file?.split('/').filter((part) => part !== '' && !/^#.*#$/.test(part)) ?? []
  const name = path.at(-1) ?? null
  return db.objects<AliasedRow>(sql`
    select a.id as session, s.nickname || '/' || to_char(a.start_time, 'YYYY-MM-DD') || '/' ||
           coalesce(lpad(a.number::text, greatest(3, length(a.number::text)), '0'), '') as alias,
           l.name as lab, a.task_protocol, d.id as dataset, d.name as dataset_name, d.collection
      from subjects_subject s
      join actions_session a on a.subject_id = s.id
      left join misc_lab l on l.id = a.lab_id
      left join data_dataset d on d.session_id = a.id and d.name = ${name}
            and coalesce(d.collection, '') = ${path.slice(0, -1).join('/')}
     where s.id in (select id from subjects_subject where nickname ilike ${subject.replaceAll(/[\\%_]/g, '\\$&')})
       and a.start_time >= ${date}::date and a.start_time < ${date}::date + 1
       and (${number ?? null}::int is null or a.number = ${number ?? null}::int)
     order by a.start_time, a.number, a.id limit ${MOST}`)
}
