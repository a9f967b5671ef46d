import { type Database, sql } from '../../../database/index.ts'
import { type Mailer, MailFailure } from '../../../mail/index.ts'
import { MOST_ATTEMPTS } from './kinds.ts'
import { type Letterhead, letterText, type Message, type Recipient, subjectLine } from './letters.ts'

export interface Sending {
  readonly mailer: Mailer
  readonly head: Letterhead
  /** Seconds to leave a message alone after a failed attempt; 0 tries whatever failed before this round. */
  readonly pauseSeconds: number
  /** Seconds for which a message must have been due: whoever made it, such as a Django beside us, may be sending it now. */
  readonly graceSeconds?: number
  /** Whether no other message is to be begun. */
  stopped?(): boolean
  /** Hears of each attempt that failed. */
  failed?(title: string, error: Error): void
}

export interface SendingReport {
  /** Messages that all their recipients have now. */
  readonly sent: number
  /** Attempts that failed. */
  readonly failed: number
  /** Messages that will not be tried again: after too many attempts, or because nobody needs last week's news. */
  readonly abandoned: number
  /** Whether the mail server could not be spoken to; what is left was not tried then. */
  readonly unreachable: boolean
}

/** How long a sender may be busy with one message before others take it for dead. */
const CLAIM_SECONDS = 10 * 60
/** How long it may begin to write to yet another recipient; then there is time left for what it has begun. */
const WRITING_SECONDS = CLAIM_SECONDS / 2
/** Alarms of last week help nobody: where mail was off for years, switching it on must not send thousands. */
const STALE_DAYS = 7

interface Claimed extends Message {
  readonly id: string
  /** When we took it: it is still ours as long as the row says the same. */
  readonly claim: string
  readonly attempts: number
  /** Keys of people who got it in an earlier attempt. */
  readonly served: readonly string[]
  readonly recipients: readonly Recipient[]
}

/**
 * Sends every message that is due: each recipient gets a mail of their own, once. Any number of senders may run: a message
 * is claimed in its row before it is sent (`json.sending_since`), rows that another sender claims are skipped, and no
 * transaction stays open while a mail server is spoken to. A sender that dies loses its claim after ten minutes.
 *
 * A failure is noted in the row (`json.failed_attempts`, as Alyx does), with those who were served (`json.sent_to`); after
 * three the status is `no-send`. Messages without anybody to write to stay, as in Alyx, and are sent if an address is
 * written down within a week. Accounts that are closed get nothing.
 *
 * Two statements a message.
 */
export async function sendDue(database: Database, sending: Sending): Promise<SendingReport> {
  let [sent, failed, abandoned, unreachable] = [0, 0, await abandonStale(database), false]
  // What fails in this round is not tried again in it.
  const failedBefore = new Date(Date.now() - sending.pauseSeconds * 1000).toISOString()
  while (!unreachable && !sending.stopped?.()) {
    const claimed = await claimNext(database, failedBefore, sending.graceSeconds ?? 0)
    if (claimed === undefined) break
    const { served, failure } = await deliver(claimed, sending)
    const given = failure !== undefined && claimed.attempts + 1 >= MOST_ATTEMPTS
    await settle(database, claimed, served, failure, given)
    if (failure === undefined) sent += 1
    else {
      failed += 1
      sending.failed?.(claimed.title, failure)
    }
    if (given) abandoned += 1
    unreachable = failure instanceof MailFailure && failure.unreachable
  }
  return { sent, failed, abandoned, unreachable }
}

/** What the server does by itself, for the history. */
const BY_ITSELF = { context: { source: 'command', reason: 'sending of notifications' } } as const

const abandonStale = (database: Database): Promise<number> =>
  database.transaction(
    (db) =>
      db.execute(sql`
        update actions_notification set status = 'no-send'
         where status = 'to-send' and send_at < now() - make_interval(days => ${STALE_DAYS}::integer)`),
    BY_ITSELF,
  )

/**
 * Takes the oldest message that is due, with those who have not got it yet.
 *
 * Times in the document are ISO texts in UTC, so that comparing them needs no cast, which could fail on what people write
 * there. An attempt that Django noted lacks the zone and is judged by its digits: the pause is then off by that zone.
 */
