import { Channel, TrajectoryEstimate } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Recorder, rulesFor, type Saved } from '../../../records/index.ts'

/** A channel is a place on a trajectory. @throws Refused for one without */
function requireTrajectory(drafts: readonly Draft<typeof Channel>[]): void {
  if (drafts.some(({ values }) => values.trajectory_estimate_id === null))
    throw invalid({ trajectory_estimate: ['This field may not be null.'] })
}

/** Trajectories whose channels are saved count as changed, once for all channels. At most three statements. */
async function touchTrajectories(saved: readonly Saved<typeof Channel>[], recorder: Recorder): Promise<void> {
  const keys = [...new Set(saved.map(({ after }) => after.trajectory_estimate_id))]
  const found = await recorder.db.rows(sql`
    select id from experiments_trajectoryestimate where id = any(${keys}::uuid[])
      and datetime is distinct from ${recorder.now}::timestamptz`)
  await recorder.change(
    TrajectoryEstimate,
    found.map(([key]) => ({ key: key!, values: {} })),
  )
}

export const channelRules = rulesFor(Channel, {
  prepare: async (drafts) => requireTrajectory(drafts),
  follow: touchTrajectories,
})
