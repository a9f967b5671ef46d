import { Subject } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Recorder, type Rules, rulesFor } from '../../../records/index.ts'
import { createNotifications } from './create.ts'

/**
 * When an animal is handed over, the old and the new responsible user are told; handing over from or to nobody tells the
 * one who exists. A new animal is not handed over.
 *
 * Source: Alyx 3.6.1, actions/notifications.py, responsible_user_changed.
 */
export const responsibleUserRules: Rules = rulesFor(Subject, {
  async follow(saved, recorder: Recorder) {
    const handed = saved.filter(({ before, changed }) => before !== undefined && changed.has('responsible_user_id'))
    if (handed.length === 0) return
    const people = handed.flatMap(({ before, after }) => [before?.responsible_user_id, after.responsible_user_id])
    const usernames = new Map(
      (await recorder.db.rows(
        sql`select id, username from misc_labmember where id = any(${people.filter(Boolean)}::uuid[])`,
      )) as [string, string][],
    )
    await createNotifications(
      recorder,
      handed.map(({ key, before, after }) => {
        const [from, to] = [before?.responsible_user_id ?? null, after.responsible_user_id]
        const named = (user: string | null) => (user === null ? 'nobody' : (usernames.get(user) ?? 'nobody'))
        return {
          notification_type: 'responsible_user_change',
          title: `Responsible user of ${after.nickname} changed from ${named(from)} to ${named(to)}`,
          subject_id: key,
          users: [from, to].filter((user) => user !== null),
        }
      }),
    )
  },
})