async function claimNext(database: Database, failedBefore: string, graceSeconds: number): Promise<Claimed | undefined> {
  const now = Date.now()
  const claim = new Date(now).toISOString()
  const lapsed = new Date(now - CLAIM_SECONDS * 1000).toISOString()
  const [claimed] = await database.transaction(
    (db) =>
      db.objects<Claimed>(sql`
        with due as materialized (
          select n.id from actions_notification n
           where n.status = 'to-send' and n.send_at <= now() - make_interval(secs => ${graceSeconds}::float8)
             and coalesce(n.json ->> 'sending_since', '') < ${lapsed}
             and coalesce(case jsonb_typeof(n.json -> 'failed_attempts')
                            when 'array' then n.json -> 'failed_attempts' ->> -1 end, '') < ${failedBefore}
             and exists (
               select from actions_notification_users l join misc_labmember u on u.id = l.labmember_id
                where l.notification_id = n.id and u.is_active and u.email <> '')
           order by n.send_at, n.id limit 1
             for no key update skip locked
        ), claimed as (
          update actions_notification n
             set json = case jsonb_typeof(n.json) when 'object' then n.json else '{}' end
                        || jsonb_build_object('sending_since', ${claim}::text)
            from due where n.id = due.id
          returning n.id, n.title, n.message, n.notification_type, n.subject_id, n.json
        )
        select c.id, c.title, c.message, c.notification_type, c.subject_id, ${claim}::text as claim,
               case jsonb_typeof(c.json -> 'failed_attempts')
                 when 'array' then jsonb_array_length(c.json -> 'failed_attempts') else 0 end as attempts,
               case jsonb_typeof(c.json -> 'sent_to') when 'array' then c.json -> 'sent_to' else '[]' end as served,
               (select json_agg(json_build_object(
                         'id', u.id, 'username', u.username, 'first_name', u.first_name, 'email', u.email,
                         'responsible', coalesce(u.id = s.responsible_user_id, false), 'scope', r.subjects_scope)
                         order by u.username)
                  from actions_notification_users l
                  join misc_labmember u on u.id = l.labmember_id
                  left join actions_notificationrule r on r.user_id = u.id and r.notification_type = c.notification_type
                 where l.notification_id = c.id and u.is_active and u.email <> '') as recipients
          from claimed c left join subjects_subject s on s.id = c.subject_id`),
    BY_ITSELF,
  )
  return claimed
}

/** Writes to everybody who has not got it yet, whoever else could not be written to. */
async function deliver(
  claimed: Claimed,
  { mailer, head }: Sending,
): Promise<{ served: string[]; failure: Error | undefined }> {
  const served = [...claimed.served]
  let failure: Error | undefined
  for (const recipient of claimed.recipients) {
    if (served.includes(recipient.id)) continue
    if (Date.now() - Date.parse(claimed.claim) > WRITING_SECONDS * 1000) {
      failure = new MailFailure(`The mail server is too slow for ${claimed.recipients.length} recipients.`, true)
      break
    }
    try {
      await mailer.send({
        id: `${claimed.id}.${recipient.id}`,
        to: { name: recipient.username, address: recipient.email },
        subject: subjectLine(claimed.title),
        text: letterText(claimed, recipient, head),
      })
      served.push(recipient.id)
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      if (failure instanceof MailFailure && failure.unreachable) break
    }
  }
  return { served, failure }
}

/** Writes down what became of a message, unless somebody else took it meanwhile. */
async function settle(
  database: Database,
  { id, claim }: Claimed,
  served: readonly string[],
  failure: Error | undefined,
  given: boolean,
): Promise<void> {
  const attempt = new Date().toISOString()
  await database.transaction(
    (db) =>
      db.execute(
        failure === undefined
          ? sql`
            update actions_notification
               set status = 'sent', sent_at = now(), json = nullif(json - 'sending_since' - 'sent_to', '{}')
             where id = ${id}::uuid and json ->> 'sending_since' = ${claim}`
          : sql`
            update actions_notification
               set status = ${given ? 'no-send' : 'to-send'},
                   json = (json - 'sending_since') || jsonb_build_object(
                     'sent_to', ${JSON.stringify(served)}::jsonb,
                     'failed_attempts',
                     case jsonb_typeof(json -> 'failed_attempts') when 'array' then json -> 'failed_attempts' else '[]' end
                       || to_jsonb(${attempt}::text))
             where id = ${id}::uuid and json ->> 'sending_since' = ${claim}`,
      ),
    BY_ITSELF,
  )
}
