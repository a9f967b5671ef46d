import { type Db, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'
import { isoMoment } from './moments.ts'

/** Which tasks a pause holds back; all but `all` name one by its value. */
export const PAUSE_SCOPES = ['all', 'graph', 'executable', 'lab', 'repository'] as const
export type PauseScope = (typeof PAUSE_SCOPES)[number]

export interface Pause {
  readonly scope: PauseScope
  readonly value?: string
  readonly reason?: string
  /** ISO 8601; until somebody ends it when absent. */
  readonly until?: string
}

export interface PauseView {
  readonly id: string
  readonly scope: PauseScope
  readonly value: string | null
  readonly reason: string | null
  readonly at: string
  readonly by: string | null
  readonly until: string | null
}

/** Has no more tasks of a kind begun until the pause ends; those that run go on. @returns its key */
export async function pauseTasks(db: Db, actor: Actor, { scope, value, reason, until }: Pause): Promise<string> {
  const [[key] = []] = await db.rows(sql`
    insert into alyx.job_pause (scope, value, reason, by, until)
    values (${scope}::text, ${value ?? null}::text, ${reason ?? null}::text, ${actor.id}::uuid, ${until ?? null}::timestamptz) returning id`)
  return key!
}

/** Pauses that hold something back now. */
export function listPauses(db: Db): Promise<PauseView[]> {
  return db.objects<PauseView>(sql`
    select p.id, p.scope, p.value, p.reason, ${isoMoment('p.at')} as at, u.username as by, ${isoMoment('p.until')} as until
      from alyx.job_pause p left join misc_labmember u on u.id = p.by
     where p.until is null or p.until > clock_timestamp() order by p.at`)
}

/** @throws Refused `missing` */
export async function endPause(db: Db, key: string): Promise<void> {
  const ended = await db.execute(sql`delete from alyx.job_pause where id = ${key}`)
  if (ended === 0) throw new Refused('missing', `There is no pause "${key}".`)
  await db.execute(sql`select pg_notify('alyx_jobs', 'ready')`)
}
