import { FOV } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Recorder, rulesFor } from '../../../records/index.ts'

const ONE_SESSION = 'Stack fields of view must belong to the same session'

/**
 * Fields of view of one stack are slices through one place in one session. One statement, none without stacks.
 *
 * @throws Refused when slices of a stack are of different sessions
 */
async function judgeStacks(drafts: readonly Draft<typeof FOV>[], { db }: Recorder): Promise<void> {
  const slices = drafts.filter(({ values }) => values.stack_id !== null)
  if (slices.length === 0) return
  const stacks = [...new Set(slices.map(({ values }) => values.stack_id))]
  const saved = drafts.map(({ key }) => key)
  const there = await db.rows(sql`
    select distinct stack_id, session_id from experiments_fov
    where stack_id = any(${stacks}::uuid[]) and id <> all(${saved}::uuid[])`)
  const sessions = new Map<string, string>(there.map(([stack, session]) => [stack!, session!]))
  for (const { values } of slices) {
    const stack = values.stack_id as string
    const session = sessions.get(stack) ?? values.session_id
    if (session !== values.session_id) throw invalid({ stack: [ONE_SESSION] })
    sessions.set(stack, session)
  }
}

export const fieldOfViewRules = rulesFor(FOV, { prepare: judgeStacks })
