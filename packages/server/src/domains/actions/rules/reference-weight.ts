import type { WaterRestriction } from '@alyx/models'
import { type Draft, invalid, type Recorder } from '../../../records/index.ts'
import type { Weighing } from '../water-control/index.ts'
import { loadWaterInputs } from '../water-control/load.ts'
import { dateOf, type WallClock, wholeDaysBetween } from '../water-control/wall-clock.ts'
import { WaterControl } from '../water-control/water-control.ts'
import { serverClock } from './server-clock.ts'

type RestrictionDraft = Draft<typeof WaterRestriction>

/** A weighing stands for the weight before a restriction when less than so many days lie between them. */
const REFERENCE_DAYS = 7

/** True when less than seven days, to the microsecond, lie between two times, whichever comes first. */
export function withinReferenceDays(one: WallClock, other: WallClock): boolean {
  const [earlier, later] = one < other ? [one, other] : [other, one]
  return wholeDaysBetween(earlier, later) < REFERENCE_DAYS
}

/**
 * The weight before a restriction, from the last weighing by the end of its first day.
 *
 * @returns grams; 0 when the animal was never weighed by then; undefined when the last weighing is too far away
 */
export function referenceWeightFrom(last: Weighing | undefined, start: WallClock): number | undefined {
  if (last === undefined) return 0
  return withinReferenceDays(last.date_time, start) ? last.weight : undefined
}

/**
 * Fills in reference weights that nobody wrote down (0).
 *
 * A new restriction, or one that is given another start or the weight 0 anew, is refused when the last weighing is too
 * old. An old one, which may have lost its chance years ago, is left at 0: it must still be possible to end it.
 *
 * Two statements, none when every weight is written down. @throws Refused
 */
export async function fillReferenceWeights(
  drafts: readonly RestrictionDraft[],
  { db, settings }: Recorder,
): Promise<void> {
  const missing = drafts.flatMap((draft) =>
    draft.values.reference_weight === 0 && draft.values.start_time !== null
      ? [{ draft, start: serverClock(draft.values.start_time, settings.timeZone) }]
      : [],
  )
  if (missing.length === 0) return
  const starts = missing.map(({ start }) => start).sort()
  const ids = [...new Set(missing.map(({ draft }) => draft.values.subject_id))]
  const found = await loadWaterInputs(db, { ids }, { from: starts[0]!, to: starts.at(-1)! })
  const controls = new Map(found.map(({ id, inputs }) => [id, new WaterControl(inputs)]))
  for (const { draft, start } of missing) {
    const last = controls.get(draft.values.subject_id)?.lastWeighing(start)
    const grams = referenceWeightFrom(last, start)
    if (grams !== undefined) draft.values.reference_weight = grams
    else if (isAsked(draft, start, settings.timeZone)) throw tooOld(last!, start)
  }
}

const isAsked = ({ before, values }: RestrictionDraft, start: WallClock, zone: string): boolean =>
  before === undefined ||
  before.reference_weight !== values.reference_weight ||
  before.subject_id !== values.subject_id ||
  before.start_time === null ||
  serverClock(before.start_time, zone) !== start

const tooOld = (last: Weighing, start: WallClock) =>
  invalid({
    reference_weight: [
      `The last weighing, of ${dateOf(last.date_time)}, is ${REFERENCE_DAYS} days or more from the start on ${dateOf(start)}. Weigh the animal first, or give its weight before the restriction.`,
    ],
  })
