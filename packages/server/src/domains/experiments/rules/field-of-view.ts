import { FOV, ImagingStack } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Recorder, rulesFor } from '../../../records/index.ts'

const ONE_SESSION = 'Stack fields of view must belong to the same session'

/**
 * Fields of view of one stack are slices through one place in one session. Slices that stay where they are are not
 * judged: old stacks that are mixed must not keep anything else of them from being put right.
 *
 * Two statements, none when no slice comes or moves. The first makes two who begin the same stack wait for each other.
 *
 * @throws Refused when slices of a stack are of different sessions
 */
async function judgeStacks(drafts: readonly Draft<typeof FOV>[], recorder: Recorder): Promise<void> {
  const slices = drafts.filter(comesOrMoves)
  if (slices.length === 0) return
  const stacks = [...new Set(slices.map(({ values }) => values.stack_id as string))]
  const saved = slices.map(({ key }) => key)
  await recorder.lock(ImagingStack, stacks)
  const there = await recorder.db.rows(sql`
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

const comesOrMoves = ({ before, values }: Draft<typeof FOV>): boolean =>
  values.stack_id !== null && (before?.stack_id !== values.stack_id || before?.session_id !== values.session_id)

export const fieldOfViewRules = rulesFor(FOV, { prepare: judgeStacks })
