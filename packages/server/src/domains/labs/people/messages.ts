/** Messages of the laboratory to one person, as the web application shows them, and which of them were read. */
import { type Db, sql } from '../../../database/index.ts'

export interface Message {
  readonly id: string
  readonly type: string
  readonly title: string
  readonly message: string
  readonly subject: { readonly id: string; readonly title: string } | null
  readonly at: string
  readonly read: boolean
}

export interface Messages {
  readonly unread: number
  readonly results: readonly Message[]
}

/** Those whose time has come, the newest first. One statement. */
export async function messagesTo(
  db: Db,
  person: string,
  { unreadOnly, limit, offset }: { readonly unreadOnly: boolean; readonly limit: number; readonly offset: number },
): Promise<Messages> {
  const [found] = await db.objects<Messages>(sql`
    with mine as (
      select n.*, r.notification_id is not null as read
        from actions_notification_users m join actions_notification n on n.id = m.notification_id
        left join alyx.notification_read r on r.user_id = m.labmember_id and r.notification_id = n.id
       where m.labmember_id = ${person} and n.send_at <= now()
    )
    select (select count(*) from mine where not read)::int as unread, coalesce((
      select json_agg(json_build_object('id', n.id, 'type', n.notification_type, 'title', n.title, 'message', n.message,
               'subject', case when s.id is not null then json_build_object('id', s.id, 'title', s.nickname) end,
               'at', n.send_at, 'read', n.read) order by n.send_at desc, n.id)
        from (select * from mine where not (${unreadOnly} and read)
               order by send_at desc, id limit ${limit} offset ${offset}) n
        left join subjects_subject s on s.id = n.subject_id), '[]') as results`)
  return found!
}

/** Marks messages of a person as read or unread; all of them when none are named. One statement. @returns how many */
export function markMessages(
  db: Db,
  person: string,
  read: boolean,
  ids: readonly string[] | undefined,
): Promise<number> {
  if (!read)
    return db.execute(sql`
      delete from alyx.notification_read where user_id = ${person}
         and (${ids ?? null}::uuid[] is null or notification_id = any(${ids ?? null}::uuid[]))`)
  return db.execute(sql`
    insert into alyx.notification_read (user_id, notification_id)
    select m.labmember_id, m.notification_id from actions_notification_users m
     where m.labmember_id = ${person} and (${ids ?? null}::uuid[] is null or m.notification_id = any(${ids ?? null}::uuid[]))
    on conflict do nothing`)
}
