import { Session } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Recorder } from '../../../records/index.ts'
import type { SessionOwner } from '../protection-owner.ts'

/**
 * Makes somebody one of the people of a session and of the base session of that day, and gives the session its base
 * session as parent when it has none.
 *
 * Source: Alyx 3.6.1, data/transfers.py, _get_session.
 */
export async function joinSession(recorder: Recorder, owner: SessionOwner, person: string | undefined): Promise<void> {
  const { session_id, base_session_id, parent_session_id } = owner
  if (person !== undefined) {
    // Looked for before: a conflict would use up a number of the table each time a rig registers.
    await recorder.db.execute(sql`
      insert into actions_session_users (session_id, labmember_id)
      select session_id, ${person}::uuid from unnest(${[...new Set([base_session_id, session_id])]}::uuid[]) as s(session_id)
      where not exists (
        select 1 from actions_session_users u where u.session_id = s.session_id and u.labmember_id = ${person}
      )
      on conflict do nothing`)
  }
  if (parent_session_id === null && base_session_id !== session_id)
    await recorder.change(Session, [{ key: session_id, values: { parent_session_id: base_session_id } }])
}
