import { Channel, type RowOf, TrajectoryEstimate } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Recorder, rulesFor, type Saved, uniqueSetMessage } from '../../../records/index.ts'

/** A channel is a place on a trajectory. @throws Refused for one without */
function requireTrajectory(drafts: readonly Draft<typeof Channel>[]): void {
  if (drafts.some(({ values }) => values.trajectory_estimate_id === null))
    throw invalid({ trajectory_estimate: ['This field may not be null.'] })
}

type Site = Pick<RowOf<typeof Channel>, 'axial' | 'lateral' | 'trajectory_estimate_id'>

/** The first site that stands twice among rows; one of which a coordinate is not known is no site. */
export function repeatedSite(rows: readonly Site[]): Site | undefined {
  const seen = new Set<string>()
  return rows.find(({ axial, lateral, trajectory_estimate_id }) => {
    if (axial === null || lateral === null) return false
    const site = `${trajectory_estimate_id} ${axial} ${lateral}`
    if (seen.has(site)) return true
    seen.add(site)
    return false
  })
}

/** The channels of a probe come in one request: which of hundreds is wrong is told. @throws Refused */
function refuseRepeated(drafts: readonly Draft<typeof Channel>[]): void {
  const site = repeatedSite(drafts.map(({ values }) => values))
  if (!site) return
  const where = `axial ${site.axial}, lateral ${site.lateral} of trajectory ${site.trajectory_estimate_id}`
  throw invalid({
    '': [uniqueSetMessage(['axial', 'lateral', 'trajectory_estimate']), `Two of these channels are at ${where}.`],
  })
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
  async prepare(drafts: readonly Draft<typeof Channel>[]) {
    requireTrajectory(drafts)
    refuseRepeated(drafts)
  },
  follow: touchTrajectories,
})
