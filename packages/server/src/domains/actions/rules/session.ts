import { Session } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, type Recorder, rulesFor } from '../../../records/index.ts'
import { refuseConcurrentTwins, rememberSessions } from './concurrent-sessions.ts'

/** Sessions that name no lab took place in the lab of their subject. One statement, none when all name one. */
async function fillLabs(drafts: readonly Draft<typeof Session>[], { db }: Recorder): Promise<void> {
  const missing = drafts.filter(({ values }) => values.lab_id === null)
  if (missing.length === 0) return
  const subjects = missing.map(({ values }) => values.subject_id)
  const found = await db.rows(sql`select id, lab_id from subjects_subject where id = any(${subjects}::uuid[])`)
  const labs = new Map(found.map(([subject, lab]) => [subject, lab]))
  for (const { values } of missing) values.lab_id = labs.get(values.subject_id) ?? null
}

/** A session of nobody is one of whoever records it. */
function fillUsers(drafts: readonly Draft<typeof Session>[], { actor }: Recorder): void {
  if (!actor) return
  for (const { before, links } of drafts) {
    if (before === undefined && !links.users?.length) links.users = [actor.id]
  }
}

export const sessionRules = rulesFor(Session, {
  async prepare(drafts: readonly Draft<typeof Session>[], recorder) {
    fillUsers(drafts, recorder)
    await fillLabs(drafts, recorder)
    await refuseConcurrentTwins(drafts, recorder)
  },
  async follow(saved, recorder) {
    rememberSessions(saved, recorder)
  },
})
