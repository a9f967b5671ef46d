import { Subject, SubjectRequest } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, type Key, type Recorder, rulesFor } from '../../../records/index.ts'

type SubjectDraft = Draft<typeof Subject>

/** Whether an animal is handed over with this change and may be what somebody asked for. */
export const mayFulfilRequest = ({ before, values }: Pick<SubjectDraft, 'before' | 'values'>): boolean =>
  before !== undefined &&
  values.responsible_user_id !== null &&
  values.responsible_user_id !== before.responsible_user_id &&
  values.line_id !== null &&
  values.request_id === null

/**
 * An animal that is handed over to somebody who asked for one of its line fulfils the latest of those requests. One
 * statement, none when no animal is handed over.
 *
 * Source: Alyx 3.6.1, subjects/models.py, Subject.save.
 */
async function attachRequests(drafts: readonly SubjectDraft[], { db }: Recorder): Promise<void> {
  const handed = drafts.filter(mayFulfilRequest)
  if (handed.length === 0) return
  const found = await db.rows(sql`
    select distinct on (r.user_id, r.line_id) r.user_id, r.line_id, r.id
      from subjects_subjectrequest r
     where (r.user_id, r.line_id) in (
       select * from unnest(${handed.map(({ values }) => values.responsible_user_id)}::uuid[],
                            ${handed.map(({ values }) => values.line_id)}::uuid[]))
     order by r.user_id, r.line_id, r.date_time desc nulls last, r.id`)
  const requests = new Map<string, Key>(found.map(([user, line, request]) => [`${user} ${line}`, request!]))
  for (const { values } of handed)
    values.request_id = requests.get(`${values.responsible_user_id} ${values.line_id}`) ?? null
}

export const requestOfSubjectRules = rulesFor(Subject, { prepare: attachRequests })

/** Whoever writes a request down is who wants the animals, unless somebody else is named. */
export const requestRules = rulesFor(SubjectRequest, {
  async prepare(drafts: readonly Draft<typeof SubjectRequest>[], { actor }) {
    for (const { before, given, values } of drafts)
      if (before === undefined && !given.has('user_id') && actor) values.user_id = actor.id
  },
})
