/** Weights and water of one animal day by day, as charts and the water history need them. */
import type { Db } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import { loadWaterInputs } from '../water-control/load.ts'
import { waterRecord } from '../water-control/records.ts'
import { dateOf, dateOfDayNumber, dayNumber, noonOf } from '../water-control/wall-clock.ts'
import { WaterControl } from '../water-control/water-control.ts'

/** Per cents of the expected weight that are drawn as bands. */
const BANDS = [70, 80] as const
/** Days of one answer: eleven years. */
export const MOST_DAYS = 4000

/** One list for each quantity, one place for each day. Grams, millilitres, per cent; null where nothing is known. */
export interface WaterSeries {
  readonly subject: Key
  readonly zone: string
  readonly reference_weight_pct: number
  readonly zscore_weight_pct: number
  readonly days: {
    readonly date: readonly string[]
    readonly restricted: readonly boolean[]
    /** Weighed on that very day. */
    readonly weight: readonly (number | null)[]
    readonly expected: readonly (number | null)[]
    readonly reference: readonly (number | null)[]
    readonly minimum: readonly (number | null)[]
    readonly percentage: readonly (number | null)[]
    readonly implant: readonly (number | null)[]
    readonly reward: readonly (number | null)[]
    readonly supplement: readonly (number | null)[]
    readonly given: readonly (number | null)[]
    readonly required: readonly (number | null)[]
    readonly excess: readonly (number | null)[]
  }
  /** `weight` follows the expected weight: so many per cent of it, implant left out of the per cents. */
  readonly bands: readonly { readonly percent: number; readonly weight: readonly (number | null)[] }[]
  /** Every weighing of the days, in the lab's zone. */
  readonly weighings: readonly { readonly at: string; readonly weight: number }[]
}

export interface AskedDays {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const some = (value: number): number | null => (value === 0 ? null : value)

/**
 * Two statements. Without `from` from the first weighing or water on, at most `MOST_DAYS` back.
 *
 * @returns undefined when there is no such animal
 */
export async function waterSeries(
  db: Db,
  subject: Key,
  { from, to }: AskedDays,
  now: Date,
): Promise<WaterSeries | undefined> {
  const window = { from: from ?? '-infinity', to: to === undefined ? now.toISOString() : `${to}T23:59:59Z` }
  const [loaded] = await loadWaterInputs(db, { ids: [subject] }, window)
  if (!loaded) return undefined
  const control = new WaterControl(loaded.inputs)
  const last = dayNumber(to ?? dateOf(control.today(now)))
  const start = from ?? dateOf(control.firstMoment() ?? control.today(now))
  const first = Math.max(dayNumber(start), last - MOST_DAYS + 1)
  const records = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    waterRecord(control, noonOf(dateOfDayNumber(first + at))),
  )
  const list = <T>(read: (record: (typeof records)[number]) => T) => records.map(read)
  const expectedOf = (record: (typeof records)[number]) =>
    record.percentage_weight === 0 && record.reference_weight === 0 ? null : record.expected_weight
  return {
    subject,
    zone: control.zone,
    reference_weight_pct: control.percentages.reference,
    zscore_weight_pct: control.percentages.zscore,
    days: {
      date: list((one) => one.date),
      restricted: list((one) => one.is_water_restricted),
      weight: list((one) => one.weighing_at),
      expected: list(expectedOf),
      reference: list((one) => some(one.reference_weight)),
      minimum: list((one) => (one.reference_weight === 0 ? null : one.min_weight)),
      percentage: list((one) => some(one.percentage_weight)),
      implant: list((one) => one.implant_weight),
      reward: list((one) => one.given_water_reward),
      supplement: list((one) => one.given_water_supplement),
      given: list((one) => one.given_water_total),
      required: list((one) => (one.weight === null ? null : one.expected_water)),
      excess: list((one) => (one.weight === null ? null : one.excess_water)),
    },
    bands: BANDS.map((percent) => ({
      percent,
      weight: list((one) => {
        const expected = expectedOf(one)
        const implant = one.implant_weight ?? 0
        return expected === null ? null : (percent / 100) * (expected - implant) + implant
      }),
    })),
    weighings: control.weighingsBetween(dateOfDayNumber(first), dateOfDayNumber(last)),
  }
}
