import { Subject, SubjectRequest } from '@alyx/models'
import { type Db, sql } from '../../../database/index.ts'
import { type Key, type Recorder, type Rules, rulesFor } from '../../../records/index.ts'
import { createNotifications } from './create.ts'

interface Wish {
  readonly id: Key
  readonly username: string | null
  readonly line: string | null
  readonly count: number | null
  readonly due_date: string | null
  readonly description: string
}

/** A request in words: `5 Ai32 due 2026-04-01 for marie`. */
export function wishInWords({ count, line, due_date, username }: Omit<Wish, 'id' | 'description'>): string {
  const animals = [count ?? 'some', line ?? (count === 1 ? 'animal' : 'animals')].join(' ')
  return `${animals}${due_date === null ? '' : ` due ${due_date}`}${username === null ? '' : ` for ${username}`}`
}

async function wishesOf(db: Db, keys: readonly Key[]): Promise<Map<Key, Wish>> {
  const wishes = await db.objects<Wish>(sql`
    select r.id, u.username, l.nickname as line, r.count, r.due_date, r.description
      from subjects_subjectrequest r
      left join misc_labmember u on u.id = r.user_id
      left join subjects_line l on l.id = r.line_id
     where r.id = any(${keys}::uuid[])`)
  return new Map(wishes.map((wish) => [wish.id, wish]))
}

/** A new request goes to the stock managers. Source: Alyx 3.6.1, subjects/models.py, send_subject_request_mail_new. */
const newRequestRules: Rules = rulesFor(SubjectRequest, {
  async follow(saved, recorder: Recorder) {
    const made = saved.filter(({ before }) => before === undefined).map(({ key }) => key)
    if (made.length === 0) return
    const wishes = await wishesOf(recorder.db, made)
    const managers = await recorder.db.rows(
      sql`select id from misc_labmember where is_stock_manager and is_active and email <> ''`,
    )
    const users = managers.map(([id]) => id!)
    if (users.length === 0) return
    await createNotifications(
      recorder,
      [...wishes.values()].map((wish) => ({
        notification_type: '',
        title: `${wish.username ?? 'Somebody'} requested: ${wishInWords(wish)}`,
        details: wish.description,
        subject_id: null,
        users,
        force: true,
      })),
    )
  },
})

/** Whoever answers for an animal is told that it was set aside for a request. */
const fulfilledRequestRules: Rules = rulesFor(Subject, {
  async follow(saved, recorder: Recorder) {
    const attached = saved.filter(
      ({ changed, after }) =>
        changed.has('request_id') && after.request_id !== null && after.responsible_user_id !== null,
    )
    if (attached.length === 0) return
    const wishes = await wishesOf(
      recorder.db,
      attached.map(({ after }) => after.request_id as Key),
    )
    await createNotifications(
      recorder,
      attached.flatMap(({ key, after }) => {
        const wish = wishes.get(after.request_id as Key)
        if (wish === undefined) return []
        return [
          {
            notification_type: '' as const,
            title: `${after.nickname} was set aside for a request: ${wishInWords(wish)}`,
            details: wish.description,
            subject_id: key,
            users: [after.responsible_user_id as Key],
            force: true,
          },
        ]
      }),
    )
  },
})

export const requestRules: readonly Rules[] = [newRequestRules, fulfilledRequestRules]
