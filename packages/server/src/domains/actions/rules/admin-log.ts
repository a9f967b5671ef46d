import type { Model } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Key, Recorder } from '../../../records/index.ts'

/** A new record about a subject, and the words that stand before the subject's nickname in its name. */
interface Addition {
  readonly key: Key
  readonly subject_id: Key
  readonly said: string
}

const ADDITION = 1
const ADDED = '[{"added": {}}]'

/**
 * Notes in Django's log of the administration who added records, as Alyx does for weighings and water that come through
 * its contract: people look there for what they did yesterday. Other doors leave no note. One statement.
 */
export async function noteAdditions(recorder: Recorder, model: Model, added: readonly Addition[]): Promise<void> {
  const { actor, db, now, source } = recorder
  if (source !== 'contract' || !actor || added.length === 0) return
  await db.execute(sql`
    insert into django_admin_log (action_time, user_id, content_type_id, object_id, object_repr, action_flag, change_message)
    select ${now}::timestamptz, ${actor.id}::uuid,
           (select id from django_content_type where app_label = ${model.app} and model = ${model.name.toLowerCase()}),
           added.key, left(added.said || s.nickname, 200), ${ADDITION}::smallint, ${ADDED}
      from unnest(${added.map(({ key }) => key)}::text[], ${added.map((one) => one.subject_id)}::uuid[],
                  ${added.map(({ said }) => said)}::text[]) as added(key, subject_id, said)
      join subjects_subject s on s.id = added.subject_id`)
}
