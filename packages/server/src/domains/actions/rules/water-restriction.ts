import { Subject, WaterRestriction } from '@alyx/models'
import { type Draft, type Key, type Recorder, rulesFor, type Saved } from '../../../records/index.ts'
import { refreshProtocolNumbers } from './protocol-number.ts'
import { fillReferenceWeights } from './reference-weight.ts'
import { requireTimes } from './required-time.ts'
import { serverClock, startOfDay } from './server-clock.ts'

type SavedRestriction = Saved<typeof WaterRestriction>

/**
 * True when all that happened to a restriction is that it ended with its animal. The protocol number then stays: yearly
 * returns tell under which number an animal died. Alyx does the same when a cull is saved.
 */
export function endedByDeath(saved: SavedRestriction, deathDate: string | null, zone: string): boolean {
  const { before, after, changed } = saved
  if (!before || before.end_time !== null || after.end_time === null || deathDate === null) return false
  return (
    [...changed].every((column) => column === 'end_time') && serverClock(after.end_time, zone) === startOfDay(deathDate)
  )
}

async function refreshWhereItMatters(saved: readonly SavedRestriction[], recorder: Recorder): Promise<void> {
  const rows = await recorder.lock(Subject, [...new Set(saved.flatMap(subjectsOf))])
  const { timeZone } = recorder.settings
  const mattering = saved.filter(
    (one) => !endedByDeath(one, rows.get(one.after.subject_id)?.death_date ?? null, timeZone),
  )
  await refreshProtocolNumbers(recorder, [...new Set(mattering.flatMap(subjectsOf))])
}

/** Of a restriction that was moved to another animal, both. */
const subjectsOf = ({ before, after }: SavedRestriction): readonly Key[] =>
  before ? [before.subject_id, after.subject_id] : [after.subject_id]

export const waterRestrictionRules = rulesFor(WaterRestriction, {
  async prepare(drafts: readonly Draft<typeof WaterRestriction>[], recorder) {
    requireTimes(drafts, 'start_time', recorder.now)
    await fillReferenceWeights(drafts, recorder)
  },
  follow: refreshWhereItMatters,
  async afterRemoval(rows: readonly { subject_id: Key }[], recorder) {
    await refreshProtocolNumbers(recorder, [...new Set(rows.map(({ subject_id }) => subject_id))])
  },
})
