/** Water control of many subjects at once, as lists of subjects show it. */
import type { Db } from '../../../database/index.ts'
import { loadWaterInputs } from './load.ts'
import type { WallClock } from './wall-clock.ts'
import { WaterControl } from './water-control.ts'

/** One subject today (in its lab's zone). Grams and millilitres. */
export interface WaterSummary {
  /** Without implant; 0 when there is nothing to refer to. */
  readonly reference_weight: number
  /** Start of the restriction in force, in the server's zone. */
  readonly last_water_restriction: WallClock | null
  readonly expected_water: number
  readonly remaining_water: number
  readonly reference_weight_pct: number
  readonly zscore_weight_pct: number
}

/**
 * Two statements, however many subjects.
 *
 * @returns a summary for each of the ids that is a subject's
 */
export async function waterSummaries(
  db: Db,
  subjectIds: readonly string[],
  now: Date,
): Promise<Map<string, WaterSummary>> {
  const summaries = new Map<string, WaterSummary>()
  if (subjectIds.length === 0) return summaries
  const instant = now.toISOString()
  for (const { id, inputs } of await loadWaterInputs(db, { ids: subjectIds }, { from: instant, to: instant })) {
    const control = new WaterControl(inputs)
    const state = control.at(control.today(now))
    summaries.set(id, {
      reference_weight: state.reference_weight,
      last_water_restriction: state.restricted_since,
      expected_water: state.expected_water,
      remaining_water: state.remaining_water,
      reference_weight_pct: control.percentages.reference,
      zscore_weight_pct: control.percentages.zscore,
    })
  }
  return summaries
}
