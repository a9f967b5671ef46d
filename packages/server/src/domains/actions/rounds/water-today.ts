/** Water control as whoever stands before the cage needs it: today, yesterday, and what to expect from the scale. */

import type { WaterControlInputs } from '../water-control/inputs.ts'
import { dateOf, dateOfDayNumber, dayNumber, noonOf, type WallClock, wallClockAt } from '../water-control/wall-clock.ts'
import { WaterControl } from '../water-control/water-control.ts'
import { type Bounds, plausibleWeight } from './plausible.ts'

/** Grams, millilitres, per cent; null where nothing is known. */
export interface WaterToday {
  /** The lab's day. */
  readonly day: string
  readonly restricted_since: WallClock | null
  readonly weight_today: number | null
  readonly weight_yesterday: number | null
  readonly last_weight: { readonly weight: number; readonly at: WallClock } | null
  readonly expected_weight: number | null
  readonly minimum_weight: number | null
  /** Without implant; null without a reference weighing. */
  readonly reference_weight: number | null
  readonly implant_weight: number | null
  readonly percentage: number | null
  /** 0 fine, 1 close to the limit, 2 under it. */
  readonly status: 0 | 1 | 2
  readonly required_water: number | null
  readonly given_water: number
  readonly given_in_sessions: number
  /** What should still be given; negative after too much; null where nothing is known of the weight. */
  readonly remaining_water: number | null
  readonly plausible_weight: Bounds
}

const known = (value: number): number | null => (value === 0 ? null : value)

/** Where things stand for an animal at an instant. */
export function waterToday(inputs: WaterControlInputs, now: Date): WaterToday {
  const control = new WaterControl(inputs)
  const at = control.today(now)
  const day = dateOf(at)
  const state = control.at(at)
  const yesterday = dateOfDayNumber(dayNumber(day) - 1)
  const last = control.lastWeighing(at)
  const before = state.weighing_at === null ? last : control.lastWeighing(noonOf(yesterday))
  return {
    day,
    restricted_since: state.restricted_since,
    weight_today: state.weighing_at,
    weight_yesterday: control.at(noonOf(yesterday)).weighing_at,
    last_weight: last ? { weight: last.weight, at: last.date_time } : null,
    expected_weight: state.percentage_weight === 0 ? null : state.expected_weight,
    minimum_weight: known(state.reference_weight) === null ? null : state.min_weight,
    reference_weight: known(state.reference_weight),
    implant_weight: state.implant_weight,
    percentage: known(state.percentage_weight),
    status: state.weight_status,
    required_water: state.weight === null ? null : state.expected_water,
    given_water: state.given_water_total ?? 0,
    given_in_sessions: state.given_water_reward ?? 0,
    remaining_water: state.weight === null ? null : state.remaining_water,
    plausible_weight: plausibleWeight(
      before && { weight: before.weight, days: dayNumber(day) - dayNumber(dateOf(before.date_time)) },
    ),
  }
}

/** The same as it would be after a weighing at this instant. */
export function waterTodayIfWeighed(inputs: WaterControlInputs, now: Date, weight: number): WaterToday {
  const date_time = wallClockAt(now, inputs.server_zone)
  const earlier = inputs.weighings.filter((one) => one.date_time <= date_time)
  return waterToday({ ...inputs, weighings: [...earlier, { date_time, weight }] }, now)
}
