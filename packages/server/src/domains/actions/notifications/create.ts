import { createHash } from 'node:crypto'
import { Notification } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Key, Recorder, Saved } from '../../../records/index.ts'
import { type NotificationType, REPEAT_AFTER_SECONDS, WAKE_CHANNEL } from './kinds.ts'

export interface NewNotification {
  readonly notification_type: NotificationType
  /** Subject line; cut when it is longer than the column. */
  readonly title: string
  /** What follows the title in the message, as lines. */
  readonly details?: string
  readonly subject_id: Key | null
  /** Whom to tell, besides those whose rules match; absent: the animal's responsible user. */
  readonly users?: readonly Key[]
  /** Say it although it was said a moment ago. */
  readonly force?: boolean
}

const LONGEST_TITLE = 255

/**
 * Makes notifications and wakes whoever sends them once the transaction is committed. Three statements, four with
 * recipients and one more with a sender, however many notifications.
 *
 * What was said of the same animal in the same words within the delay of its kind is not said again. Recipients: those
 * named (by default the responsible user) without those who declined the kind (rule `none`), and those whose rule matches:
 * `mine` the responsible user, `lab` a member of the animal's lab since before today, `all` everybody.
 *
 * Source: Alyx 3.6.1, actions/models.py, create_notification and Notification.add_users.
 *
 * @returns those that were made
 */
export async function createNotifications(
  recorder: Recorder,
  asked: readonly NewNotification[],
): Promise<Saved<typeof Notification>[]> {
  const wanted = distinct(asked.map((one) => ({ ...one, title: fitting(one.title) })))
  if (wanted.length === 0) return []
  await oneAtATime(recorder, wanted)
  const audiences = await audiencesOf(recorder, wanted)
  const made = wanted.flatMap((one, at) => {
    const audience = audiences[at]!
    return audience.repeated && !one.force ? [] : [{ one, users: recipients(one, audience) }]
  })
  if (made.length === 0) return []
  const saved = await recorder.create(
    Notification,
    made.map(({ one: { notification_type, title, details, subject_id } }) => ({
      notification_type,
      title,
      message: details ? `${title}\n\n${details}` : title,
      subject_id,
    })),
    made.map(({ users }) => ({ users })),
  )
  if (recorder.settings.sendsMail) await recorder.db.execute(sql`select pg_notify(${WAKE_CHANNEL}, '')`)
  return saved
}

function fitting(title: string): string {
  const characters = [...title.replace(/\s+/g, ' ')]
  return characters.length <= LONGEST_TITLE
    ? characters.join('')
    : `${characters.slice(0, LONGEST_TITLE - 1).join('')}…`
}

const wordsOf = ({ notification_type, title, subject_id }: NewNotification): string =>
  JSON.stringify([notification_type, title, subject_id])

const distinct = (all: readonly NewNotification[]): NewNotification[] => [
  ...new Map(all.map((one) => [wordsOf(one), one])).values(),
]

/** Two requests that say the same at the same time wait for each other, so that the second sees what the first said. */
async function oneAtATime(recorder: Recorder, wanted: readonly NewNotification[]): Promise<void> {
  const guarded = wanted.filter(({ notification_type, force }) => !force && REPEAT_AFTER_SECONDS[notification_type] > 0)
  if (guarded.length === 0) return
  const locks = guarded.map((one) => createHash('sha256').update(wordsOf(one)).digest().readBigInt64BE())
  await recorder.db.execute(
    sql`select pg_advisory_xact_lock(lock) from (select lock from unnest(${locks.map(String)}::bigint[]) lock order by lock) ordered`,
  )
}

interface Audience {
  readonly repeated: boolean
  readonly responsible: Key | null
  /** Who wants to hear nothing of this kind. */
  readonly declined: readonly Key[]
  /** Whose rule matches the animal. */
  readonly interested: readonly Key[]
}

function recipients({ users }: NewNotification, { responsible, declined, interested }: Audience): Key[] {
  const named = users ?? (responsible === null ? [] : [responsible])
  const left = named.filter((user) => !declined.includes(user))
  return [...new Set([...left, ...interested])]
}

/** Who is to be told, and whether it was just said, for each of them. A rule without a scope means `mine`, as in Alyx. */
async function audiencesOf(recorder: Recorder, wanted: readonly NewNotification[]): Promise<Audience[]> {
  const asked = wanted.map(({ notification_type, title, subject_id }, at) => ({
    at,
    kind: notification_type,
    title,
    subject_id,
    delay: REPEAT_AFTER_SECONDS[notification_type],
  }))
  return recorder.db.objects<Audience & { at: number }>(sql`
    select asked.at, subject.responsible_user_id as responsible,
           coalesce(extract(epoch from ${recorder.now}::timestamptz - last.said) < asked.delay, false) as repeated,
           array(select rule.user_id::text from actions_notificationrule rule
                  where rule.notification_type = asked.kind and rule.subjects_scope = 'none') as declined,
           array(select rule.user_id::text from actions_notificationrule rule
                  where rule.notification_type = asked.kind and subject.id is not null
                    and case rule.subjects_scope
                          when 'all' then true
                          when 'none' then false
                          when 'lab' then exists (
                            select from misc_labmembership membership
                             where membership.user_id = rule.user_id and membership.lab_id = subject.lab_id
                               and membership.start_date < ${recorder.moment.today}::date
                               and (membership.end_date is null or membership.end_date >= ${recorder.moment.today}::date))
                          else rule.user_id = subject.responsible_user_id
                        end) as interested
      from json_to_recordset(${JSON.stringify(asked)}::json)
             as asked(at integer, kind text, title text, subject_id uuid, delay float8)
      left join subjects_subject subject on subject.id = asked.subject_id
      left join lateral (
        select coalesce(sent_at, send_at) as said from actions_notification
         where asked.delay > 0 and subject_id = asked.subject_id
           and notification_type = asked.kind and title = asked.title and status <> 'no-send'
         order by send_at desc limit 1
      ) last on true
     order by asked.at`)
}
